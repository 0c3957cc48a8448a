"""A time-stamping authority (RFC 3161) attests that a checkpoint was there at a time; verified before it is kept."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from audit.places.http import checked, post, shown
from audit.places.offer import Offer
from audit.places.place import PlaceAway, PlaceRefused, Taken


class StampRefused(ValueError):
    """A time stamp that does not hold."""


class TimestampPlace:
    """See Place. The receipt is the whole answer (TimeStampResp, DER) in base64, as `openssl ts -verify -in` reads it."""

    def __init__(self, url: str, roots: Path) -> None:
        """`roots` holds the certificates, in PEM, to which those of the authority must lead. ValueError if it holds none."""
        self._url = checked(url)
        self._roots = read_roots(roots)

    @property
    def name(self) -> str:
        """See Place."""
        return f"tsa+{shown(self._url)}"

    async def take(self, offer: Offer) -> Taken:
        """See Place."""
        note = offer.note.encode()
        request = TimestampRequestBuilder(note, HashAlgorithm.SHA256).build()
        answer = await post(self._url, request.as_bytes(), "application/timestamp-query")
        if answer.status != 200:
            failed = PlaceAway if answer.is_later else PlaceRefused
            raise failed(f"{answer.status} {answer.text}")
        try:
            _verified(answer.body, note, VerifierBuilder.from_request(request), self._roots)
        except StampRefused as error:
            raise PlaceRefused(str(error)) from error
        return Taken(receipt=base64.b64encode(answer.body).decode())


def read_roots(path: Path) -> list[Certificate]:
    """The certificates in a PEM file. ValueError if it cannot be read or holds none."""
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error


def stamped_at(receipt: str, note: str, roots: Sequence[Certificate]) -> datetime:
    """When the authority saw the note, from the receipt that is kept. StampRefused if that does not hold."""
    try:
        response = base64.b64decode(receipt, validate=True)
    except (binascii.Error, ValueError) as error:
        raise StampRefused("the receipt is no base64") from error
    return _verified(response, note.encode(), VerifierBuilder(), roots).tst_info.gen_time


def _verified(
    response: bytes, note: bytes, builder: VerifierBuilder, roots: Sequence[Certificate]
) -> TimeStampResponse:
    try:
        for root in roots:
            builder = builder.add_root_certificate(root)
        stamp = decode_timestamp_response(response)
        builder.build().verify_message(stamp, note)
    except (VerificationError, ValueError) as error:
        raise StampRefused(f"the time stamp does not hold: {error}") from error
    return stamp
