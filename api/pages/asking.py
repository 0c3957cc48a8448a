"""The filters of the list as an address carries them: read, checked, written again with one of them changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NoReturn, TypeVar, get_args
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from api.problems import Problem
from domain.instants import at_local
from domain.state import Phase, StatusCell, Timeliness
from domain.text import compose
from storage.filters import OPEN_PHASES, Awaited, Sort

_T = TypeVar("_T")

SORTS: tuple[Sort, ...] = get_args(Sort)
SINGLE = ("q", "unit", "involved", "officer", "issuer", "source", "parent", "recurrence", "due_from", "due_to", "sort")
MANY = ("status", "timeliness", "cell", "awaits")
PLACE = ("cursor", "done", "format")
"""Where in the list one is; no filters."""
MOST_CHARACTERS = 200
_FOLLOWING = timedelta(microseconds=1)


@dataclass(frozen=True)
class Asked:
    """What an address asks the list for; texts as they were given."""

    single: dict[str, str]
    many: dict[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        """One filter's text, empty where it is not asked for."""
        return self.single.get(name, "")

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values of a filter that takes several."""
        return self.many.get(name, ())

    @property
    def phases(self) -> list[Phase]:
        """The phases asked for; "open" is all that have not ended."""
        return [
            phase for one in self.chosen("status") for phase in (OPEN_PHASES if one == "open" else [_one(Phase, one)])
        ]

    @property
    def timeliness(self) -> list[Timeliness]:
        """The standings asked for."""
        return [_one(Timeliness, one) for one in self.chosen("timeliness")]

    @property
    def cells(self) -> list[StatusCell]:
        """The cells of the official totals asked for."""
        return [_one(StatusCell, one) for one in self.chosen("cell")]

    @property
    def awaits(self) -> list[Awaited]:
        """Whose decision it waits for."""
        return [_one(Awaited, one) for one in self.chosen("awaits")]

    @property
    def sort(self) -> Sort:
        """The order; the newest first unless another is asked for."""
        asked = self.text("sort") or "-issued_at"
        return next((one for one in SORTS if one == asked), None) or _unfit("sort")

    @property
    def due_from(self) -> datetime | None:
        """From the first deadline that belongs to the day: one at 0:00 ends the day before."""
        return _instant(self.text("due_from"), "due_from", 0)

    @property
    def due_to(self) -> datetime | None:
        """Up to the last deadline that belongs to the day, which may be at 24:00."""
        return _instant(self.text("due_to"), "due_to", 1)

    def identifier(self, name: str) -> UUID | None:
        """A filter that is an id."""
        text = self.text(name)
        try:
            return UUID(text) if text else None
        except ValueError:
            _unfit(name)

    def tags(self) -> Iterator[tuple[str, str]]:
        """Each filter in force with its value; the order is none."""
        for name in SINGLE:
            if name != "sort" and self.text(name):
                yield name, self.text(name)
        for name in MANY:
            for value in self.chosen(name):
                yield name, value

    def query(self, *, without: tuple[str, str] | None = None, **changes: str) -> str:
        """The address's query with one filter taken out or some changed; an empty change takes one out."""
        single = {**self.single, **changes}
        pairs = [(name, single[name]) for name in (*SINGLE, *PLACE) if single.get(name)]
        pairs += [(name, value) for name in MANY for value in self.chosen(name)]
        return urlencode([pair for pair in pairs if pair != without])


def asked_of(query: QueryParams) -> Asked:
    """What a query asks for. Problem 422 for a filter that is not known, or a text that is too long."""
    for name in query:
        if name not in (*SINGLE, *MANY, *PLACE):
            reason = ("không được biết đến ở địa chỉ này", "is not known at this address")
            raise Problem(422, "invalid_parameter", field=name, reason=reason)
    single = {name: _text(query.get(name, ""), name) for name in SINGLE}
    many = {name: tuple(_text(one, name) for one in query.getlist(name) if one) for name in MANY}
    return Asked({name: text for name, text in single.items() if text}, {k: v for k, v in many.items() if v})


def _text(value: str, name: str) -> str:
    text = compose(value).strip()
    if len(text) > MOST_CHARACTERS or "\0" in text:
        _unfit(name)
    return text


def _one(choices: type[_T], value: str) -> _T:
    try:
        return choices(value)  # type: ignore[call-arg]  # an enumeration's look-up by value
    except ValueError:
        _unfit(value)


def _instant(text: str, name: str, days: int) -> datetime | None:
    if not text:
        return None
    try:
        return at_local(date.fromisoformat(text) + timedelta(days=days), time(0)) + _FOLLOWING
    except (ValueError, OverflowError):
        _unfit(name)


def _unfit(name: str) -> NoReturn:
    reason = ("giá trị không dùng được", "has a value that cannot be used")
    raise Problem(422, "invalid_parameter", field=name, reason=reason)
