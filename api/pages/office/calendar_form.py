"""The forms over the calendar: from what was typed to a decision, with every fault at its field. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any

from api.bodies import parse_command
from api.faults import Fault
from api.language import Words
from api.problems import Problem
from domain.calendar import CalendarEntry, DayKind, WorkCalendar
from domain.calendar_decisions import WantedDecision, swap, take_back
from domain.days import Day
from domain.model import Value
from domain.refusals import Code, Refusal
from domain.text import Line, Reason

Values = dict[str, list[str]]
Reading = Callable[[Values, WorkCalendar], WantedDecision]
"""From what was typed, and the calendar as it is, to the decision that is meant. Problem 422 for what cannot be read."""

MOST_ROWS = 12
_NEEDED: Words = ("hãy nhập mục này", "is needed")
_NO_DAY: Words = (
    "hãy nêu ít nhất một ngày nghỉ hoặc một ngày làm bù",
    "name at least one day off or one day worked",
)


class _Swap(Value):
    off: Day | None = None
    work: Day | None = None


class _Words(Value):
    number: Line
    decided_on: Day | None = None
    reason: Reason | None = None


def rows_in(values: Values) -> list[dict[str, str]]:
    """The rows of days; those that were left empty are no rows."""
    rows = [
        {part: text for part in ("off", "work") if (text := _text(values, f"days.{index}.{part}"))}
        for index in range(MOST_ROWS)
    ]
    return [row for row in rows if row]


def tidied(values: Values) -> Values:
    """The same values with their rows numbered without gaps."""
    rows: Values = {}
    for index, row in enumerate(rows_in(values)):
        rows |= {f"days.{index}.{part}": [text] for part, text in row.items()}
    return {name: held for name, held in values.items() if not name.startswith("days.")} | rows


def swapped(values: Values, _: WorkCalendar) -> WantedDecision:
    """Days off against days worked, row by row; a row may hold one of them alone."""
    faults: list[Fault] = []
    said = _words(values, faults)
    rows = [_parsed(_Swap, row, faults, f"days.{index}.") for index, row in enumerate(rows_in(values))]
    if not rows:
        faults.append(Fault("days", "field_missing", _NO_DAY))
    if faults or said is None:
        raise Problem.faulty([_in_plain_words(fault, values) for fault in faults])
    reason = said.reason or _usual_reason(rows)
    entries = tuple(entry for row in rows for entry in _entries(row, reason))
    return WantedDecision(number=said.number, decided_on=said.decided_on, reason=reason, entries=entries)


def taken_back(values: Values, calendar: WorkCalendar) -> WantedDecision:
    """All that is still in force of the decision `taken`, back to what the library and the week say."""
    faults: list[Fault] = []
    said, taken = _words(values, faults), _text(values, "taken")
    if said is None:
        raise Problem.faulty([_in_plain_words(fault, values) for fault in faults])
    entries = take_back(calendar, taken, said.number)
    if isinstance(entries, Refusal):
        raise Problem.of(entries)
    reason = said.reason or f"Bãi bỏ {taken}"[:500]
    return WantedDecision(number=said.number, decided_on=said.decided_on, reason=reason, entries=entries)


def place_of(refusal: Refusal, values: Values) -> str:
    """The input beside which the calendar's refusal stands; empty where it is about the whole."""
    if refusal.code in (Code.CALENDAR_DECISION_KNOWN, Code.CALENDAR_DECISION_UNKNOWN):
        return "number" if refusal.code is Code.CALENDAR_DECISION_KNOWN else ""
    for index, row in enumerate(rows_in(values)):
        for part, text in row.items():
            if _shown(text) == refusal.params.get("day"):
                return f"days.{index}.{part}"
    return ""


def _entries(row: _Swap, reason: str) -> tuple[CalendarEntry, ...]:
    if row.off is not None and row.work is not None:
        return swap(row.off, row.work)
    if row.off is not None:
        return (CalendarEntry(day=row.off, kind=DayKind.DAY_OFF, reason=reason),)
    return (CalendarEntry(day=row.work, kind=DayKind.WORKING, reason=reason),) if row.work is not None else ()


def _usual_reason(rows: list[_Swap]) -> str:
    days = [f"{day:%d/%m/%Y}" for row in rows for day in (row.off, row.work) if day is not None]
    both = any(row.off is not None and row.work is not None for row in rows)
    return f"{'Hoán đổi ngày làm việc' if both else 'Ngày nghỉ, ngày làm bù'} {', '.join(days)}"[:500]


def _words(values: Values, faults: list[Fault]) -> _Words | None:
    fields: dict[str, Any] = {"number": _text(values, "number")}
    fields |= {name: text for name in ("decided_on", "reason") if (text := _text(values, name))}
    parsed: _Words | None = _parsed(_Words, fields, faults)
    return parsed


def _in_plain_words(fault: Fault, values: Values) -> Fault:
    return Fault(fault.field, fault.code, _NEEDED) if fault.field == "number" and not _text(values, "number") else fault


def _parsed(model: type[Any], fields: dict[str, Any], faults: list[Fault], at: str = "") -> Any:
    try:
        return parse_command(model, fields)
    except Problem as problem:
        faults += [Fault(at + fault.field, fault.code, fault.reason) for fault in problem.faults]
        return None


def _shown(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return ""


def _text(values: Values, name: str) -> str:
    return values.get(name, [""])[0].strip()
