"""What every place outside does, and how it can fail."""

from dataclasses import dataclass
from typing import Protocol

from audit.log.note import Signature
from audit.places.offer import Offer


@dataclass(frozen=True)
class Taken:
    """What a place gave for a checkpoint that it now has."""

    receipt: str | None = None
    cosignatures: tuple[Signature, ...] = ()
    """Verified under the key that the place was named with."""


class Place(Protocol):
    """Somewhere outside. Waits are bounded by the caller as well."""

    @property
    def name(self) -> str:
        """How the record and people call it: stable, and without passwords."""
        ...

    async def take(self, offer: Offer) -> Taken | None:
        """Take the checkpoint; again if need be. None if the place is past it, with a later one of this record.

        PlaceAway, PlaceRefused, PlaceContradicts.
        """
        ...


class PlaceFailed(Exception):
    """A place did not take a checkpoint; the message says why, and not which: who asked knows."""


class PlaceAway(PlaceFailed):
    """It cannot be reached, is full or busy: worth another try later."""


class PlaceRefused(PlaceFailed):
    """It answers, and will not take the checkpoint, or gives something for it that does not hold: people have to look."""


class PlaceContradicts(PlaceFailed):
    """It holds a checkpoint that this record does not go on from: one of the two was rewritten."""
