"""Kỳ: the week, month, quarter or year that one occurrence of a recurring directive is for, and its name as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Years whose periods can be named; the working calendar knows no day after 2100."""


class Every(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
"""How many months a period has; a week has none of its own."""

_FORMS = {
    Every.WEEK: re.compile(r"(\d{4})-W(\d\d)", re.ASCII),
    Every.MONTH: re.compile(r"(\d{4})-(\d\d)", re.ASCII),
    Every.QUARTER: re.compile(r"(\d{4})-Q(\d)", re.ASCII),
    Every.YEAR: re.compile(r"(\d{4})()", re.ASCII),
}
FORMS = {Every.WEEK: "2026-W05", Every.MONTH: "2026-01", Every.QUARTER: "2026-Q1", Every.YEAR: "2026"}
"""How a period of each length is written."""
_ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, order=True)
class Period:
    """One week (ISO 8601: Monday to Sunday), month, quarter or year. Periods of one length are ordered in time."""

    first: date
    every: Every

    @classmethod
    def parse(cls, text: str, every: Every) -> Self:
        """The period written as in FORMS. ValueError for any other text, a week 53 that the year has not, a year out of reach."""
        found = _FORMS[every].fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no {every}")
        year, number = int(found[1]), int(found[2] or 1)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"{text!r} is out of reach")
        if every is Every.WEEK:
            return cls(date.fromisocalendar(year, number, 1), every)
        return cls(date(year, (number - 1) * MONTHS[every] + 1, 1), every)

    @classmethod
    def of(cls, day: date, every: Every) -> Self:
        """The period in which `day` lies."""
        if every is Every.WEEK:
            return cls(day - timedelta(days=day.weekday()), every)
        months = MONTHS[every]
        return cls(date(day.year, (day.month - 1) // months * months + 1, 1), every)

    def __str__(self) -> str:
        if self.every is Every.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        year, month = self.first.year, self.first.month
        return {
            Every.MONTH: f"{year}-{month:02}",
            Every.QUARTER: f"{year}-Q{(month + 2) // 3}",
            Every.YEAR: f"{year}",
        }[self.every]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Period":
        """The period after it."""
        if self.every is Every.WEEK:
            return Period(self.first + timedelta(days=7), self.every)
        return Period(month_after(self.first, MONTHS[self.every]), self.every)

    @property
    def words(self) -> dict[str, str]:
        """What the placeholders of a template stand for in this period: numbers as documents write them.

        Months have two digits, as documents write 01 and 02 (Decree 30/2020/NĐ-CP, appendix I, II.4); quarters are Roman.
        """
        year, month = self.first.year, self.first.month
        words = {"year": str(year), "from": f"{self.first:%d/%m/%Y}", "to": f"{self.last:%d/%m/%Y}"}
        if self.every is Every.WEEK:
            iso = self.first.isocalendar()
            return words | {"year": str(iso.year), "week": f"{iso.week:02}"}
        if self.every is Every.YEAR:
            return words
        words["quarter"] = _ROMAN[(month - 1) // 3]
        return words if self.every is Every.QUARTER else words | {"month": f"{month:02}"}


def month_after(first: date, months: int) -> date:
    """The first day of the month that lies `months` after the one beginning on `first`."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def periods(first: Period, last: Period) -> Iterator[Period]:
    """All periods from `first` to `last`, both included."""
    while first <= last:
        yield first
        first = first.next
