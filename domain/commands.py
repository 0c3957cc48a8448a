"""What people and systems ask of a directive. One class a command; `Command` is the closed set of them."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.days import Day, MomentOrDay
from domain.files import FileName, Sha256
from domain.model import Instant, Value
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.policy import SourceKind, Urgency
from domain.terms import ClearPoint, DaysOff, Settlement, StopCause
from domain.text import Code, Line, Prose, Reason


class Source(Value):
    """The document that a directive comes from, with the place cited."""

    kind: SourceKind
    number: Line | None = None
    issued_on: Day | None = None
    issued_by: Line | None = None
    excerpt: Prose | None = None
    higher_authority: bool = False
    """Whether it comes from above the committee (cấp trên giao): some rules are stricter then."""


class Deadline(Value):
    """Thời hạn: an instant or a day (`at`), a number of working days, or none with its reason."""

    at: MomentOrDay | None = None
    working_days: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    none_because: Reason | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if sum(v is not None for v in (self.at, self.working_days, self.none_because)) != 1:
            raise PydanticCustomError("deadline_forms", "a deadline is exactly one of at, working_days, none_because")
        return self


class Waiver(Value):
    """One of the four points left open on purpose. Written as an object, or as the point's bare name."""

    item: Literal[ClearPoint.TIME, ClearPoint.RESULT]
    reason: Reason | None = None


def _waiver_from_name(value: object) -> object:
    return {"item": value} if isinstance(value, str) else value


class IssueDirective(Value):
    """Giao nhiệm vụ. Fields of the four-clear gate are optional here so that the gate can name what is missing."""

    name: Literal["issue"] = "issue"
    title: Line | None = None
    content: Prose | None = None
    source: Source | None = None
    lead_unit: Code | None = None
    coordinating_units: tuple[Code, ...] = Field(default=(), max_length=200)
    informed_units: tuple[Code, ...] = Field(default=(), max_length=200)
    officer: Code | None = None
    deadline: Deadline | None = None
    expected_result: Prose | None = None
    urgency: Urgency = Urgency.THUONG
    policy: Code | None = None
    parent: UUID | None = None
    waivers: tuple[Annotated[Waiver, BeforeValidator(_waiver_from_name)], ...] = Field(default=(), max_length=4)


class IssueOccurrence(Value):
    """Giao nhiệm vụ của một kỳ: a recurrence's own command, given in its issuer's name. A function of recurrence and period.

    The deadline of `directive` is the day that the rule gives; what `days_off` makes of it is decided when it is issued.
    """

    name: Literal["issue-occurrence"] = "issue-occurrence"
    directive: IssueDirective
    recurrence: UUID
    period: str
    issue_at: Instant
    """When the occurrence was to be issued; the envelope says when it was."""
    days_off: DaysOff


class Acknowledge(Value):
    """Tiếp nhận: the lead unit takes the directive on."""

    name: Literal["acknowledge"] = "acknowledge"
    note: Prose | None = None


class ReportProgress(Value):
    """Báo cáo tiến độ."""

    name: Literal["report-progress"] = "report-progress"
    percent: Annotated[int, Field(ge=0, le=100, strict=True)]
    note: Prose | None = None
    difficulties: Prose | None = None
    proposals: Prose | None = None


class ReportCompletion(Value):
    """Báo cáo hoàn thành; a head's own report carries the head's approval."""

    name: Literal["report-completion"] = "report-completion"
    result: Prose
    waive_open: Reason | None = None
    """Why it is reported although sub-directives are open."""


class ApproveCompletion(Value):
    """Thủ trưởng đơn vị xác nhận hoàn thành (level one of two)."""

    name: Literal["approve-completion"] = "approve-completion"
    note: Prose | None = None


class Accept(Value):
    """Người giao xác nhận hoàn thành."""

    name: Literal["accept"] = "accept"
    note: Prose | None = None
    waive_open: Reason | None = None
    """Why it is accepted although sub-directives are open."""


class Reject(Value):
    """Không chấp nhận kết quả, yêu cầu thực hiện lại."""

    name: Literal["reject"] = "reject"
    reason: Prose


class Withdraw(Value):
    """Thu hồi nhiệm vụ."""

    name: Literal["withdraw"] = "withdraw"
    reason: Prose
    waive_open: Reason | None = None
    """Why open sub-directives are left to go on."""


class ChangeDeadline(Value):
    """Điều chỉnh thời hạn by the side that issued; the original deadline stays on record."""

    name: Literal["change-deadline"] = "change-deadline"
    deadline: Deadline
    reason: Prose
    decision_number: Line | None = None


class Comment(Value):
    """Ý kiến trao đổi; possible in every phase, also after the end."""

    name: Literal["comment"] = "comment"
    text: Prose


class ReportPart(Value):
    """Đơn vị phối hợp báo cáo phần việc của mình; `unit` where the sender stands for several of them."""

    name: Literal["report-part"] = "report-part"
    unit: Code | None = None
    result: Prose


class RequestExtension(Value):
    """Đề nghị gia hạn: the lead unit asks for more time."""

    name: Literal["request-extension"] = "request-extension"
    deadline: Deadline
    reason: Prose


class GrantExtension(Value):
    """Đồng ý gia hạn, to the deadline asked for or to another."""

    name: Literal["grant-extension"] = "grant-extension"
    deadline: Deadline | None = None
    note: Prose | None = None


