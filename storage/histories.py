"""Histories read whole, many at a time: for who judges directives by their events alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.registries import REGISTRY_STREAMS
from storage.pool import Pool
from storage.queries import sql
from storage.store import RecordedEvent


async def streams_after(pool: Pool, position: int, limit: int) -> list[tuple[UUID, int]]:
    """The next directives whose first event lies after a position, with that position, in order."""
    rows = await pool.fetch(sql("streams_after"), position, REGISTRY_STREAMS, limit)
    return [(row["stream_id"], row["global_position"]) for row in rows]


async def directives_led_by(pool: Pool, units: Iterable[str]) -> list[UUID]:
    """The directives that these units lead now, in the order in which they were issued."""
    return [row["directive_id"] for row in await pool.fetch(sql("directives_led_by"), sorted(units))]


async def events_of_streams(pool: Pool, directive_ids: Sequence[UUID]) -> dict[UUID, list[RecordedEvent]]:
    """The events of each directive, oldest first; none for one that is not there."""
    found: dict[UUID, list[RecordedEvent]] = {one: [] for one in directive_ids}
    for row in await pool.fetch(sql("events_of_streams"), list(found)):
        found[row["stream_id"]].append(RecordedEvent(row["global_position"], row["canonical"], row["leaf_hash"]))
    return found


async def count_directives(pool: Pool) -> int:
    """How many directives there are, ended ones too."""
    return int(await pool.fetchval(sql("count_directives")))


@dataclass(frozen=True)
class Mailed:
    """Somebody that the record shows to have had mail, delivered or given up, and when first and last."""

    username: str
    first: datetime
    last: datetime


async def mailed_people(pool: Pool, until: datetime) -> list[Mailed]:
    """Everybody with an outcome of mail recorded by `until`. Reads all such events of the record."""
    return [Mailed(**dict(row)) for row in await pool.fetch(sql("mailed_people"), until)]
