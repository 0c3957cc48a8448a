"""Time as offices spend it: people act on working days, in office hours."""

from datetime import date, datetime, time, timedelta

from domain.calendar import WorkCalendar
from domain.instants import at_local, local

OPEN, HOURS = time(8), 9.0
"""Offices open at 8:00 and close nine hours later."""


def later(at: datetime, working_days: float, calendar: WorkCalendar) -> datetime:
    """The instant within office hours that lies so many working days, or parts of one, after `at`; to the second."""
    there = local(at)
    day, spent = there.date(), (there.hour - OPEN.hour + there.minute / 60 + there.second / 3600) / HOURS
    if not calendar.is_working_day(day) or spent >= 1:
        day, spent = calendar.shift(day, 1), 0.0
    whole, part = divmod(max(spent, 0.0) + working_days, 1)
    return in_office(calendar.shift(day, int(whole)) if whole else day, part)


def in_office(day: date, part: float) -> datetime:
    """The instant on `day` at which this part (0 to 1) of the office hours is over; to the second."""
    return at_local(day, OPEN) + timedelta(seconds=round(part * HOURS * 3600))


def working_days(start: datetime, end: datetime, calendar: WorkCalendar) -> list[date]:
    """The working days from that of `start` to the one before `end`."""
    first, last = local(start).date(), local(end - timedelta(microseconds=1)).date()
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if calendar.is_working_day(day)]
