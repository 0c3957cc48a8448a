"""A policy says when to remind, when to tell the next level, and how a result is accepted. It is data with a version."""

from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from domain.model import Value
from domain.text import Code, Line


class Urgency(StrEnum):
    """Độ khẩn of a directive; names the policy that applies unless the issuer names another."""

    THUONG = "thuong"
    KHAN = "khan"
    THUONG_KHAN = "thuong_khan"
    HOA_TOC = "hoa_toc"


class Audience(StrEnum):
    """Who is told; resolved to people through the directory at the moment of telling."""

    LEAD_UNIT_HEADS = "lead_unit_heads"
    OFFICER = "officer"
    ISSUER = "issuer"
    COORDINATING_UNITS = "coordinating_units"
    INFORMED_UNITS = "informed_units"
    OFFICE = "office"
    LEADERS = "leaders"


class Span(Value):
    """A distance in time: working days of the calendar, or a plain duration (ISO 8601, down to seconds)."""

    working_days: Annotated[int, Field(ge=1, le=366)] | None = None
    duration: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=366))] | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.working_days is None) == (self.duration is None):
            raise ValueError("a span has either working_days or duration")
        return self


class Rung(Value):
    """One step around the deadline: so long before or after it."""

    side: Literal["before", "after"]
    span: Span


class ReminderRung(Rung):
    """When to remind, and whom."""

    to: tuple[Audience, ...] = (Audience.LEAD_UNIT_HEADS, Audience.OFFICER)


class EscalationRung(Rung):
    """When the next level of leadership is told of an overdue directive."""

    side: Literal["before", "after"] = "after"
    level: PositiveInt
    to: tuple[Audience, ...]


class Policy(Value):
    """Everything that follows from a deadline. `version` is raised with every change; old versions stay readable."""

    code: Code
    version: PositiveInt
    name_vi: Line
    name_en: Line
    closing_time: time | None = None
    """When the last day ends on the wall clock; None is 24:00, as the law has it."""
    notice_time: time = time(8, 0)
    """The wall-clock time of steps counted in working days."""
    due_soon: Span = Span(working_days=2)
    """How long before the deadline a directive counts as sắp đến hạn."""
    acceptance_levels: Literal[1, 2] = 2
    """2: head of the unit approves, then the issuer accepts. 1: the issuer alone."""
    reminders: tuple[ReminderRung, ...] = ()
    escalations: tuple[EscalationRung, ...] = ()

    @model_validator(mode="after")
    def _ladder_climbs(self) -> Self:
        levels = [rung.level for rung in self.escalations]
        if levels != sorted(set(levels)):
            raise ValueError("escalation levels must rise from rung to rung")
        for unit in ("working_days", "duration"):
            spans = [getattr(rung.span, unit) for rung in self.escalations if getattr(rung.span, unit) is not None]
            if spans != sorted(spans):
                raise ValueError("a higher level is not told before a lower one")
        if any(rung.side == "before" for rung in self.escalations):
            raise ValueError("an escalation comes after the deadline")
        return self

    @property
    def label(self) -> str:
        """How events name it: code@version."""
        return f"{self.code}@{self.version}"
