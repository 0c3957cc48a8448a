"""What the list of directives can be asked for, as SQL with numbered parameters, and the orders it can be in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from domain.instants import instant_from
from domain.searching import asked_words, parts_of
from domain.state import CLOSED_PHASES, Phase, StatusCell, Timeliness

Sort = Literal["code", "-code", "issued_at", "-issued_at", "due_at", "-due_at", "title", "-title"]
Direction = Literal["asc", "desc"]
OPEN_PHASES = tuple(phase for phase in Phase if phase not in CLOSED_PHASES)

LONGEST_WORD = 100
"""Of a longer word so much is in the index; see words_of in the migrations."""


class Awaited(StrEnum):
    """Whose word an open directive waits for; where it is more than one, the first that holds."""

    DECLINE = "decline"
    """The issuer's, on a task that was returned (chờ giải quyết trả lại)."""
    ACCEPTANCE = "acceptance"
    """The issuer's, on a result (chờ xác nhận hoàn thành)."""
    APPROVAL = "approval"
    """The head of the unit's, on a result (chờ thủ trưởng đơn vị xác nhận)."""
    EXTENSION = "extension"
    """The issuer's, on a request for more time (chờ giải quyết gia hạn)."""


class UnfitKey(ValueError):
    """A page cannot begin after this: it is no key of the order asked for."""


@dataclass(frozen=True)
class DirectiveFilter:
    """What to list; everything given must hold. `visible` are the units that the reader may see; None sees all."""

    visible: frozenset[str] | None
    phases: Sequence[Phase] = ()
    timeliness: Sequence[Timeliness] = ()
    unit: str | None = None
    """The lead unit."""
    issuer: str | None = None
    source: str | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    q: str | None = None
    """Words that each begin a word of number, title, source number or content, or that mean a unit by `named`."""
    parent: UUID | None = None
    recurrence: UUID | None = None
    cells: Sequence[StatusCell] = ()
    officer: str | None = None
    involved: str | None = None
    """A unit that leads or coordinates."""
    awaits: Sequence[Awaited] = ()
    named: Mapping[str, Iterable[str]] = field(default_factory=dict)
    """Which units each word of `q` may mean, by domain.searching.units_named: a directive that one leads or coordinates fits it."""


_TIMELINESS = """case when due_at is null then 'no_deadline' when overdue_from <= {now} then 'overdue'
    when due_soon_from <= {now} then 'due_soon' else 'in_time' end"""
"""The same as DirectiveState.timeliness; a test holds the two together."""

_FOUND = "(words || involved) @@ {query}::tsquery"


class Where:
    """The conditions of a filter as SQL; `text` with `arguments` for its numbered parameters."""

    def __init__(self, wanted: DirectiveFilter, now: datetime) -> None:
        self.arguments: list[Any] = []
        parts = ["true"]
        if wanted.visible is not None:
            parts.append(f"units && {self.put(sorted(wanted.visible))}::text[]")
        current, cell = _TIMELINESS, "status_cell(phase, due_at, overdue_from, {now})"
        if wanted.timeliness or wanted.cells:
            moment = f"{self.put(now)}::timestamptz"
            current, cell = current.format(now=moment), cell.format(now=moment)
        for column, values in (
            ("phase", wanted.phases),
            (current, wanted.timeliness),
            (cell, wanted.cells),
            ("awaits", wanted.awaits),
        ):
            if values:
                parts.append(f"{column} = any({self.put([str(value) for value in values])}::text[])")
        if _only_open(wanted):
            parts.append("not closed")
        for condition, value in (
            ("lead_unit =", wanted.unit),
            ("issuer =", wanted.issuer),
            ("officer =", wanted.officer),
            ("parent =", wanted.parent),
            ("recurrence =", wanted.recurrence),
            ("source_number =", wanted.source),
            ("due_at >=", wanted.due_from),
            ("due_at <", wanted.due_to),
        ):
            if value is not None:
                parts.append(f"{condition} {self.put(value)}")
        if wanted.involved is not None:
            parts.append(_FOUND.format(query=self.put(_unit_word(wanted.involved))))
        parts += self._words(wanted)
        self.text = " and ".join(parts)

    def put(self, value: object) -> str:
        """One more parameter; how the SQL names it."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def _words(self, wanted: DirectiveFilter) -> Iterable[str]:
        asked = []
        for word in asked_words(wanted.q or ""):
            parts, units = parts_of(word), [_unit_word(code) for code in sorted(wanted.named.get(word, ()))]
            in_text = " & ".join(f"'{part[:LONGEST_WORD]}':*" for part in parts)
            if in_text:
                asked.append(f"({' | '.join([f'({in_text})', *units])})")
            if parts != [word] or len(word) > LONGEST_WORD:
                # The index knows no punctuation: "12/tb" is looked for as its words, and then as it was written.
                written = f"strpos(search, {self.put(word)}) > 0"
                named = f" or {_FOUND.format(query=self.put(' | '.join(units)))}" if units else ""
                yield f"({written}{named})"
        if asked:
            yield _FOUND.format(query=self.put(" & ".join(asked)))


def _only_open(wanted: DirectiveFilter) -> bool:
    """Whether what is asked for implies that a directive is open; said aloud, there is a small index for it."""
    return bool(
        wanted.awaits
        or (wanted.phases and CLOSED_PHASES.isdisjoint(wanted.phases))
        or (wanted.cells and all(cell.value.startswith("open_") for cell in wanted.cells))
        or (wanted.timeliness and all(one is Timeliness.DUE_SOON for one in wanted.timeliness))
    )


def _unit_word(code: str) -> str:
    """The word of `involved` that stands for a unit, as a query; of a text that is no code of a unit, one that is nowhere."""
    return "'@{}'".format(code.replace("\\", "\\\\").replace("'", "''"))


@dataclass(frozen=True)
class Order:
    """An order of the list: an expression that an index of 13_lists.sql has too, and the type of its values."""

    expression: str
    kind: Literal["text", "timestamptz"] = "text"

    @property
    def key(self) -> str:
        """The column `sort_key` as text, for cursors."""
        if self.kind == "text":
            return "sort_key"
        moment = "to_char(sort_key at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        return f"case when isfinite(sort_key) then {moment} else sort_key::text end"

    def check(self, key: tuple[str, str]) -> None:
        """UnfitKey for what cannot be a key of this order and an id."""
        value, directive_id = key
        try:
            UUID(directive_id)
            if self.kind == "timestamptz" and value not in _NEVER:
                instant_from(value)
        except ValueError:
            raise UnfitKey(value) from None


_NEVER = ("infinity", "-infinity")
_DUE = Order("coalesce(due_at, 'infinity'::timestamptz)", "timestamptz")
_DUE_BACKWARDS = Order("coalesce(due_at, '-infinity'::timestamptz)", "timestamptz")
_BY_NAME = {
    "code": Order("""(split_part(code, '/', 1) || lpad(split_part(code, '/', 2), 9, '0')) collate "C\""""),
    "issued_at": Order("issued_at", "timestamptz"),
    "due_at": _DUE,
    "title": Order("""substr(search, length(code) + 2, length(title)) collate "C\""""),
}


def order_of(sort: Sort) -> tuple[Order, Direction]:
    """The order and its direction. Directives without a deadline come last in both directions.

    Titles sort by their letters without accents: PostgreSQL may come without ICU. That part of `search` is the folded title.
    """
    order = _DUE_BACKWARDS if sort == "-due_at" else _BY_NAME[sort.removeprefix("-")]
    return order, "desc" if sort.startswith("-") else "asc"
