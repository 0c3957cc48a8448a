"""Seals the notes of reads: their count and sum enter the record as an event, and so the Merkle log."""

from datetime import timedelta

import asyncpg

from domain.event_values import SYSTEM
from domain.ids import registry_command_id
from domain.reading import ReadsSealed
from domain.registries import Registry
from storage.envelope import registry_event_from
from storage.pool import Pool
from storage.queries import sql
from storage.reads import sum_of_reads
from storage.registries import enter

SEALED_AFTER = timedelta(hours=1)
"""So old the oldest unsealed read may become; then all that are there are sealed together."""


async def last_seal(pool: Pool) -> ReadsSealed | None:
    """The newest seal."""
    canonical = await pool.fetchval(sql("last_of_registry"), Registry.READS.stream_id)
    data = registry_event_from(canonical).data if canonical is not None else None
    return data if isinstance(data, ReadsSealed) else None


async def seal_reads(pool: Pool, *, older: timedelta = SEALED_AFTER) -> ReadsSealed | None:
    """Seal all reads since the last seal if one of them is `older`; the seal that was entered.

    None if there was nothing to seal, or another worker came first.
    """
    last = await last_seal(pool)
    after = last.through if last else 0
    if not await pool.fetchval(sql("reads_are_due"), after, older):
        return None
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(sql("hold_off_reads"))
        through = await connection.fetchval(sql("last_read"))
    # The range is closed: nobody is held off while it is summed.
    count, sha256 = await sum_of_reads(pool, after, through)
    seal = ReadsSealed(after=after, through=through, count=count, sha256=sha256)
    try:
        async with pool.acquire() as connection, connection.transaction():
            await enter(connection, Registry.READS, [(registry_command_id(Registry.READS, str(after)), seal)], SYSTEM)
    except asyncpg.UniqueViolationError:
        return None
    return seal
