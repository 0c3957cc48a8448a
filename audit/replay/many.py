"""The district at an instant: quickly, or from the events alone, over two processes in one snapshot of the record."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from audit.replay.clocks import Clocks
from audit.replay.district import (
    District,
    Standing,
    Wanted,
    district_of,
    standings,
    standings_from_events,
)
from audit.snapshot import all_done, id_range, on_snapshot, processes, snapshot_of
from storage.pool import Pool
from storage.queries import sql

PARTS = 2
"""Ranges of stream ids that are folded apart."""
SMALL = 20_000
"""Up to so many events one process is quicker than starting two."""
PROGRAM = "dondoc-replay"

Told = Callable[[int], None]
"""Is given the number of parts done, of PARTS."""


async def district_at(pool: Pool, clocks: Clocks, wanted: Wanted | None = None) -> District:
    """Where the directives stood; of those to which nothing has happened since, as the list has them.

    HistoryBroken or ValueError where the record cannot be read.
    """
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return district_of(clocks, [await standings(connection, clocks, wanted or Wanted())])


def district_made(url: str, clocks: Clocks, wanted: Wanted) -> District:
    """The same of the record at a URL; for a process of its own (audit.snapshot.apart)."""

    async def making() -> District:
        async with snapshot_of(url, PROGRAM) as (connection, _):
            return district_of(clocks, [await standings(connection, clocks, wanted)])

    return asyncio.run(making())


async def district_from_events(
    url: str, clocks: Clocks, wanted: Wanted | None = None, told: Told = lambda _: None
) -> District:
    """The same from the events of the record at a URL and nothing else, for whoever trusts no list."""
    wanted = wanted or Wanted()
    async with snapshot_of(url, PROGRAM) as (connection, snapshot):
        if await connection.fetchval(sql("head_position")) <= SMALL:
            found = await standings_from_events(connection, clocks, wanted)
            told(PARTS)
            return district_of(clocks, [found])
        return district_of(clocks, await _in_processes(url, snapshot, clocks, wanted, told))


async def _in_processes(
    url: str, snapshot: str, clocks: Clocks, wanted: Wanted, told: Told
) -> Sequence[Sequence[Standing]]:
    loop = asyncio.get_running_loop()
    with processes() as pool:
        parts = [loop.run_in_executor(pool, _part, url, snapshot, clocks, wanted, number) for number in range(PARTS)]
        await all_done(parts, told)
        return [part.result() for part in parts]


def _part(url: str, snapshot: str, clocks: Clocks, wanted: Wanted, number: int) -> list[Standing]:
    async def work(connection: Any) -> list[Standing]:
        return await standings_from_events(connection, clocks, wanted, *id_range(number, PARTS))

    return on_snapshot(url, PROGRAM, snapshot, work)
