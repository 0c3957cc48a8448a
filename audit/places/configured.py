"""The places that the environment names."""

import re
from collections import Counter
from pathlib import Path

from audit.places.bucket import BucketPlace
from audit.places.folder import FolderPlace
from audit.places.http import shown
from audit.places.place import Place
from audit.places.timestamp import TimestampPlace
from audit.places.webhook import WebhookPlace
from audit.places.witness import WitnessPlace
from settings import Settings


class PlaceUnknown(ValueError):
    """What is named is no place; the message says why, without passwords."""


def places_of(settings: Settings) -> list[Place]:
    """In the order in which they are named, the time-stamping authority last. PlaceUnknown."""
    named = (written.strip() for written in re.split(r"[,\n]", settings.checkpoint_places or ""))
    places = [_place(written) for written in named if written]
    if settings.tsa_url:
        places.append(_authority(settings.tsa_url, settings.tsa_roots))
    for name, count in Counter(place.name for place in places).items():
        if count > 1:
            raise PlaceUnknown(f"DONDOC_CHECKPOINT_PLACES: {name} is named {count} times")
    return places


def _place(written: str) -> Place:
    try:
        match written.partition("://")[0] if "://" in written else "":
            case "":
                return FolderPlace(Path(written))
            case "s3":
                return BucketPlace(written)
            case "http" | "https":
                return WebhookPlace(written)
            case "witness+http" | "witness+https":
                return WitnessPlace(written.removeprefix("witness+"))
    except ValueError as error:
        raise PlaceUnknown(f"DONDOC_CHECKPOINT_PLACES: {shown(written)}: {error}") from error
    raise PlaceUnknown(
        f"DONDOC_CHECKPOINT_PLACES: {shown(written)} is no folder, s3://bucket/prefix, https://… or witness+https://…#KEY"
    )


def _authority(url: str, roots: Path | None) -> Place:
    if roots is None:
        raise PlaceUnknown("DONDOC_TSA_ROOTS is not set: a time stamp is verified before it is kept")
    try:
        return TimestampPlace(url, roots)
    except ValueError as error:
        raise PlaceUnknown(f"DONDOC_TSA_URL, DONDOC_TSA_ROOTS: {error}") from error
