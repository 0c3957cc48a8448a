"""What people and systems ask of a directive. One class a command; `Command` is the closed set of them."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.instants import instant_from, to_utc
from domain.model import Instant, Value
from domain.policy import Urgency
from domain.text import Code, Line, Prose, Reason

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(value: object) -> object:
    # Left to pydantic, 0 and "0" are the first day of Unix time.
    if not isinstance(value, str):
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
    elif _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "a day (YYYY-MM-DD) is expected")


def _moment_or_day(value: object) -> object:
    # Left to pydantic, 5 and "5" are Unix time, and a midnight without an offset is a whole day.
    if isinstance(value, datetime):
        return to_utc(value)
    if isinstance(value, str) and not _DAY.fullmatch(value):
        try:
            return instant_from(value)
        except ValueError:
            pass
    try:
        return _day(value)
    except PydanticCustomError:
        raise PydanticCustomError(
            "moment_or_day", "an instant with its offset or a day (YYYY-MM-DD) is expected"
        ) from None


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


class Source(Value):
    """The document that a directive comes from, with the place cited."""

    kind: SourceKind
    number: Line | None = None
    issued_on: Annotated[date, BeforeValidator(_day)] | None = None
    issued_by: Line | None = None
    excerpt: Prose | None = None


class Deadline(Value):
    """Thời hạn: an instant or a day (`at`), a number of working days, or none with its reason."""

    at: Annotated[Instant | date, Field(union_mode="left_to_right"), BeforeValidator(_moment_or_day)] | None = None
    working_days: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    none_because: Reason | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if sum(v is not None for v in (self.at, self.working_days, self.none_because)) != 1:
            raise PydanticCustomError("deadline_forms", "a deadline is exactly one of at, working_days, none_because")
        return self


class ClearPoint(StrEnum):
    """The four points a directive must make clear (rõ người, rõ việc, rõ thời gian, rõ kết quả)."""

    PERSON = "person"
    WORK = "work"
    TIME = "time"
    RESULT = "result"


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


class Acknowledge(Value):
    """Tiếp nhận: the lead unit takes the directive on."""

    name: Literal["acknowledge"] = "acknowledge"
    note: Prose | None = None


class AssignOfficer(Value):
    """Phân công chuyên viên trong đơn vị chủ trì."""

    name: Literal["assign-officer"] = "assign-officer"
    officer: Code
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


class ApproveCompletion(Value):
    """Thủ trưởng đơn vị xác nhận hoàn thành (level one of two)."""

    name: Literal["approve-completion"] = "approve-completion"
    note: Prose | None = None


class Accept(Value):
    """Người giao xác nhận hoàn thành."""

    name: Literal["accept"] = "accept"
    note: Prose | None = None


class Reject(Value):
    """Không chấp nhận kết quả, yêu cầu thực hiện lại."""

    name: Literal["reject"] = "reject"
    reason: Prose


class Withdraw(Value):
    """Thu hồi nhiệm vụ."""

    name: Literal["withdraw"] = "withdraw"
    reason: Prose


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


UserCommand = Annotated[
    IssueDirective
    | Acknowledge
    | AssignOfficer
    | ReportProgress
    | ReportCompletion
    | ApproveCompletion
    | Accept
    | Reject
    | Withdraw
    | ChangeDeadline
    | Comment,
    Field(discriminator="name"),
]
"""The commands that people send."""

Command = Annotated[UserCommand | Tick | RecordDelivery | RecordSignalRefusal | Reproject, Field(discriminator="name")]
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
