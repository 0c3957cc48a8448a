"""A time-stamping authority (RFC 3161) attests that a checkpoint was there at a time; verified before it is kept."""

import base64
from pathlib import Path

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerifierBuilder

from audit.places.http import checked, post, shown
from audit.places.offer import Offer
from audit.places.place import PlaceAway, PlaceRefused, Taken
from audit.places.stamp import STAMPS, StampRefused, read_roots, verified


class TimestampPlace:
    """See Place. The receipt is the whole answer (TimeStampResp, DER) in base64, as `openssl ts -verify -in` reads it."""

    def __init__(self, url: str, roots: Path) -> None:
        """`roots` holds the certificates, in PEM, to which those of the authority must lead. ValueError if it holds none."""
        self._url = checked(url)
        self._roots = read_roots(roots)

    @property
    def name(self) -> str:
        """See Place."""
        return f"{STAMPS}{shown(self._url)}"

    async def take(self, offer: Offer) -> Taken:
        """See Place."""
        note = offer.note.encode()
        request = TimestampRequestBuilder(note, HashAlgorithm.SHA256).build()
        answer = await post(self._url, request.as_bytes(), "application/timestamp-query")
        if answer.status != 200:
            failed = PlaceAway if answer.is_later else PlaceRefused
            raise failed(f"{answer.status} {answer.text}")
        try:
            verified(answer.body, note, VerifierBuilder.from_request(request), self._roots)
        except StampRefused as error:
            raise PlaceRefused(str(error)) from error
        return Taken(receipt=base64.b64encode(answer.body).decode())
