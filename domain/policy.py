"""A policy says when to remind, whom to tell, what may be extended, and how a result is accepted. It is data with a version."""

from collections.abc import Iterable
from datetime import time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PositiveInt, model_validator
from pydantic_core import PydanticCustomError

from domain.directory import Role
from domain.model import Value
from domain.text import Code, Line


class SourceKind(StrEnum):
    """Kinds of documents that assign tasks (văn bản giao nhiệm vụ)."""

    CONCLUSION_NOTICE = "conclusion_notice"
    DISPATCH = "dispatch"
    URGENT_DISPATCH = "urgent_dispatch"
    DECISION = "decision"
    RESOLUTION = "resolution"
    PLAN = "plan"
    PETITION = "petition"
    NEWS = "news"
    OTHER = "other"


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


class Recipients(Value):
    """Who is told, by role and place in the unit tree: the holders of `role` nearest to a unit, `up` levels of them higher."""

    role: Role
    of: Literal["lead_unit", "issuing_unit"] = "lead_unit"
    up: Annotated[int, Field(ge=0, le=10)] = 0
    """0: in the nearest unit at or above that has one; 1: in the next one above that; and so on, as far as the tree goes."""


Audiences = tuple[Audience | Recipients, ...]


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

    to: Audiences = (Audience.LEAD_UNIT_HEADS, Audience.OFFICER)


class EscalationRung(Rung):
    """When the next level of leadership is told of an overdue directive."""

    side: Literal["before", "after"] = "after"
    level: PositiveInt
    to: Audiences


class ExtensionRules(Value):
    """When the unit may ask for more time (gia hạn), and how often it is granted."""

    most_granted: Annotated[int, Field(ge=0, le=20)] = 2
    days_after: Annotated[int, Field(ge=0, le=366)] = 30
    """Until the end of which day after the deadline the unit may still ask; calendar days, the first not counted."""
    days_after_higher: Annotated[int, Field(ge=0, le=366)] = 7
    """The same where a higher authority assigned the task."""

    @model_validator(mode="after")
    def _higher_is_stricter(self) -> Self:
        if self.days_after_higher > self.days_after:
            raise ValueError(
                "extensions: a higher authority's directive cannot be open to requests for longer than others"
            )
        return self


class StopClock(Value):
    """Which stops of the clock (tạm hoãn, chờ giải quyết) move the deadline by the working time that they lasted."""

    suspension: bool = True
    decline: bool = False
    """Whether the time in which a decline lies with the issuer is given back to the unit that then has the directive."""
    longest_days: Annotated[int, Field(ge=1, le=3660)] = 365
    """A suspension without an end of its own ends after so many days: every wait has a limit."""


def _clock(value: object) -> object:
    # YAML reads a bare 17:00 as the number 1020, which would pass for 17 minutes past midnight.
    if isinstance(value, str | time):
        return value
    raise PydanticCustomError("clock", 'a time of day is written as text, in YAML between quotes: "17:00"')


Clock = Annotated[time, BeforeValidator(_clock)]
"""A time of day on the wall clock."""


