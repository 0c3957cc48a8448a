"""Signing where the record stands. Regular activities: the first one of a large record takes seconds, and places are outside."""

from dataclasses import dataclass
from pathlib import Path

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from audit.log.keys import KeyFolder, KeysUnusable
from audit.log.ledger import RecordShrunk, make_checkpoint
from audit.log.nodes import NodeMissing
from audit.log.signing import signing_key
from audit.places.delivery import deliver
from audit.places.place import Place, PlaceAway, PlaceContradicts, PlaceRefused
from domain.event_values import SYSTEM
from domain.model import Value
from storage.log import head_position, last_checkpoint
from storage.pool import Pool
from telemetry import CHECKPOINT_SIZE, LOG_BROKEN

log = structlog.get_logger()

EVENTS_UNSIGNED = 1_000
"""So many events without a checkpoint over them call for one before its time."""


class CheckpointMade(Value):
    """The checkpoint that now is the last one, and the places outside to which it is to be taken."""

    size: int
    root: str
    """In hexadecimal digits."""
    places: tuple[str, ...] = ()


class Delivery(Value):
    """Take the checkpoint of `size` to a place."""

    place: str
    size: int


@dataclass(frozen=True)
class LogSettings:
    """Where the private key is, how the log is called if it has no key yet, and where checkpoints are taken to."""

    keys: Path
    origin: str | None = None
    places: tuple[Place, ...] = ()


class CheckpointActivities:
    """Makes checkpoints over the record of a pool."""

    def __init__(self, pool: Pool, settings: LogSettings | None) -> None:
        self._pool = pool
        self._settings = settings

    @activity.defn
    async def make_checkpoint(self) -> CheckpointMade:
        """Sign the record as it stands. Idempotent: without new events it is the last one again."""
        if self._settings is None:
            raise _not_made("NoKeys", "log.unsigned", "DONDOC_KEYS is not set: no checkpoints are made")
        try:
            key = await signing_key(self._pool, KeyFolder(self._settings.keys), SYSTEM, self._settings.origin)
            made = await make_checkpoint(self._pool, key)
        except (RecordShrunk, NodeMissing) as error:
            # Somebody with all rights has been at the record. Signing on would hide it.
            LOG_BROKEN.inc()
            raise _not_made("LogBroken", "log.broken", str(error), "dondoc audit verify") from error
        except KeysUnusable as error:
            raise _not_made("KeysUnusable", "log.keys_unusable", str(error), "dondoc audit key") from error
        CHECKPOINT_SIZE.set(made.size)
        root = made.root.hex()
        log.info("checkpoint.made", size=made.size, root=root, origin=key.name)
        places = tuple(place.name for place in self._settings.places)
        return CheckpointMade(size=made.size, root=root, places=places)

    @activity.defn
    async def deliver_checkpoint(self, delivery: Delivery) -> None:
        """Take a checkpoint out of the house. Idempotent: a place that has taken it, or a later one, is left alone."""
        places = self._settings.places if self._settings else ()
        place = next((one for one in places if one.name == delivery.place), None)
        if place is None:  # named no longer since the checkpoint was made
            return
        try:
            await deliver(self._pool, place, delivery.size)
        except PlaceAway as error:
            log.warning("place.away", place=place.name, size=delivery.size, reason=str(error))
            raise ApplicationError(str(error), type="PlaceAway") from error
        except (PlaceRefused, PlaceContradicts, LookupError) as error:  # trying again changes nothing
            raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from error


def _not_made(kind: str, event: str, reason: str, see: str = "dondoc doctor") -> ApplicationError:
    """The failure of an attempt, told in one line: for the SDK it is a BENIGN one, so that it does not tell it a second time."""
    log.error(event, reason=reason, see=see)
    return ApplicationError(reason, type=kind, non_retryable=True, category=ApplicationErrorCategory.BENIGN)


async def due_after(pool: Pool) -> int | None:
    """The size of the last checkpoint (0: there is none) if so many events stand above it that the next one should not wait."""
    last = await last_checkpoint(pool)
    after = last.size if last else 0
    return after if await head_position(pool) - after >= EVENTS_UNSIGNED else None
