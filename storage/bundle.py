"""Reading a part of the record in order of positions, however large, for a bundle."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.pool import Pool
from storage.queries import sql

FETCHED_AT_ONCE = 1_000
SECONDS = 60.0
"""The longest wait for the next events: the first ones of many streams are sorted before they come."""


@dataclass(frozen=True)
class SelectedEvent:
    """An event with what the record's columns say of it."""

    position: int
    stream_id: UUID
    stream_version: int
    type: str
    canonical: bytes


@dataclass(frozen=True)
class Extent:
    """The first and the last position of a selection."""

    first: int
    last: int


def events_between(pool: Pool, first: int, last: int) -> AsyncGenerator[SelectedEvent, None]:
    """The events from one position to another, both included."""
    return _events(pool, sql("bundle_range"), first, last)


def events_of_streams(pool: Pool, streams: Iterable[UUID], last: int) -> AsyncGenerator[SelectedEvent, None]:
    """The events of these streams up to a position, in order of positions."""
    return _events(pool, sql("bundle_streams"), list(streams), last)


async def _events(pool: Pool, query: str, *arguments: object) -> AsyncGenerator[SelectedEvent, None]:
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        rows = connection.cursor(query, *arguments, prefetch=FETCHED_AT_ONCE, timeout=SECONDS)
        async for row in rows:
            yield SelectedEvent(*row)


async def extent_of(pool: Pool, streams: Iterable[UUID]) -> Extent | None:
    """Where the events of these streams begin and end; None if there are none."""
    row = await pool.fetchrow(sql("bundle_extent"), list(streams), timeout=SECONDS)
    return Extent(*row) if row is not None and row["first"] is not None else None


async def directives_of_units(pool: Pool, units: Iterable[str]) -> list[UUID]:
    """The directives that concern one of these units."""
    return [row["directive_id"] for row in await pool.fetch(sql("directives_of_units"), sorted(units), timeout=SECONDS)]


async def directives_chosen(
    pool: Pool,
    units: Iterable[str],
    *,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[UUID]:
    """The directives that concern one of these units: of one source document, issued from `since` on and before `until`."""
    rows = await pool.fetch(sql("directives_chosen"), sorted(units), source, since, until, timeout=SECONDS)
    return [row["directive_id"] for row in rows]


async def events_within(pool: Pool, streams: Iterable[UUID], last: int) -> dict[UUID, int]:
    """How many events each of these streams has up to a position; those without any are left out."""
    rows = await pool.fetch(sql("events_within"), list(streams), last, timeout=SECONDS)
    return {row["stream_id"]: row["events"] for row in rows}


async def first_recorded_from(pool: Pool, moment: datetime) -> int | None:
    """The first position recorded at `moment` or after it."""
    position: int | None = await pool.fetchval(sql("position_recorded_from"), moment, timeout=SECONDS)
    return position


async def last_recorded_before(pool: Pool, moment: datetime) -> int | None:
    """The last position recorded before `moment`."""
    position: int | None = await pool.fetchval(sql("position_recorded_before"), moment, timeout=SECONDS)
    return position


async def noteworthy_checkpoints(pool: Pool, size: int, most: int) -> Sequence[int]:
    """Sizes, the largest first, of checkpoints up to `size` that somebody outside has cosigned or stamped."""
    return [row["size"] for row in await pool.fetch(sql("noteworthy_checkpoints"), size, most)]
