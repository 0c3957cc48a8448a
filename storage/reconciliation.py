"""What a reconciliation reads of the record, how far the workers are with theirs, and the differences they found last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.registries import REGISTRY_STREAMS
from storage.pool import Pool
from storage.queries import sql

MOST_KEPT = 10_000
"""Differences kept, those that are gone among them."""


@dataclass(frozen=True)
class Claim:
    """Where the comparison goes on: after a position, and with open directives above an id."""

    position: int
    swept_to: UUID
    at: datetime
    """When it was claimed, by the clock of the database."""


@dataclass(frozen=True)
class FoundDifference:
    """A difference as it is kept; `run_id`, `history_event` and `position` are empty or 0 where there is none."""

    directive_id: UUID
    kind: str
    run_id: str
    history_event: int
    position: int
    vietnamese: str
    english: str
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None


async def touched(
    pool: Pool, after: int, limit: int, *, older_than: timedelta = timedelta(0)
) -> list[tuple[UUID, int]]:
    """Directives with events after a position, each with its last position, in order; what is just under way is left out."""
    rows = await pool.fetch(sql("streams_touched"), after, limit, older_than, REGISTRY_STREAMS)
    return [(row["stream_id"], row["position"]) for row in rows]


async def touched_since(pool: Pool, since: datetime) -> list[UUID]:
    """Directives with an event recorded from an instant on."""
    return [row["stream_id"] for row in await pool.fetch(sql("streams_since"), since, REGISTRY_STREAMS)]


async def open_above(pool: Pool, above: UUID, limit: int) -> list[UUID]:
    """The next open directives in order of their ids."""
    return [row["directive_id"] for row in await pool.fetch(sql("open_above"), above, limit)]


async def commands_of(pool: Pool, directives: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The ids of the commands that the record holds events of, for each of these directives."""
    found: dict[UUID, set[UUID]] = {directive_id: set() for directive_id in directives}
    if found:
        for row in await pool.fetch(sql("commands_of_streams"), list(found)):
            found[row["stream_id"]].add(row["command_id"])
    return {directive_id: frozenset(ids) for directive_id, ids in found.items()}


async def people_with_mail(pool: Pool) -> frozenset[str]:
    """Who can be reached by mail."""
    return frozenset(row["username"] for row in await pool.fetch(sql("people_with_mail")))


async def claim(pool: Pool, lasts: timedelta) -> Claim | None:
    """Take the next part of the comparison upon oneself, at most for so long; None while another worker is at it."""
    row = await pool.fetchrow(sql("claim_reconciliation"), lasts)
    return Claim(row["position"], row["swept_to"], row["at"]) if row else None


async def conclude(pool: Pool, claimed: Claim) -> None:
    """The comparison has come so far."""
    await pool.execute(sql("end_reconciliation"), claimed.position, claimed.swept_to)


async def compared_to(pool: Pool) -> tuple[int, datetime | None]:
    """Up to which position directives have been compared, and when the workers were last at it."""
    row = await pool.fetchrow(sql("reconciliation_standing"))
    if row is None:
        raise RuntimeError("the one row of reconciliation is missing")
    return row["position"], row["looked_at"]


async def keep_difference(pool: Pool, row: tuple[UUID, str, str, int, int, str, str]) -> bool:
    """Keep a difference: (directive, kind, run, history event, position, Vietnamese, English); whether it is new."""
    return bool(await pool.fetchval(sql("put_difference"), *row))


async def end_differences(pool: Pool, directives: Sequence[UUID], not_since: datetime) -> int:
    """What was not seen of these directives since an instant is gone; how many differences that were."""
    ended = int(await pool.fetchval(sql("end_differences"), list(directives), not_since))
    await pool.execute(sql("forget_differences"), MOST_KEPT)
    return ended


async def with_differences(pool: Pool, limit: int) -> list[UUID]:
    """Directives of which differences stand."""
    return [row["directive_id"] for row in await pool.fetch(sql("standing_differences"), limit)]


async def found_differences(
    pool: Pool, *, gone_too: bool = False, limit: int = 1000, visible: frozenset[str] | None = None
) -> list[FoundDifference]:
    """The differences found last; with `visible`, of directives that concern one of these units or that are not in the record."""
    units = None if visible is None else sorted(visible)
    return [FoundDifference(**dict(row)) for row in await pool.fetch(sql("found_differences"), gone_too, limit, units)]
