"""How offices behave, as data: how soon units act, how often they are late, what leaders then do. Loaded from YAML.

The defaults are assumptions: chosen so that a year looks like those that districts publish, and measured nowhere.
docs/simulation.md says what each is for. Times are working days of the calendar.
"""

from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, PositiveFloat, model_validator

from domain.directory import UnitKind
from domain.model import Value
from domain.policy import SourceKind, Urgency

Share = Annotated[float, Field(ge=0, le=1)]
"""How many of all, or how probable: 0 to 1."""
Weight = Annotated[float, Field(ge=0)]
"""How often something is chosen, beside the weights of the other choices."""


class Wait(Value):
    """A time in working days, log-normally distributed."""

    median: PositiveFloat
    """Half of all waits are shorter."""
    spread: Annotated[float, Field(ge=0, le=3)] = 0.6
    """Standard deviation of the logarithm: with 0.7, two thirds lie between half of the median and twice as much."""


class Range(Value):
    """A triangular distribution."""

    low: Annotated[float, Field(ge=0)]
    likely: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError("a range has low ≤ likely ≤ high")
        return self


class Assigning(Value):
    """What leaders issue."""

    urgencies: dict[Urgency, Weight] = Field(
        {
            Urgency.THUONG: 78,
            Urgency.KHAN: 15,
            Urgency.THUONG_KHAN: 5,
            Urgency.HOA_TOC: 2,
        }
    )
    deadlines: dict[Urgency, Range] = Field(
        {
            Urgency.THUONG: Range(low=5, likely=14, high=35),
            Urgency.KHAN: Range(low=2, likely=4, high=9),
            Urgency.THUONG_KHAN: Range(low=1, likely=2, high=4),
            Urgency.HOA_TOC: Range(low=1, likely=1, high=2),
        }
    )
    """Working days given; whole days, rounded."""
    without_deadline: Share = 0.04
    sources: dict[SourceKind, Weight] = Field(
        {
            SourceKind.CONCLUSION_NOTICE: 45,
            SourceKind.DISPATCH: 30,
            SourceKind.PLAN: 12,
            SourceKind.DECISION: 8,
            SourceKind.PETITION: 5,
        }
    )
    higher_authority: Share = 0.1
    """Comes from above the committee."""
    lead: dict[UnitKind, Weight] = Field(
        {
            UnitKind.DEPARTMENT: 8,
            UnitKind.OFFICE: 6,
            UnitKind.AGENCY: 5,
            UnitKind.POLICE: 4,
            UnitKind.WARD: 2,
        }
    )
    """Of each unit of a kind."""
    coordinating: Share = 0.3
    """Has coordinating units: one to three."""
    officer_named: Share = 0.25
    """The issuer names the officer too."""

    @model_validator(mode="after")
    def _something_can_be_chosen(self) -> Self:
        for name in ("urgencies", "sources", "lead"):
            if not sum(getattr(self, name).values()):
                raise ValueError(f"{name}: at least one weight is above zero")
        missing = [urgency for urgency, weight in self.urgencies.items() if weight and urgency not in self.deadlines]
        if missing:
            raise ValueError(f"deadlines: none for {', '.join(missing)}")
        return self


class TakingOn(Value):
    """What the head of the lead unit does with a new directive."""

    after: Wait = Wait(median=0.6, spread=0.9)
    declined: Share = 0.015
    """Given back as not the unit's."""
    officer_assigned: Share = 0.5
    """An officer is assigned where none was named."""


class Working(Value):
    """How the work goes until its result is reported."""

    in_time: Share = 0.84
    """Would be reported before the deadline if nothing came between."""
    used: Range = Range(low=0.3, likely=0.85, high=1)
    """Of those, how much of the time given has gone when the result comes."""
    late_by: Wait = Wait(median=3, spread=0.9)
    """Of the others, how long after the deadline."""
    without_deadline: Wait = Wait(median=25)
    """How long work without a deadline takes."""
    progress_every: Wait = Wait(median=6)
    """Between two progress reports."""
    commented: Share = 0.08
    """Someone of the unit comments while at work."""
    by_head: Share = 0.3
    """The head reports the result in person, which carries the head's approval."""
    part_used: Range = Range(low=0.3, likely=0.8, high=1.2)
    """How much of the time given a coordinating unit takes for its part; above 1 it is late."""


class Pressed(Value):
    """What reminders and escalations bring about: without this, no policy would differ from another in lateness."""

    by_reminder: Share = 0.2
    """A reminder hastens the work."""
    by_escalation: Share = 0.55
    """An escalation hastens the work."""
    left: Share = 0.4
    """How much of the time that the work still needed is left of it when it is hastened."""


class Extending(Value):
    """More time: asked for by units that would be late, decided by the issuer."""

    asked: Share = 0.4
    before: Range = Range(low=0.5, likely=1.5, high=4)
    """Working days before the deadline."""
    more: Range = Range(low=3, likely=6, high=15)
    """Working days that are asked for, from the day of asking on top of what is left."""
    decided_after: Wait = Wait(median=0.8)
    granted: Share = 0.75


class Accepting(Value):
    """What becomes of reported results."""

    approved_after: Wait = Wait(median=0.3)
    decided_after: Wait = Wait(median=0.7, spread=0.8)
    rejected: Share = 0.06
    rework: Wait = Wait(median=2.5)
    """Until a rejected result is reported again."""


class Turning(Value):
    """The turns off the straight road."""

    decline_settled_after: Wait = Wait(median=1.2)
    decline_upheld: Share = 0.1
    decline_sent_back: Share = 0.4
    """The others are reassigned."""
    withdrawn: Share = 0.012
    reassigned: Share = 0.01
    suspended: Share = 0.015
    suspension: Wait = Wait(median=8)
    delegated: Share = 0.03
    """The issuer breaks it down to wards."""
    wards: Range = Range(low=2, likely=4, high=14)
    waits_for_wards: Share = 0.9
    """The lead unit waits for their sub-directives; the others waive them by name."""

    @model_validator(mode="after")
    def _settlements_are_shares_of_one(self) -> Self:
        if self.decline_upheld + self.decline_sent_back > 1:
            raise ValueError("decline_upheld and decline_sent_back are shares of the same declines")
        return self


class Behaviour(Value):
    """All of it. A file names only what differs from the defaults."""

    assigning: Assigning = Assigning()
    taking_on: TakingOn = TakingOn()
    working: Working = Working()
    pressed: Pressed = Pressed()
    extending: Extending = Extending()
    accepting: Accepting = Accepting()
    turning: Turning = Turning()


def behaviour_in(path: Path) -> Behaviour:
    """The behaviour of a YAML file; pydantic's ValidationError names what cannot be, yaml.YAMLError what cannot be read."""
    return Behaviour.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
