"""Nhiệm vụ định kỳ: a template of a directive with a rule for when each period's occurrence is issued and due.

All of it is data; an occurrence is a function of its recurrence and its period. Days and clock times are those of
Asia/Ho_Chi_Minh.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from domain.commands import IssueDirective, IssueOccurrence
from domain.days import Day
from domain.event_values import Actor
from domain.instants import at_local, local
from domain.model import Instant, Value
from domain.period import FIRST_YEAR, LAST_YEAR, MONTHS, Every, Period, month_after
from domain.terms import DaysOff

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
FILLED = ("title", "content", "expected_result")
"""The fields of a template in which placeholders are filled in."""


def _clock(value: object) -> object:
    if isinstance(value, time) or (isinstance(value, str) and _CLOCK.fullmatch(value)):
        return value
    raise PydanticCustomError("clock_time", "a clock time is written as HH:MM")


ClockTime = Annotated[
    time, BeforeValidator(_clock), PlainSerializer(lambda t: f"{t:%H:%M}", return_type=str, when_used="json")
]
"""A time on the wall clock, HH:MM."""


class DayOfPeriod(Value):
    """A day of a period: of the week (1 is Monday), or of the month. Day 31 is the last day of any month.

    `later` counts months, in a weekly rule weeks, after the first of the period: the 20th of a quarter's third month is
    `{"day": 20, "later": 2}`, the 5th of the month after a month `{"day": 5, "later": 1}`.
    """

    day: Annotated[int, Field(ge=1, le=31, strict=True)]
    later: Annotated[int, Field(ge=0, le=12, strict=True)] = 0

    def within(self, period: Period) -> date:
        """The day that it is for this period."""
        if period.every is Every.WEEK:
            return period.first + timedelta(days=7 * self.later + self.day - 1)
        month = month_after(period.first, self.later)
        last = month_after(month, 1) - timedelta(days=1)
        return month.replace(day=min(self.day, last.day))


class IssueDay(DayOfPeriod):
    """When an occurrence is issued: a day of its period, at a clock time."""

    at: ClockTime = time(8, 0)


class Rule(Value):
    """When the occurrence of each period is issued, and when it is due. The due day ends as the policy says."""

    every: Every
    issue: IssueDay
    due: DayOfPeriod
    days_off: DaysOff = DaysOff.NEXT_WORKING_DAY

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        length = MONTHS.get(self.every, 1)
        weekly = self.every is Every.WEEK and max(self.issue.day, self.due.day) > 7
        if weekly or self.issue.later >= length or self.due.later > length:
            raise PydanticCustomError("rule_reach", "a day lies outside the period and the month or week after it")
        if (self.due.later, self.due.day) < (self.issue.later, self.issue.day):
            raise PydanticCustomError("rule_order", "an occurrence is due before it is issued")
        return self


class SetUpRecurrence(Value):
    """What is asked for: template, rule, and the days between which occurrences are issued.

    Without `first_on` they begin when it is set up, and a backfill may reach back at will.
    """

    template: IssueDirective
    rule: Rule
    first_on: Day | None = None
    last_on: Day | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.template.deadline is not None:
            raise PydanticCustomError("template_deadline", "the deadline of an occurrence comes from the rule")
        if self.first_on and self.last_on and self.last_on < self.first_on:
            raise PydanticCustomError("last_before_first", "the last day lies before the first")
        return self


class Status(StrEnum):
    """Whether a recurrence issues occurrences."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Recurrence(SetUpRecurrence):
    """A recurrence as it stands. `version` counts its changes."""

    id: UUID
    version: int
    status: Status
    issuer: Actor
    created_at: Instant

    def issue_at(self, period: Period) -> datetime:
        """When the period's occurrence is issued, in UTC."""
        return at_local(self.rule.issue.within(period), self.rule.issue.at)

    def due_on(self, period: Period) -> date:
        """The day on which it is due, before the calendar is asked about days off."""
        return self.rule.due.within(period)

    def reaches(self, period: Period) -> bool:
        """Whether the period's occurrence is issued within the recurrence's first and last day."""
        day = self.rule.issue.within(period)
        within = (self.first_on or date.min) <= day <= (self.last_on or date.max)
        return within and FIRST_YEAR <= period.first.year <= LAST_YEAR

    def period_at(self, moment: datetime) -> Period:
        """The period whose occurrence was the last to be issued at `moment`, this instant included."""
        period = Period.of(local(moment).date(), self.rule.every)
        if self.issue_at(period) <= moment:
            return period
        return Period.of(period.first - timedelta(days=1), self.rule.every)

    def coming(self, after: datetime) -> Iterator[Period]:
        """The periods whose occurrences are still to be issued after an instant, earliest first."""
        period = self.period_at(after).next
        if self.first_on is not None:
            period = max(period, Period.of(self.first_on, self.rule.every))
        while period.first.year <= LAST_YEAR and (self.last_on is None or period.first <= self.last_on):
            if self.reaches(period):
                yield period
            period = period.next

    def occurrence(self, period: Period) -> IssueOccurrence:
        """The command that issues the period's occurrence. pydantic.ValidationError if a text grows too long by filling."""
        words = period.words
        fields: dict[str, Any] = self.template.model_dump(exclude_unset=True)
        fields |= {name: _filled(fields[name], words) for name in FILLED if fields.get(name)}
        directive = IssueDirective.model_validate({**fields, "deadline": {"at": self.due_on(period)}})
        return IssueOccurrence(
            directive=directive,
            recurrence=self.id,
            period=str(period),
            issue_at=self.issue_at(period),
            days_off=self.rule.days_off,
        )


def unknown_placeholders(wanted: SetUpRecurrence) -> tuple[str, ...]:
    """Placeholders of the template that say nothing about a period of the rule's length, in order, each once."""
    texts = [getattr(wanted.template, name) or "" for name in FILLED]
    named = dict.fromkeys(name for text in texts for name in _PLACEHOLDER.findall(text))
    return tuple(name for name in named if name not in placeholders(wanted.rule.every))


def placeholders(every: Every) -> tuple[str, ...]:
    """What a template may name for periods of this length."""
    return tuple(Period.of(date(FIRST_YEAR, 1, 3), every).words)


def _filled(text: str, words: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: words[found[1]], text)
