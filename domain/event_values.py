"""What events are made of. Like the events themselves, these shapes are forever: stored events are read back with them."""

from datetime import date
from typing import Literal
from uuid import UUID

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


class Plan(Value):
    """What follows from a deadline under one policy version and one calendar version, as absolute instants."""

    due_at: Instant | None
    due_soon_at: Instant | None = None
    steps: tuple[PlannedStep, ...] = ()
    policy_version: str
    calendar_version: str


class CitedSource(Value):
    """The document that a directive comes from, as it was accepted. What a command may hold can change, this cannot."""

    kind: SourceKind
    number: str | None = None
    issued_on: date | None = None
    issued_by: str | None = None
    excerpt: str | None = None
    higher_authority: bool = False


class WaivedPoint(Value):
    """One of the four clear points that was left open on purpose."""

    item: ClearPoint
    reason: str | None = None


class OccurrenceLink(Value):
    """The recurrence that a directive is an occurrence of, and the period that it is for, like "2026-01"."""

    id: UUID
    period: str
