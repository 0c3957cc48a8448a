"""Working days in Việt Nam: the `holidays` library as a base, dated decisions over it, one version for both."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import version as version_of

import holidays

from domain.model import Value

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years that the calendar covers."""


class DayKind(StrEnum):
    """What a decision makes of a day. As usual: what the library and the week say; it takes an earlier decision back."""

    DAY_OFF = "day_off"
    WORKING = "working"
    AS_USUAL = "as_usual"


class CalendarEntry(Value):
    """What is decided of one day, e.g. one half of a swap (hoán đổi ngày làm việc)."""

    day: date
    kind: DayKind
    reason: str


class CalendarDecision(Value):
    """Days decided together. `revision` counts the decisions of a record from 1; a later one overrides an earlier one."""

    revision: int
    number: str
    """The number of the document, like "15/QĐ-UBND"; what events of directives name."""
    decided_on: date | None = None
    reason: str
    entries: tuple[CalendarEntry, ...]

    @property
    def days(self) -> tuple[date, ...]:
        """The days that it decides."""
        return tuple(entry.day for entry in self.entries)


SHIPPED: tuple[CalendarDecision, ...] = (
    CalendarDecision(
        revision=1,
        number="bảng kèm chương trình 2026.1",
        reason="Hoán đổi ngày làm việc dịp Tết Dương lịch 2026, thư viện holidays 0.109 chưa có",
        entries=(
            CalendarEntry(day=date(2026, 1, 2), kind=DayKind.DAY_OFF, reason="nghỉ hoán đổi với 10/01/2026"),
            CalendarEntry(day=date(2026, 1, 10), kind=DayKind.WORKING, reason="làm bù cho 02/01/2026"),
        ),
    ),
)
"""What a new record starts with: announced days that the library does not know. Each has a number of its own for ever."""


_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


class NamedDay(Value):
    """A day with what makes it one of work or of rest."""

    day: date
    working: bool
    name: str
    """Why: the holiday's name, the reason of the decision, or the weekday where nothing else is known of the day."""
    decision: str | None = None
    """The number of the decision; None where the library says so."""


class WorkCalendar:
    """Says which days are worked, and counts in working days.

    The work week is Monday to Friday. A decision overrides the library, which overrides the week.
    """

    def __init__(self, decisions: Iterable[CalendarDecision] = SHIPPED) -> None:
        self.decisions = tuple(sorted(decisions, key=lambda decision: decision.revision))
        self.revision = self.decisions[-1].revision if self.decisions else 0
        """That of the last decision; 0 when there is none."""
        self._own: dict[date, tuple[CalendarEntry, CalendarDecision]] = {}
        for decision in self.decisions:
            for entry in decision.entries:
                self._own[entry.day] = entry, decision
                if entry.kind is DayKind.AS_USUAL:
                    del self._own[entry.day]
        self._library = _library()
        self._known: dict[date, bool] = {}  # asked for thousands of times; the library takes its time
        self.version = f"vn-{self.revision}.{self._digest()}+holidays-{version_of('holidays')}"

    def _digest(self) -> str:
        # The number tells the order within one record, the digest what is decided: the same version, the same days anywhere.
        lines = "\n".join(f"{day} {entry.kind}" for day, (entry, _) in sorted(self._own.items()))
        return hashlib.sha256(lines.encode()).hexdigest()[:8]

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`. Years outside 2000 to 2100 are refused: no table covers them."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._is_worked(day)
        return known

    def _is_worked(self, day: date) -> bool:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"no calendar for the year {day.year}")
        own = self._own.get(day)
        if own is not None:
            return own[0].kind is DayKind.WORKING
        if day in self._library:
            return False
        return day.weekday() < 5 or day in self._library.weekend_workdays

    def deciding(self, day: date) -> CalendarDecision | None:
        """The decision in force for `day`, if one is."""
        own = self._own.get(day)
        return own[1] if own else None

    def in_force(self, decision: CalendarDecision) -> tuple[CalendarEntry, ...]:
        """What of a decision no later one has overridden or taken back."""
        return tuple(entry for entry in decision.entries if self.deciding(entry.day) == decision)

    def shift(self, day: date, working_days: int) -> date:
        """The working day that lies `working_days` after `day` (before it, when negative); `day` itself never counts.

        Zero gives `day` if it is worked, else the next working day: a period that ends on a day off runs to the next
        working day (Civil Code 2015, art. 148.5); its first day is not counted (art. 147.2).
        """
        step = timedelta(days=-1 if working_days < 0 else 1)
        if working_days == 0:
            while not self.is_working_day(day):
                day += step
            return day
        left = abs(working_days)
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many days after `start` up to and including `end` are worked: `start` itself does not count (art. 147.2)."""
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def days_off_between(self, start: date, end: date) -> tuple[date, ...]:
        """The days after `start` up to and including `end` that are not worked."""
        span = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return tuple(day for day in span if not self.is_working_day(day))

    def out_of_the_week(self, year: int) -> tuple[NamedDay, ...]:
        """The weekdays off and the weekend days worked of a year, each with its reason and where that is from."""
        first = date(year, 1, 1)
        days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
        return tuple(self.named(day) for day in days if self.is_working_day(day) != (day.weekday() < 5))

    def named(self, day: date) -> NamedDay:
        """What `day` is and why: its holiday or decision; of a day that is as the week has it, the name of the weekday."""
        own = self._own.get(day)
        if own is not None:
            entry, decision = own
            return NamedDay(day=day, working=entry.kind is DayKind.WORKING, name=entry.reason, decision=decision.number)
        working = self.is_working_day(day)
        if working == (day.weekday() < 5) and day not in self._library:
            return NamedDay(day=day, working=working, name=_WEEKDAYS[day.weekday()])
        return NamedDay(day=day, working=working, name="làm bù" if working else self._library[day])


@cache
def _library() -> holidays.HolidayBase:
    """One for the process: it computes each year once. Its words do not depend on the locale of the machine."""
    return holidays.country_holidays("VN", language="vi")
