"""Reading directives for an export: page by page in the order in which they began, events by cursors, nothing held."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.registries import REGISTRY_STREAMS, Registry
from storage.pool import Pool
from storage.queries import sql

DIRECTIVES_AT_ONCE = 200
EVENTS_AT_ONCE = 1_000
SECONDS = 120.0
"""The longest wait for a page: one that finds nothing more has looked through the whole record."""


@dataclass(frozen=True)
class Choice:
    """Which directives: those that began up to `up_to`; of these only `directives` (None: all), and only those that have an
    event at or after `start` and before `end`."""

    up_to: int
    directives: Sequence[UUID] | None = None
    start: datetime | None = None
    end: datetime | None = None


class Begun(NamedTuple):
    """A directive, and the position of its first event."""

    position: int
    directive: UUID


class StoredEvent(NamedTuple):
    """An event as it is stored."""

    position: int
    canonical: bytes


async def begun(pool: Pool, choice: Choice) -> AsyncGenerator[list[Begun]]:
    """The chosen directives, oldest first, at most DIRECTIVES_AT_ONCE together."""
    named = None if choice.directives is None else list(choice.directives)
    query, after = sql("export_begun"), 0
    while True:
        rows = await pool.fetch(
            query,
            after,
            choice.up_to,
            named,
            choice.start,
            choice.end,
            REGISTRY_STREAMS,
            DIRECTIVES_AT_ONCE,
            timeout=SECONDS,
        )
        if rows:
            yield [Begun(*row) for row in rows]
        if len(rows) < DIRECTIVES_AT_ONCE:
            return
        after = rows[-1]["global_position"]


def events_of(pool: Pool, directives: Sequence[UUID], up_to: int) -> AsyncGenerator[StoredEvent]:
    """All events of these directives up to a position, one directive after the other, each from its first event on."""
    return _events(pool, sql("export_events"), list(directives), up_to)


def events_of_types(
    pool: Pool, directives: Sequence[UUID], up_to: int, types: Sequence[str]
) -> AsyncGenerator[StoredEvent]:
    """Their events of some types, in order of positions."""
    return _events(pool, sql("export_events_of_types"), list(directives), up_to, list(types))


def registry_events(pool: Pool, registry: Registry, up_to: int) -> AsyncGenerator[StoredEvent]:
    """The changes of a registry up to a position, oldest first."""
    return _events(pool, sql("export_events"), [registry.stream_id], up_to)


async def _events(pool: Pool, query: str, *arguments: object) -> AsyncGenerator[StoredEvent]:
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        async for row in connection.cursor(query, *arguments, prefetch=EVENTS_AT_ONCE, timeout=SECONDS):
            yield StoredEvent(*row)
