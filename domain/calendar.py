"""Working days in Việt Nam: the `holidays` library as a base, an own dated table over it, one version for both."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from importlib.metadata import version as version_of

import holidays

from domain.model import Value

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class DayKind(StrEnum):
    """What an entry of the own table makes of its day."""

    DAY_OFF = "day_off"
    WORKING = "working"


class CalendarEntry(Value):
    """One dated decision on a day, e.g. one half of a swap (hoán đổi ngày làm việc)."""

    day: date
    kind: DayKind
    reason: str


OWN_TABLE_VERSION = "2026.1"
"""Raised with every change of OWN_TABLE; it is part of the calendar version that each event names."""

OWN_TABLE: tuple[CalendarEntry, ...] = (
    # The swap of New Year 2026, which the library (0.109) does not know.
    CalendarEntry(day=date(2026, 1, 2), kind=DayKind.DAY_OFF, reason="nghỉ hoán đổi với 10/01/2026"),
    CalendarEntry(day=date(2026, 1, 10), kind=DayKind.WORKING, reason="làm bù cho 02/01/2026"),
)


class WorkCalendar:
    """Says which days are worked, and counts in working days.

    The work week is Monday to Friday. An own entry overrides the library, which overrides the week.
    """

    def __init__(self, entries: Iterable[CalendarEntry] = OWN_TABLE, entries_version: str = OWN_TABLE_VERSION) -> None:
        self._own = {entry.day: entry.kind for entry in entries}
        self._library = holidays.country_holidays("VN")
        self.version = f"vn-{entries_version}+holidays-{version_of('holidays')}"

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`. Years outside 2000 to 2100 are refused: no table covers them."""
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError(f"no calendar for the year {day.year}")
        own = self._own.get(day)
        if own is not None:
            return own is DayKind.WORKING
        if day in self._library:
            return False
        return day.weekday() < 5 or day in self._library.weekend_workdays

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
