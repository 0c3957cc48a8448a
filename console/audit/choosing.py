"""What a bundle is taken of, as it is said on the command line."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from audit.bundle.selection import Directives, Positions, Selection, Withholding
from console.common import REFUSED, USAGE, fail
from console.look import named_directive
from domain.instants import LOCAL_ZONE, at_local
from domain.wording import EVENT_NAMES, REGISTRY_EVENT_NAMES
from storage.bundle import directives_of_units, first_recorded_from, last_recorded_before
from storage.log import head_position
from storage.pool import Pool
from storage.reference import load_reference

_POSITION = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TYPES = EVENT_NAMES.keys() | REGISTRY_EVENT_NAMES.keys()
MOST_DIRECTIVES = 1_000
"""The manifest names each one; a unit or a range takes any number."""


@dataclass(frozen=True)
class Asked:
    """The selection as it was asked for; at most one kind of it."""

    start: str | None
    end: str | None
    directives: list[str]
    unit: str | None

    async def selection(self, pool: Pool) -> tuple[Selection, str]:
        """The selection, and what the report says of it. Ends with 1 or 2 where there is nothing of that kind."""
        if self.directives:
            return await _directives(pool, self.directives)
        if self.unit:
            return await _unit(pool, self.unit)
        first = await _first(pool, self.start) if self.start else 1
        last = await _last(pool, self.end) if self.end else await head_position(pool)
        return Positions(first, last), f"mọi sự kiện từ vị trí {first} đến vị trí {last}"


def checked(start: str | None, end: str | None, directives: list[str], unit: str | None) -> Asked:
    """What was asked for; ends with 2 if it is of two kinds, or not to be understood."""
    if sum((bool(start or end), bool(directives), bool(unit))) > 1:
        fail(USAGE, "Chỉ chọn --from/--to, --directive hoặc --unit. · Choose a range, directives or a unit.")
    if len(directives) > MOST_DIRECTIVES:
        fail(
            USAGE, f"Nhiều nhất {MOST_DIRECTIVES} nhiệm vụ · at most so many directives; hoặc · or --unit, --from, --to"
        )
    for text in (start, end):
        if text and not _POSITION.fullmatch(text):
            _instant(text, after=False)
    return Asked(start, end, directives, unit)


def withholding(rules: list[str], reason: str) -> Withholding:
    """What is withheld: words are types of events, numbers are positions. Ends with 2 for an unknown type."""
    positions = {int(rule) for rule in rules if _POSITION.fullmatch(rule)}
    types = {rule for rule in rules if not _POSITION.fullmatch(rule)}
    if unknown := sorted(types - _TYPES):
        hint = f"Các loại · types: {', '.join(sorted(_TYPES))}"
        fail(USAGE, f"Không có loại sự kiện {', '.join(unknown)} · there is no such type of event", hint)
    return Withholding(frozenset(types), frozenset(positions), reason)


async def _directives(pool: Pool, references: list[str]) -> tuple[Selection, str]:
    found = [(await named_directive(pool, reference)).state for reference in references]
    return Directives(tuple({state.id for state in found})), f"nhiệm vụ {', '.join(state.code for state in found)}"


async def _unit(pool: Pool, code: str) -> tuple[Selection, str]:
    directory = (await load_reference(pool)).dated
    today = directory.on(datetime.now(LOCAL_ZONE).date())
    below = today.below(code)
    if not below:
        fail(REFUSED, f"Không có đơn vị {code}. · There is no unit {code}.", "Xem · see: dondoc units list")
    streams = await directives_of_units(pool, below)
    return Directives(tuple(streams), tuple(below)), f"mọi nhiệm vụ liên quan {code} và đơn vị trực thuộc"


async def _first(pool: Pool, text: str) -> int:
    if _POSITION.fullmatch(text):
        return max(int(text), 1)
    found = await first_recorded_from(pool, _instant(text, after=False))
    if found is None:
        fail(REFUSED, f"Không có sự kiện nào từ {text}. · Nothing was recorded since {text}.")
    return found


async def _last(pool: Pool, text: str) -> int:
    if _POSITION.fullmatch(text):
        return min(int(text), await head_position(pool))
    found = await last_recorded_before(pool, _instant(text, after=True))
    if found is None:
        fail(REFUSED, f"Không có sự kiện nào đến {text}. · Nothing was recorded until {text}.")
    return found


def _instant(text: str, *, after: bool) -> datetime:
    """The instant, on the local clock unless it says otherwise; with `after`, the one just after it: the next day's beginning."""
    try:
        if _DAY.fullmatch(text):
            return at_local(date.fromisoformat(text) + timedelta(days=int(after)), time(0))
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)
        return moment + timedelta(microseconds=int(after))
    except (ValueError, OverflowError):
        hint = "Ví dụ · like: 1200, 2026-11-20, 2026-11-20T08:00:00+07:00"
        fail(USAGE, f"Không hiểu {text} · neither a position nor a day nor an instant: {text}", hint)
