"""The list of directives and single ones, from the read model that is written with the events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from domain.state import CLOSED_PHASES, DirectiveState, Phase, Timeliness
from domain.text import fold
from storage.pool import Pool
from storage.queries import sql

Sort = Literal["code", "-code", "issued_at", "-issued_at", "due_at", "-due_at", "title", "-title"]

_ACCENTED = "".join(chr(n) for n in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if len(fold(chr(n))) == 1)
_PLAIN = "".join(fold(letter) for letter in _ACCENTED)
_MOMENT = "to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
_ISSUED_AT, _DUE_AT = _MOMENT.format(column="issued_at"), _MOMENT.format(column="due_at")

_SORT_KEYS = {
    "code": "split_part(code, '/', 1) || lpad(split_part(code, '/', 2), 9, '0')",
    "issued_at": _ISSUED_AT,
    "due_at": f"coalesce({_DUE_AT}, '~')",
    "-due_at": f"coalesce({_DUE_AT}, '')",
    "title": f"lower(translate(title, '{_ACCENTED}', '{_PLAIN}'))",
}
"""Each sort as text, so that one cursor form serves all; directives without a deadline come after those with one.

Titles sort by their letters without accents, as domain.text.fold has them: PostgreSQL may come without ICU.
"""

_TIMELINESS = """case when due_at is null then 'no_deadline' when overdue_from <= {now} then 'overdue'
    when due_soon_from <= {now} then 'due_soon' else 'in_time' end"""
"""The same as DirectiveState.timeliness; a test holds the two together."""


@dataclass(frozen=True)
class DirectiveFilter:
    """What to list. `visible` are the units that the reader may see; None sees all."""

    visible: frozenset[str] | None
    phases: Sequence[Phase] = ()
    timeliness: Sequence[Timeliness] = ()
    unit: str | None = None
    issuer: str | None = None
    source: str | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    q: str | None = None
    parent: UUID | None = None
    recurrence: UUID | None = None


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


OPEN_PHASES = tuple(phase for phase in Phase if phase not in CLOSED_PHASES)


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


async def at_work_in(pool: Pool, units: Iterable[str], limit: int) -> list[DirectiveState]:
    """Directives at work whose lead unit is one of these, the earliest deadline first."""
    rows = await pool.fetch(sql("at_work_in"), sorted(units), limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in rows]


async def escalated(pool: Pool, units: Iterable[str], now: datetime, limit: int) -> list[DirectiveState]:
    """Directives of the units at work, overdue, of which a higher level was told; the longest overdue first."""
    rows = await pool.fetch(sql("escalated"), sorted(units), now, limit)
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
    """A page of the list in order of `sort` ("-" for descending), then id; `after` is the previous page's `next_key`."""
    where = _Where(wanted, now)
    descending, key = sort.startswith("-"), _SORT_KEYS.get(sort) or _SORT_KEYS[sort.removeprefix("-")]
    key = f'({key}) collate "C"'
    counted = where.text
    arguments = list(where.arguments)
    text = counted
    if after is not None:
        compare = "<" if descending else ">"
        text += f" and ({key}, directive_id::text) {compare} (${len(arguments) + 1}, ${len(arguments) + 2})"
        arguments += after
    direction = "desc" if descending else "asc"
    rows = await pool.fetch(
        f"select state::text as state, {key} as sort_key, directive_id::text as id from directives where {text}"  # noqa: S608 - parts above are ours, values are parameters
        f" order by {key} {direction}, directive_id::text {direction} limit {limit + 1:d}",
        *arguments,
    )
    total = await pool.fetchval(f"select count(*) from directives where {counted}", *where.arguments)  # noqa: S608 - as above
    shown = rows[:limit]
    more = (shown[-1]["sort_key"], shown[-1]["id"]) if len(rows) > limit else None
    return Page([DirectiveState.model_validate_json(row["state"]) for row in shown], more, total)


class _Where:
    """The conditions of a filter as SQL with numbered parameters."""

    def __init__(self, wanted: DirectiveFilter, now: datetime) -> None:
        self.arguments: list[Any] = []
        parts = ["true"]
        if wanted.visible is not None:
            parts.append(f"units && {self._put(sorted(wanted.visible))}::text[]")
        if wanted.phases:
            parts.append(f"phase = any({self._put([str(p) for p in wanted.phases])}::text[])")
        if wanted.timeliness:
            current = _TIMELINESS.format(now=self._put(now))
            parts.append(f"{current} = any({self._put([str(t) for t in wanted.timeliness])}::text[])")
        for column, value in (("lead_unit", wanted.unit), ("issuer", wanted.issuer), ("parent", wanted.parent)):
            if value is not None:
                parts.append(f"{column} = {self._put(value)}")
        if wanted.recurrence is not None:
            parts.append(f"state #>> '{{recurrence,id}}' = {self._put(str(wanted.recurrence))}")
        if wanted.source is not None:
            parts.append(f"source_number = {self._put(wanted.source)}")
        if wanted.due_from is not None:
            parts.append(f"due_at >= {self._put(wanted.due_from)}")
        if wanted.due_to is not None:
            parts.append(f"due_at < {self._put(wanted.due_to)}")
        for word in fold(wanted.q or "").split():
            parts.append(f"strpos(search, {self._put(word)}) > 0")
        self.text = " and ".join(parts)

    def _put(self, value: object) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


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
