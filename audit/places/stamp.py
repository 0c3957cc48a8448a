"""A time stamp (RFC 3161) over a checkpoint as the log signed it: verified when it is taken, and again whenever somebody asks."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

STAMPS = "tsa+"
"""How the names of authorities begin among those of places."""
SHA256 = "2.16.840.1.101.3.4.2.1"
"""What is asked for; an authority stamps the imprint that it was sent (RFC 3161, 2.4.2)."""


class StampRefused(ValueError):
    """A time stamp that does not hold."""


def read_roots(path: Path) -> list[Certificate]:
    """The certificates in a PEM file, each once. ValueError if it cannot be read or holds none."""
    try:
        return list(dict.fromkeys(load_pem_x509_certificates(path.read_bytes())))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error


def stamped_at(receipt: str, note: str, roots: Sequence[Certificate]) -> datetime:
    """When the authority saw the note, from the receipt that is kept. StampRefused if that does not hold.

    The certificates need to have been valid at that time, not now.
    """
    return verified(_response(receipt), note.encode(), VerifierBuilder(), roots).tst_info.gen_time


def check_imprint(receipt: str, note: str) -> None:
    """StampRefused if the receipt is of something else than the note. Whose it is, is left open: without roots nobody knows."""
    try:
        imprint = decode_timestamp_response(_response(receipt)).tst_info.message_imprint
    except ValueError as error:
        raise StampRefused(f"the time stamp does not hold: {error}") from error
    if (imprint.hash_algorithm.dotted_string, imprint.message) != (SHA256, sha256(note.encode()).digest()):
        raise StampRefused("the time stamp does not hold: it is of something else")


def verified(response: bytes, note: bytes, builder: VerifierBuilder, roots: Sequence[Certificate]) -> TimeStampResponse:
    """The time stamp in a response over these bytes, whose certificates lead to one of the roots. StampRefused."""
    try:
        for root in roots:
            builder = builder.add_root_certificate(root)
        stamp = decode_timestamp_response(response)
        builder.build().verify_message(stamp, note)
    except (VerificationError, ValueError) as error:
        raise StampRefused(f"the time stamp does not hold: {error}") from error
    return stamp


def _response(receipt: str) -> bytes:
    try:
        return base64.b64decode(receipt, validate=True)
    except (binascii.Error, ValueError) as error:
        raise StampRefused("the receipt is no base64") from error
