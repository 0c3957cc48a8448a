"""A year of the working calendar as twelve small tables: which days are off, and which weekend days are worked."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.calendar import WorkCalendar

Kind = Literal["worked", "weekend", "off", "extra"]
"""off: a weekday that is not worked; extra: a weekend day that is."""


@dataclass(frozen=True)
class Day:
    """One day in its cell; `name` says why it is otherwise than the week has it."""

    day: date
    kind: Kind
    name: str = ""


@dataclass(frozen=True)
class Month:
    """One table: weeks from Monday to Sunday, None where a day belongs to another month."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]


def months(calendar: WorkCalendar, year: int) -> tuple[Month, ...]:
    """The twelve months of a year that the calendar covers."""
    names = {one.day: one.name for one in calendar.out_of_the_week(year)}

    def cell(day: date, month: int) -> Day | None:
        if day.month != month:
            return None
        worked, weekday = calendar.is_working_day(day), day.weekday() < 5
        if worked == weekday:
            return Day(day, "worked" if worked else "weekend")
        return Day(day, "extra" if worked else "off", names[day])

    found = []
    for month in range(1, 13):
        weeks = Calendar().monthdatescalendar(year, month)
        found.append(Month(date(year, month, 1), tuple(tuple(cell(day, month) for day in week) for week in weeks)))
    return tuple(found)