class Policy(Value):
    """Everything that follows from a deadline. `version` is raised with every change; old versions stay readable."""

    code: Code
    version: PositiveInt
    name_vi: Line
    name_en: Line
    closing_time: Clock | None = None
    """When the last day ends on the wall clock; None is 24:00, as the law has it."""
    notice_time: Clock = time(8, 0)
    """The wall-clock time of steps counted in working days."""
    due_soon: Span = Span(working_days=2)
    """How long before the deadline a directive counts as sắp đến hạn."""
    acceptance_levels: Literal[1, 2] = 2
    """2: head of the unit approves, then the issuer accepts. 1: the issuer alone."""
    begins: Literal["acknowledged", "issued"] = "acknowledged"
    """When a directive is being carried out: once the unit has taken it on, or as soon as it is issued (thực hiện ngay)."""
    urgency: Urgency | None = None
    """With `sources`: the directives of this urgency (None: of any) from these kinds of documents come under this policy."""
    sources: tuple[SourceKind, ...] = ()
    extensions: ExtensionRules = ExtensionRules()
    stop_clock: StopClock = StopClock()
    reminders: tuple[ReminderRung, ...] = ()
    escalations: tuple[EscalationRung, ...] = ()

    @model_validator(mode="after")
    def _ladder_climbs(self) -> Self:
        levels = [rung.level for rung in self.escalations]
        if levels != sorted(set(levels)):
            raise ValueError("escalation levels must rise from rung to rung")
        for lower, higher in pairwise(self.escalations):
            if not self._surely_before(lower.span, higher.span):
                raise ValueError(f"level {higher.level} is not told before level {lower.level}, whatever day it is")
        if any(rung.side == "before" for rung in self.escalations):
            raise ValueError("an escalation comes after the deadline")
        return self

    @model_validator(mode="after")
    def _nobody_is_told_of_nothing(self) -> Self:
        told = [(f"reminder {n}", rung.to) for n, rung in enumerate(self.reminders, 1)]
        told += [(f"escalation of level {rung.level}", rung.to) for rung in self.escalations]
        for name, to in told:
            if not to:
                raise ValueError(f"{name} tells nobody")
        places = [(rung.side, rung.span) for rung in self.reminders]
        for number, place in enumerate(places, 1):
            if place in places[: number - 1]:
                raise ValueError(f"reminder {number} comes at the same time as an earlier one")
        return self

    @model_validator(mode="after")
    def _notices_come_while_offices_are_open(self) -> Self:
        if self.closing_time is not None and self.notice_time >= self.closing_time:
            raise ValueError("notice_time lies at or after closing_time: notices would come when the day is over")
        return self

    @model_validator(mode="after")
    def _an_urgency_is_for_sources(self) -> Self:
        if self.urgency is not None and not self.sources:
            raise ValueError("urgency narrows sources: name the sources, or give the policy the urgency's code instead")
        if len(set(self.sources)) < len(self.sources):
            raise ValueError("a source is named twice")
        return self

    def _surely_before(self, lower: Span, higher: Span) -> bool:
        """Whether a span after the deadline is over before another one, whichever days are off. The same time counts too."""
        if lower.duration is not None and higher.duration is not None:
            return lower.duration <= higher.duration
        if lower.working_days is not None and higher.working_days is not None:
            return lower.working_days <= higher.working_days
        if lower.duration is None or higher.working_days is None:
            return False  # days off may hold up working days for longer than any number of hours
        # The first working day after a deadline at 24:00 begins with it: so soon its notices may come, and each day later.
        soonest = timedelta(days=higher.working_days - 1, hours=self.notice_time.hour, minutes=self.notice_time.minute)
        return lower.duration <= soonest

    @property
    def label(self) -> str:
        """How events name it: code@version."""
        return f"{self.code}@{self.version}"


class PoliciesContradict(ValueError):
    """Two policies of a set claim the same directives."""


def check_together(policies: Iterable[Policy]) -> None:
    """PoliciesContradict if for some urgency and kind of source document two policies are equally meant."""
    claimed: dict[tuple[Urgency | None, SourceKind], str] = {}
    for policy in policies:
        for source in policy.sources:
            other = claimed.setdefault((policy.urgency, source), policy.code)
            if other != policy.code:
                which = f"{policy.urgency or 'any urgency'}, {source}"
                raise PoliciesContradict(f"policies {other} and {policy.code} both claim {which}")


def applicable(policies: Iterable[Policy], urgency: Urgency, source: SourceKind | None) -> str:
    """The code of the policy for directives of this urgency and source, when the issuer names none.

    The closest fit: one for this urgency and source, else one for the source at any urgency, else that of the urgency.
    """
    fitting = [policy for policy in policies if source is not None and source in policy.sources]
    for wanted in (urgency, None):
        for policy in fitting:
            if policy.urgency is wanted:
                return policy.code
    return urgency
