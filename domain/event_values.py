"""What events are made of. Like the events themselves, these shapes are forever: stored events are read back with them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.directory import Role
from domain.model import Instant, Value
from domain.policy import Audiences, SourceKind
from domain.terms import ClearPoint


class Actor(Value):
    """Who acted, in which role, from which unit, and for whom when acting as a substitute (uỷ quyền)."""

    user: str
    name: str
    unit: str | None = None
    role: Role | None = None
    over: str | None = None
    """The unit over which the role is held: for an issuer, the unit in whose name the directive is issued."""
    on_behalf_of: str | None = None
    on_behalf_of_name: Annotated[str | None, Field(exclude_if=lambda name: name is None)] = None
    """Left out where there is none, so that the bytes of all other events stay what they were before it came."""

    @property
    def in_name_of(self) -> str:
        """The username whose authority it is: of the absent person where a substitute acted."""
        return self.on_behalf_of or self.user


SYSTEM = Actor(user="system", name="Đôn Đốc")


class PlannedStep(Value):
    """A reminder, the deadline itself, or an escalation, with the exact instant it is due."""

    key: str
    """Unique within the directive, e.g. "1.reminder.2": deadline generation, kind, number."""
    kind: Literal["reminder", "deadline", "escalation"]
    due_at: Instant
    level: int = 0
    """The level of an escalation; 0 for the other kinds."""
    to: Audiences = ()


class NamedDayBasis(Value):
    """The deadline was set as a day; it moves with the calendar, for it ends on a working day."""

    kind: Literal["day"] = "day"
    day: date


class CountedBasis(Value):
    """The deadline was set as a number of working days; it moves with the calendar."""

    kind: Literal["working_days"] = "working_days"
    working_days: int
    counted_from: date
    """The day on which it was set, which is not counted."""


class ExactBasis(Value):
    """The deadline was set as an instant; no calendar moves it."""

    kind: Literal["instant"] = "instant"


DeadlineBasis = Annotated[NamedDayBasis | CountedBasis | ExactBasis, Field(discriminator="kind")]
"""How a deadline was set: what is needed to compute it anew."""


class Plan(Value):
    """What follows from a deadline under one policy version and one calendar version, as absolute instants."""

    due_at: Instant | None
    due_soon_at: Instant | None = None
    steps: tuple[PlannedStep, ...] = ()
    policy_version: str
    calendar_version: str
    basis: DeadlineBasis | None = None
    """None where there is no deadline, and in events from before it was kept: such a deadline never moves."""


class CitedSource(Value):
    """The document that a directive comes from, as it was accepted. What a command may hold can change, this cannot."""

    kind: SourceKind
    number: str | None = None
    issued_on: date | None = None
    issued_by: str | None = None
    excerpt: str | None = None
    higher_authority: bool = False


class SucceededUnit(Value):
    """A unit that has ended, with the one in its place, both with the names of that day."""

    from_unit: str
    from_name: str
    to_unit: str
    to_name: str
    ended_on: date
    decision_number: str | None = None


class WaivedPoint(Value):
    """One of the four clear points that was left open on purpose."""

    item: ClearPoint
    reason: str | None = None


class OccurrenceLink(Value):
    """The recurrence that a directive is an occurrence of, and the period that it is for, like "2026-01"."""

    id: UUID
    period: str
