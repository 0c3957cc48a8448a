"""The list of directives and single ones, from the read model that is written with the events."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.events import ProgressReported
from domain.state import DirectiveState
from storage.envelope import envelope_of
from storage.filters import OPEN_PHASES, DirectiveFilter, Sort, Where, order_of
from storage.pool import Pool
from storage.queries import sql

__all__ = ["OPEN_PHASES", "DirectiveFilter", "Sort"]  # asked for with the list that they are for


@dataclass(frozen=True)
class Page:
    """One page of a list: states in order, the key after which the next page begins, and how many match in all."""

    items: list[DirectiveState]
    next_key: tuple[str, str] | None
    total: int


@dataclass(frozen=True)
class Found:
    """A directive with the units that may see it, and the directives that name it as their parent."""

    state: DirectiveState
    units: frozenset[str]
    children: list[UUID]


async def find(pool: Pool, directive_id: UUID, visible: frozenset[str] | None = None) -> Found | None:
    """One directive as it is now, with its children in order of their numbers; of these, those of units in `visible`."""
    return found_in(await pool.fetchrow(sql("directive_by_id"), directive_id, _listed(visible)))


async def find_many(pool: Pool, ids: Sequence[UUID]) -> dict[UUID, DirectiveState]:
    """Those of the directives that there are, as they are now."""
    rows = await pool.fetch(sql("directives_by_ids"), list(ids))
    return {row["directive_id"]: DirectiveState.model_validate_json(row["state"]) for row in rows}


async def units_of(pool: Pool, ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """The units that may see each of these directives, for those that there are."""
    rows = await pool.fetch(sql("units_of_directives"), list(ids))
    return {row["directive_id"]: frozenset(row["units"]) for row in rows}


async def find_by_code(pool: Pool, code: str, visible: frozenset[str] | None = None) -> Found | None:
    """The directive with a number like "2026/0123"; see `find`."""
    return found_in(await pool.fetchrow(sql("directive_by_code"), code, _listed(visible)))


def found_in(row: Any) -> Found | None:
    """A row with state, units and children; None for none."""
    if row is None:
        return None
    return Found(DirectiveState.model_validate_json(row["state"]), frozenset(row["units"]), row["children"])


def _listed(visible: frozenset[str] | None) -> list[str] | None:
    return None if visible is None else sorted(visible)


async def desk(pool: Pool, usernames: Iterable[str], units: Iterable[str], limit: int) -> list[DirectiveState]:
    """Open directives of the units that may wait for these people, by deadline; domain.desk says which do, and for what."""
    rows = await pool.fetch(sql("desk"), sorted(units), list(usernames), limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in rows]


async def waiting(
    pool: Pool,
    visible: frozenset[str] | None,
    usernames: Iterable[str],
    units: Iterable[str],
    limit: int,
    *,
    decides: bool,
) -> list[DirectiveState]:
    """Open directives that may wait for these people, by deadline: `units` are those they answer for; domain.desk says the rest.

    With `decides` what waits for a decision of the issuing side is among them.
    """
    arguments = (_listed(visible), list(usernames), sorted(units), decides, limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in await pool.fetch(sql("waiting"), *arguments)]


async def at_work_in(pool: Pool, units: Iterable[str], limit: int) -> list[DirectiveState]:
    """Directives at work whose lead unit is one of these, the earliest deadline first."""
    rows = await pool.fetch(sql("at_work_in"), sorted(units), limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in rows]


async def escalated(pool: Pool, visible: frozenset[str] | None, now: datetime, limit: int) -> list[DirectiveState]:
    """Directives at work, overdue, of which a higher level was told; the longest overdue first."""
    rows = await pool.fetch(sql("escalated"), _listed(visible), now, limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in rows]


async def overslept(pool: Pool, before: datetime, limit: int) -> list[UUID]:
    """Directives at work whose next reminder, deadline or escalation was due before an instant and is not recorded."""
    return [row["directive_id"] for row in await pool.fetch(sql("overslept"), before, limit)]


async def count_open(pool: Pool) -> int:
    """How many directives have not ended."""
    return int(await pool.fetchval(sql("count_open")))


async def open_directives(pool: Pool) -> list[UUID]:
    """The directives that have not ended, in the order in which they were last touched."""
    return [row["directive_id"] for row in await pool.fetch(sql("open_directives"))]


async def open_naming(pool: Pool, units: Sequence[str], above: UUID, limit: int) -> list[DirectiveState]:
    """The next open directives after the id `above`, in order of their ids, that one of `units` may see."""
    rows = await pool.fetch(sql("open_naming"), list(units), above, limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in rows]


async def page(
    pool: Pool, wanted: DirectiveFilter, now: datetime, *, sort: Sort, limit: int, after: tuple[str, str] | None = None
) -> Page:
    """A page of the list in order of `sort` ("-" for descending), then id; `after` is the previous page's `next_key`.

    UnfitKey for an `after` that no page of this order gave.
    """
    where = Where(wanted, now)
    if wanted.q:  # what was found is gone through once, and both counted and shown
        asked = _found_and_counted(where, sort, limit, after)
        async with _asking(pool, wanted) as connection:
            rows = await connection.fetch(asked, *where.arguments)
        total, rows = rows[0]["total"], [row for row in rows if row["state"] is not None]
    else:
        counted, arguments = f"select count(*) from directives where {where.text}", list(where.arguments)  # noqa: S608 - parts are ours, values are parameters
        shown = _page_of(where, sort, limit, after)
        async with _asking(pool, wanted) as connection:
            rows = await connection.fetch(shown, *where.arguments)
            total = await connection.fetchval(counted, *arguments)
    items, more = _items_of(rows, limit)
    return Page(items, more, total)


async def count(pool: Pool, wanted: DirectiveFilter, now: datetime) -> int:
    """How many directives the list has in all."""
    where = Where(wanted, now)
    async with _asking(pool, wanted) as connection:
        return int(
            await connection.fetchval(f"select count(*) from directives where {where.text}", *where.arguments)  # noqa: S608 - as above
        )


async def pages(
    pool: Pool, wanted: DirectiveFilter, now: datetime, *, sort: Sort, size: int
) -> AsyncIterator[list[DirectiveState]]:
    """The whole list, so many at a time. No connection is held between them, for whoever reads it may be slow."""
    after: tuple[str, str] | None = None
    while True:
        where = Where(wanted, now)
        shown = _page_of(where, sort, size, after)
        async with _asking(pool, wanted) as connection:
            rows = await connection.fetch(shown, *where.arguments)
        items, after = _items_of(rows, size)
        if items:
            yield items
        if after is None:
            return


def _page_of(where: Where, sort: Sort, limit: int, after: tuple[str, str] | None) -> str:
    order, direction = order_of(sort)
    # The inner query sorts narrow rows; only of those shown is the state unpacked.
    return f"""select state::text as state, {order.key} as key, directive_id::text as id from (
        select state, {order.expression} as sort_key, directive_id from directives
        where {where.text}{_beyond(where, sort, after, order.expression)}
        order by {order.expression} {direction}, directive_id {direction} limit {limit + 1:d}) as shown
        order by sort_key {direction}, directive_id {direction}"""  # noqa: S608 - parts are ours, values are parameters


def _found_and_counted(where: Where, sort: Sort, limit: int, after: tuple[str, str] | None) -> str:
    """The same with the total of all in every row; one row without a state where the page is empty."""
    order, direction = order_of(sort)
    return f"""with found as materialized (select directive_id, {order.expression} as sort_key from directives where {where.text}),
        page as (select * from found where true{_beyond(where, sort, after, "sort_key")}
                 order by sort_key {direction}, directive_id {direction} limit {limit + 1:d})
        select total, shown.* from (select count(*) as total from found) as counted left join (
            select state::text as state, {order.key} as key, directive_id::text as id, directive_id, sort_key
            from page join directives using (directive_id)) as shown on true
        order by sort_key {direction}, directive_id {direction}"""  # noqa: S608 - parts are ours, values are parameters


def _beyond(where: Where, sort: Sort, after: tuple[str, str] | None, expression: str) -> str:
    """The condition that a row comes after the last one of the page before."""
    if after is None:
        return ""
    order, direction = order_of(sort)
    order.check(after)
    value, last_id = where.put(after[0]), where.put(after[1])
    compared = "<" if direction == "desc" else ">"
    return f" and ({expression}, directive_id) {compared} ({value}::text::{order.kind}, {last_id}::text::uuid)"


def _items_of(rows: Sequence[Any], limit: int) -> tuple[list[DirectiveState], tuple[str, str] | None]:
    items = [DirectiveState.model_validate_json(row["state"]) for row in rows[:limit]]
    return items, (rows[limit - 1]["key"], rows[limit - 1]["id"]) if len(rows) > limit else None


@asynccontextmanager
async def _asking(pool: Pool, wanted: DirectiveFilter) -> AsyncIterator[Any]:
    async with pool.acquire() as connection:
        if not wanted.q:
            yield connection
            return
        # A scan of all rows would unpack the words of each, of which the planner knows nothing; the index holds them.
        async with connection.transaction(readonly=True):
            await connection.execute(sql("search_by_index"))
            yield connection


async def last_reports(pool: Pool, ids: Sequence[UUID]) -> dict[UUID, ProgressReported]:
    """What was reported last of the progress of these directives, where anything was."""
    rows = await pool.fetch(sql("last_progress"), list(ids))
    return {row["stream_id"]: ProgressReported.model_validate(envelope_of(row["canonical"])["data"]) for row in rows}


async def cells(pool: Pool, visible: frozenset[str] | None, now: datetime) -> dict[str, int]:
    """How many directives stand in each cell of the official totals at `now`, withdrawn told apart, read from the record."""
    rows = await pool.fetch(sql("status_cells"), now, _listed(visible))
    return {row["cell"]: row["count"] for row in rows}


async def children_of(
    pool: Pool, parents: Sequence[UUID], *, by: datetime | None = None, visible: frozenset[str] | None = None
) -> dict[UUID, list[UUID]]:
    """For each of `parents` the directives that name it as theirs, in order of their numbers.

    Those issued by `by`, if given, and of units in `visible`, if given.
    """
    found: dict[UUID, list[UUID]] = {parent: [] for parent in parents}
    for row in await pool.fetch(sql("children_of"), list(parents), by, _listed(visible)):
        found[row["parent"]].append(row["directive_id"])
    return found