class RefuseExtension(Value):
    """Không đồng ý gia hạn."""

    name: Literal["refuse-extension"] = "refuse-extension"
    reason: Prose


class Decline(Value):
    """Từ chối, trả lại nhiệm vụ: the unit is not competent, and says who is, if it knows."""

    name: Literal["decline"] = "decline"
    reason: Prose
    proposed_unit: Code | None = None


class SettleDecline(Value):
    """Giải quyết việc trả lại: upheld (the directive ends), sent back, or reassigned to `lead_unit`."""

    name: Literal["settle-decline"] = "settle-decline"
    settlement: Settlement
    reason: Prose
    lead_unit: Code | None = None
    deadline: Deadline | None = None

    @model_validator(mode="after")
    def _unit_goes_with_reassignment(self) -> Self:
        if (self.settlement is Settlement.REASSIGNED) is (self.lead_unit is None):
            raise PydanticCustomError("settlement_unit", "lead_unit is given exactly when the settlement is reassigned")
        if self.deadline is not None and self.settlement is Settlement.UPHELD:
            raise PydanticCustomError("settlement_deadline", "a directive that ends gets no deadline")
        return self


class Reassign(Value):
    """Chuyển đơn vị chủ trì."""

    name: Literal["reassign"] = "reassign"
    lead_unit: Code
    reason: Prose
    deadline: Deadline | None = None
    waive_open: Reason | None = None
    """Why it changes hands although sub-directives are open."""


class Delegate(Value):
    """Giao lại cho một hoặc nhiều đơn vị: one sub-directive each. What is left out is taken from the directive."""

    name: Literal["delegate"] = "delegate"
    units: tuple[Code, ...] = Field(min_length=1, max_length=200)
    title: Line | None = None
    content: Prose | None = None
    expected_result: Prose | None = None
    deadline: Deadline | None = None
    urgency: Urgency | None = None


class Suspend(Value):
    """Tạm hoãn: why, and on whom it waits. `until` is when it goes on by itself."""

    name: Literal["suspend"] = "suspend"
    cause: Literal[
        StopCause.OTHER_BODY, StopCause.LEGAL_PROCEDURE, StopCause.FUNDING, StopCause.FORCE_MAJEURE, StopCause.OTHER
    ]
    reason: Prose
    waits_on: Line | None = None
    until: MomentOrDay | None = None


class Resume(Value):
    """Tiếp tục thực hiện."""

    name: Literal["resume"] = "resume"
    note: Prose | None = None


class Attach(Value):
    """Đính kèm một tệp đã tải lên (`POST /files`), named by the SHA-256 of its content in small hexadecimal letters.

    `name` is taken by the command itself, so the file's is `file_name`.
    """

    name: Literal["attach"] = "attach"
    sha256: Sha256
    file_name: FileName
    note: Prose | None = None


class Tick(Value):
    """The workflow's own command: the wake-up instant of the directive has come."""

    name: Literal["tick"] = "tick"


class Delivered(Value):
    """One person whom an outside channel reached."""

    recipient: Code
    event_id: UUID
    message_id: str


class Undelivered(Value):
    """One person whom an outside channel gave up on, and why."""

    recipient: Code
    event_id: UUID
    error: str


class RecordDelivery(Value):
    """The workflow's own command: what became of the notices sent out of the house."""

    name: Literal["record-delivery"] = "record-delivery"
    channel: Literal["email"]
    delivered: tuple[Delivered, ...] = ()
    undelivered: tuple[Undelivered, ...] = ()


class RecordSignalRefusal(Value):
    """The workflow's own command: a signal was refused, and a signal has nobody to answer."""

    name: Literal["record-signal-refusal"] = "record-signal-refusal"
    refused_command: str
    refused_command_id: UUID
    refused_user: str
    code: str


class Reproject(Value):
    """A command of our own: compute the deadline anew under the calendar of `revision`, for the decisions after `after`."""

    name: Literal["reproject"] = "reproject"
    after: int
    revision: int


class FollowSuccessors(Value):
    """The succession workflow's own command: units of the directive have ended."""

    name: Literal["follow-successors"] = "follow-successors"


UserCommand = Annotated[
    IssueDirective
    | Acknowledge
    | AssignOfficer
    | Claim
    | Release
    | ReportProgress
    | ReportCompletion
    | ApproveCompletion
    | Accept
    | Reject
    | Withdraw
    | ChangeDeadline
    | Comment
    | ReportPart
    | RequestExtension
    | GrantExtension
    | RefuseExtension
    | Decline
    | SettleDecline
    | Reassign
    | Delegate
    | Suspend
    | Resume
    | Attach,
    Field(discriminator="name"),
]
"""The commands that people send."""

Command = Annotated[
    UserCommand | IssueOccurrence | Tick | RecordDelivery | RecordSignalRefusal | Reproject | FollowSuccessors,
    Field(discriminator="name"),
]
"""All commands, the workflow's own among them."""

SYSTEM_USER = "system"
"""The user that the workflow's own commands name."""


class CommandEnvelope(Value):
    """A command with who sends it, to which directive, and when.

    `at` is when the sender acted, on the clock of the API or, for ticks, of the workflow. `decide` knows no other clock.
    """

    command_id: UUID
    directive_id: UUID
    user: Code
    at: Instant
    expected_version: int | None = None
    command: Command
