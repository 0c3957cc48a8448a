"""What happened to a directive. Names and shapes are forever: stored events are read back with these classes.

Every class has `informs`: the usernames told of the event, decided when it was recorded. The in-app inbox and the mail
are functions of it, and for reminders it is the evidence of who was reminded.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from domain.commands import Delivered, Undelivered
from domain.event_data import Informing as _EventData
from domain.event_values import Actor, CitedSource, OccurrenceLink, Plan, SucceededUnit, WaivedPoint
from domain.model import Instant, Value
from domain.officer_events import OfficerAssigned, OfficerReleased
from domain.policy import Urgency
from domain.terms import Settlement, StopCause


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
    above: tuple[str, ...] = ()
    """The lead units of the directives above, the nearest first: the way by which it was delegated."""
    waivers: tuple[WaivedPoint, ...] = ()
    no_deadline_because: str | None = None
    acceptance_levels: Literal[1, 2]
    plan: Plan
    recurrence: OccurrenceLink | None = None


class DirectiveAcknowledged(_EventData):
    """The lead unit took it on."""

    type: Literal["DirectiveAcknowledged"] = "DirectiveAcknowledged"
    note: str | None = None


class DirectiveBegun(_EventData):
    """The directive is being carried out from its issue on, as its policy says; nobody need take it on first."""

    type: Literal["DirectiveBegun"] = "DirectiveBegun"
    policy_version: str


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
    waives_open: str | None = None
    """Why it is reported although sub-directives are open."""


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
    waives_open: str | None = None
    """Why it is accepted although sub-directives are open."""


class CompletionRejected(_EventData):
    """The result was not good enough; the unit works on it again."""

    type: Literal["CompletionRejected"] = "CompletionRejected"
    reason: str


class DirectiveWithdrawn(_EventData):
    """The issuing side cancelled it."""

    type: Literal["DirectiveWithdrawn"] = "DirectiveWithdrawn"
    reason: str
    waives_open: str | None = None
    """Why open sub-directives are left to go on."""


class Commented(_EventData):
    """Someone wrote a remark."""

    type: Literal["Commented"] = "Commented"
    text: str


class PartResultReported(_EventData):
    """A coordinating unit reported its own part; in time or late on its own account."""

    type: Literal["PartResultReported"] = "PartResultReported"
    unit: str
    result: str
    late: bool
    """Whether the unit's first report of its part came at or after the deadline then in force; later ones only correct it."""


class ExtensionRequested(_EventData):
    """The unit asked for more time (gia hạn); the `number`-th request of this directive."""

    type: Literal["ExtensionRequested"] = "ExtensionRequested"
    number: int
    due_at: Instant
    """The deadline then in force."""
    asked_due_at: Instant
    reason: str


class ExtensionGranted(_EventData):
    """The issuing side moved the deadline as asked, or to another instant that it chose."""

    type: Literal["ExtensionGranted"] = "ExtensionGranted"
    number: int
    requested_by: str
    reason: str
    """Why it was asked."""
    old_due_at: Instant
    plan: Plan
    note: str | None = None


class ExtensionRefused(_EventData):
    """The deadline stays."""

    type: Literal["ExtensionRefused"] = "ExtensionRefused"
    number: int
    requested_by: str
    reason: str
    """Why it is refused."""


class DirectiveDeclined(_EventData):
    """The unit says that it is not competent; the issuing side settles it."""

    type: Literal["DirectiveDeclined"] = "DirectiveDeclined"
    reason: str
    proposed_unit: str | None = None
    """The unit that ought to have it, in the eyes of the one that declines."""
    moves_deadline: bool = False
    """Whether the deadline will move by the working time until it is settled; by the policy then in force."""


class DeclineSettled(_EventData):
    """The issuing side settled the decline; what follows from it comes as events of its own."""

    type: Literal["DeclineSettled"] = "DeclineSettled"
    settlement: Settlement
    declined_by: str
    reason: str
    working_days: int
    """How many working days it lay undecided; the first day does not count."""


class DirectiveReassigned(_EventData):
    """Another unit leads from here on; the history and its share of the lateness stay with the old one."""

    type: Literal["DirectiveReassigned"] = "DirectiveReassigned"
    from_unit: str
    to_unit: str
    previous_officer: str | None = None
    overdue_from: Instant | None = None
    """Since when the old unit was late; its share runs from there to this event. None: it was in time."""
    reason: str
    waives_open: str | None = None
    """Why it changes hands although sub-directives are open."""


class UnitsSucceeded(_EventData):
    """Units of the directive have ended; others stand in their place, and the work goes on where it was."""

    type: Literal["UnitsSucceeded"] = "UnitsSucceeded"
    succeeded: tuple[SucceededUnit, ...]
    lead_unit: str
    """The units as they are from here on."""
    coordinating_units: tuple[str, ...] = ()
    informed_units: tuple[str, ...] = ()
    officer: str | None = None
    previous_officer: str | None = None
    overdue_from: Instant | None = None
    """Since when the old lead unit was late, as in DirectiveReassigned; None too where the lead unit has not changed."""


class SubdirectiveIssued(_EventData):
    """A sub-directive came from this directive (giao lại); whatever it is, its deadline lies within this one's."""

    type: Literal["SubdirectiveIssued"] = "SubdirectiveIssued"
    subdirective: UUID
    code: str
    lead_unit: str
    due_at: Instant | None = None


class SubdirectiveDeadlineChanged(_EventData):
    """The deadline of a sub-directive moved."""

    type: Literal["SubdirectiveDeadlineChanged"] = "SubdirectiveDeadlineChanged"
    subdirective: UUID
    due_at: Instant | None = None


class SubdirectiveClosed(_EventData):
    """A sub-directive was completed or withdrawn."""

    type: Literal["SubdirectiveClosed"] = "SubdirectiveClosed"
    subdirective: UUID
    completed: bool
    late: bool


class DirectiveSuspended(_EventData):
    """The issuing side stopped the clock (tạm hoãn)."""

    type: Literal["DirectiveSuspended"] = "DirectiveSuspended"
    cause: StopCause
    waits_on: str | None = None
    """The body or person that it waits for."""
    reason: str
    until: Instant
    """When it goes on by itself, if nobody resumes it before."""
    moves_deadline: bool
    """Whether the deadline will move by the working time that this lasts; by the policy in force when it was decided."""


class DirectiveResumed(_EventData):
    """The clock runs again. If the deadline moves, DeadlineChanged follows."""

    type: Literal["DirectiveResumed"] = "DirectiveResumed"
    note: str | None = None
    working_days: int
    """How many working days the clock stood; the first day does not count."""
    ended_at: Instant | None = None
    """The end that had been set for it, when it came to that; None if somebody resumed it."""


class FileAttached(_EventData):
    """A file belongs to the directive from here on: `size` bytes in the object store under their SHA-256."""

    type: Literal["FileAttached"] = "FileAttached"
    sha256: str
    name: str
    size: int
    media_type: str
    note: str | None = None


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
    | DirectiveBegun
    | OfficerAssigned
    | OfficerReleased
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
    | PartResultReported
    | ExtensionRequested
    | ExtensionGranted
    | ExtensionRefused
    | DirectiveDeclined
    | DeclineSettled
    | DirectiveReassigned
    | SubdirectiveIssued
    | SubdirectiveDeadlineChanged
    | SubdirectiveClosed
    | DirectiveSuspended
    | DirectiveResumed
    | SignalRefused
    | NotificationSent
    | NotificationFailed
    | FileAttached
    | UnitsSucceeded,
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
