"""Deciding on the working calendar: what may be entered over the library, and why not. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.calendar import FIRST_YEAR, LAST_YEAR, CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.model import Value
from domain.refusals import Code, Refusal, refuse
from domain.text import Line, Reason

FURTHEST_BACK, FURTHEST_AHEAD = timedelta(days=366), timedelta(days=3 * 366)
"""The state announces its swaps for the year that comes; a day further away is taken for a slip of the pen."""


class WantedDecision(Value):
    """A decision as an administrator enters it."""

    number: Line
    decided_on: date | None = None
    reason: Reason
    entries: tuple[CalendarEntry, ...]


def swap(off: date, work: date) -> tuple[CalendarEntry, CalendarEntry]:
    """The two halves of a swap: a weekday off against a worked day of a weekend."""
    return (
        CalendarEntry(day=off, kind=DayKind.DAY_OFF, reason=f"nghỉ hoán đổi với {work:%d/%m/%Y}"),
        CalendarEntry(day=work, kind=DayKind.WORKING, reason=f"làm bù cho {off:%d/%m/%Y}"),
    )


def take_back(calendar: WorkCalendar, number: str, by: str) -> tuple[CalendarEntry, ...] | Refusal:
    """What the decision `by` needs to hold to take back all that is still in force of the decision `number`."""
    taken, taking = _named(calendar, number), _named(calendar, by)
    if taken and taking and {*taking.days} <= {*taken.days} and _only_takes_back(taking):
        return taking.entries  # it did so before
    still = calendar.in_force(taken) if taken else ()
    if not still:
        return refuse(Code.CALENDAR_DECISION_UNKNOWN, decision=number)
    return tuple(
        CalendarEntry(day=entry.day, kind=DayKind.AS_USUAL, reason=f"bãi bỏ {number}"[:500]) for entry in still
    )


def _named(calendar: WorkCalendar, number: str) -> CalendarDecision | None:
    return next((decision for decision in calendar.decisions if decision.number == number), None)


def _only_takes_back(decision: CalendarDecision) -> bool:
    return all(entry.kind is DayKind.AS_USUAL for entry in decision.entries)


def decide_calendar(calendar: WorkCalendar, wanted: WantedDecision, today: date) -> CalendarDecision | Refusal | None:
    """The decision with its revision; None when the same one is entered already; or why it cannot be.

    Refused: a day named twice, out of reach, decided otherwise before, already off or already worked; a number that
    stands for other days.
    """
    known = _named(calendar, wanted.number)
    if known is not None:
        same = {(e.day, e.kind) for e in known.entries} == {(e.day, e.kind) for e in wanted.entries}
        return None if same else refuse(Code.CALENDAR_DECISION_KNOWN, decision=wanted.number, days=_days(known.entries))
    refusals = (_refusal(calendar, entry, wanted.entries, today) for entry in wanted.entries)
    refused = next((refusal for refusal in refusals if refusal), None)
    return refused or CalendarDecision(**dict(wanted), revision=calendar.revision + 1)


def _refusal(
    calendar: WorkCalendar, entry: CalendarEntry, entries: Sequence[CalendarEntry], today: date
) -> Refusal | None:
    day = f"{entry.day:%d/%m/%Y}"
    if sum(other.day == entry.day for other in entries) > 1:
        return refuse(Code.CALENDAR_DAY_TWICE, day=day)
    # What is taken back was within reach when it was entered.
    if entry.kind is DayKind.AS_USUAL:
        return None
    near = today - FURTHEST_BACK <= entry.day <= today + FURTHEST_AHEAD
    if not near or not FIRST_YEAR <= entry.day.year <= LAST_YEAR:
        return refuse(Code.CALENDAR_DAY_TOO_FAR, day=day)
    before = calendar.deciding(entry.day)
    if before is not None:
        return refuse(Code.CALENDAR_DAY_DECIDED, day=day, decision=before.number)
    if calendar.is_working_day(entry.day) is (entry.kind is DayKind.WORKING):
        code = Code.CALENDAR_DAY_WORKED if entry.kind is DayKind.WORKING else Code.CALENDAR_DAY_OFF
        return refuse(code, day=day)
    return None


def _days(entries: Sequence[CalendarEntry]) -> tuple[str, ...]:
    return tuple(f"{entry.day:%d/%m/%Y}" for entry in entries)
