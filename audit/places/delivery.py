"""Taking a checkpoint to a place, once, whoever tries and however often."""

import asyncio

import structlog

from audit.places.offer import Offer
from audit.places.place import Place, PlaceAway, PlaceContradicts, PlaceRefused
from storage.log import (
    checkpoint_of,
    delivering,
    last_checkpoint,
    last_copy_in,
    put_contradiction,
    put_copy,
    put_cosignature,
)
from storage.pool import Pool

log = structlog.get_logger()

SECONDS = 90.0
"""For one checkpoint at one place, all its calls together."""


async def deliver(pool: Pool, place: Place, size: int) -> None:
    """Take the checkpoint of `size` to the place, and note it; nothing happens if the place has it or a later one.

    A witness gets the last checkpoint only, so it catches up at the next one. One that finds another being taken there waits its
    turn, unless a later one has been made meanwhile: then that one waits in its place, and one waits at most.

    LookupError if there is no such checkpoint. PlaceAway: try again later. PlaceRefused: people have to look. PlaceContradicts:
    logged as an error and kept, and worth waking somebody.
    """
    async with delivering(pool, place.name) as alone:
        if not alone:
            # Out of order, a smaller checkpoint after a larger one looks to a witness like a record that was cut.
            last = await last_checkpoint(pool)
            if last is not None and last.size > size:
                return
            raise PlaceAway("another checkpoint is being taken there")
        await _deliver(pool, place, size)


async def _deliver(pool: Pool, place: Place, size: int) -> None:
    before = await last_copy_in(pool, place.name)
    if before is not None and before >= size:
        return
    stored = await checkpoint_of(pool, size)
    if stored is None:
        raise LookupError(f"there is no checkpoint of {size} events")
    try:
        async with asyncio.timeout(SECONDS) as limit:
            taken = await place.take(Offer(pool, stored, before or 0))
    except TimeoutError as error:
        if not limit.expired():
            raise  # the database's own
        raise PlaceAway(f"it did not take the checkpoint within {SECONDS:.0f} s") from error
    except PlaceContradicts as error:
        log.error("place.contradicts", place=place.name, size=size, root=stored.root.hex(), reason=str(error))  # noqa: TRY400
        await put_contradiction(pool, size, place.name, str(error))
        raise
    except PlaceRefused as error:
        log.error("place.refused", place=place.name, size=size, reason=str(error))  # noqa: TRY400 - the reason says it all
        raise
    if taken is None:
        return
    for signature in taken.cosignatures:
        await put_cosignature(
            pool, size, f"{signature.name}+{signature.key_id.hex()}", str(signature).removesuffix("\n")
        )
    await put_copy(pool, size, place.name, taken.receipt)
    log.info("place.taken", place=place.name, size=size)
