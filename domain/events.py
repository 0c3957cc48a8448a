"""What happened to a directive. Names and shapes are forever: stored events are read back with these classes.

Every class has `informs`: the usernames told of the event, decided when it was recorded. The in-app inbox and the mail
are functions of it, and for reminders it is the evidence of who was reminded.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from domain.commands import ClearPoint, Delivered, SourceKind, Undelivered
from domain.directory import Role
from domain.model import Instant, Value
from domain.policy import Audience, Urgency


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
    to: tuple[Audience, ...] = ()


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


class WaivedPoint(Value):
    """One of the four clear points that was left open on purpose."""

    item: ClearPoint
    reason: str | None = None


class _EventData(Value):
    informs: tuple[str, ...] = ()


class DirectiveIssued(_EventData):
    """The directive exists from here on."""

    type: Literal["DirectiveIssued"] = "DirectiveIssued"
    code: str
    title: str
    content: str
    source: CitedSource | None = None
    lead_unit: str
    coordinating_units: tuple[str, ...] = ()
    informed_units: tuple[str, ...] = ()
    officer: str | None = None
    expected_result: str | None = None
    urgency: Urgency
    parent: UUID | None = None
    waivers: tuple[WaivedPoint, ...] = ()
    no_deadline_because: str | None = None
    acceptance_levels: Literal[1, 2]
    plan: Plan


class DirectiveAcknowledged(_EventData):
    """The lead unit took it on."""

    type: Literal["DirectiveAcknowledged"] = "DirectiveAcknowledged"
    note: str | None = None


class OfficerAssigned(_EventData):
    """A person of the lead unit carries it out."""

    type: Literal["OfficerAssigned"] = "OfficerAssigned"
    officer: str
    previous_officer: str | None = None
    note: str | None = None


class ProgressReported(_EventData):
    """The unit told how far it is."""

    type: Literal["ProgressReported"] = "ProgressReported"
    percent: int
    note: str | None = None
    difficulties: str | None = None
    proposals: str | None = None


class ReminderDue(_EventData):
    """The unit was pressed; the `number`-th time for this directive, due exactly at `due_at`."""

    type: Literal["ReminderDue"] = "ReminderDue"
    step: str
    number: int
    due_at: Instant
    deadline: Instant


class DeadlineMissed(_EventData):
    """The deadline passed at `due_at` without a reported result."""

    type: Literal["DeadlineMissed"] = "DeadlineMissed"
    step: str
    due_at: Instant


class Escalated(_EventData):
    """The next level of leadership was told, due exactly at `due_at`."""

    type: Literal["Escalated"] = "Escalated"
    step: str
    level: int
    due_at: Instant
    deadline: Instant


class DeadlineChanged(_EventData):
    """The deadline is another one from here on; the old one and the reason stay."""

    type: Literal["DeadlineChanged"] = "DeadlineChanged"
    old_due_at: Instant | None
    plan: Plan
    reason: str
    decision_number: str | None = None
    no_deadline_because: str | None = None


class CompletionReported(_EventData):
    """The unit reported the result."""

    type: Literal["CompletionReported"] = "CompletionReported"
    result: str
    late: bool
    """Whether the unit acted at or after the deadline then in force; by its own clock time, however late the record was."""


class CompletionApproved(_EventData):
    """The head of the unit stands behind the result."""

    type: Literal["CompletionApproved"] = "CompletionApproved"
    note: str | None = None


class CompletionAccepted(_EventData):
    """The issuing side accepted the result; the directive is completed."""

    type: Literal["CompletionAccepted"] = "CompletionAccepted"
    note: str | None = None
    late: bool
    """Whether the accepted report came after the deadline then in force. Late stays late."""


class CompletionRejected(_EventData):
    """The result was not good enough; the unit works on it again."""

    type: Literal["CompletionRejected"] = "CompletionRejected"
    reason: str


class DirectiveWithdrawn(_EventData):
    """The issuing side cancelled it."""

    type: Literal["DirectiveWithdrawn"] = "DirectiveWithdrawn"
    reason: str


class Commented(_EventData):
    """Someone wrote a remark."""

    type: Literal["Commented"] = "Commented"
    text: str


class SignalRefused(_EventData):
    """A command that came as a Temporal signal was refused."""

    type: Literal["SignalRefused"] = "SignalRefused"
    refused_command: str
    refused_command_id: UUID
    refused_user: str
    code: str


class NotificationSent(_EventData):
    """An outside channel took the notices for these people."""

    type: Literal["NotificationSent"] = "NotificationSent"
    channel: Literal["email"]
    delivered: tuple[Delivered, ...]


class NotificationFailed(_EventData):
    """An outside channel gave up on these people."""

    type: Literal["NotificationFailed"] = "NotificationFailed"
    channel: Literal["email"]
    undelivered: tuple[Undelivered, ...]


EventData = Annotated[
    DirectiveIssued
    | DirectiveAcknowledged
    | OfficerAssigned
    | ProgressReported
    | ReminderDue
    | DeadlineMissed
    | Escalated
    | DeadlineChanged
    | CompletionReported
    | CompletionApproved
    | CompletionAccepted
    | CompletionRejected
    | DirectiveWithdrawn
    | Commented
    | SignalRefused
    | NotificationSent
    | NotificationFailed,
    Field(discriminator="type"),
]
"""The closed set of what can happen."""

EVENT_DATA: TypeAdapter[EventData] = TypeAdapter(EventData)


class Event(Value):
    """An event with its envelope. `stream_version` counts from 1 within its directive."""

    event_id: UUID
    directive_id: UUID
    stream_version: int
    command_id: UUID
    occurred_at: Instant
    """When the actor acted."""
    recorded_at: Instant
    """When the record took it in; never before the previous event of the directive."""
    actor: Actor
    data: EventData
