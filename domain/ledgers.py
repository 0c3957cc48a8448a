"""What a directive's state keeps a list of: extensions, stopped time, parts, sub-directives, former lead units and files."""

from enum import StrEnum
from uuid import UUID

from domain.model import Instant, Value
from domain.terms import StopCause


class ExtensionStatus(StrEnum):
    """What became of a request."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """Nobody decided it before the directive ended or came to another unit."""


class Extension(Value):
    """One request for more time (gia hạn) with the old deadline, the new one, the reason and who decided."""

    number: int
    status: ExtensionStatus = ExtensionStatus.PENDING
    requested_by: str
    requested_for: str | None = None
    """The absent person in whose place it was requested."""
    requested_at: Instant
    reason: str
    old_due_at: Instant
    asked_due_at: Instant
    new_due_at: Instant | None = None
    decided_by: str | None = None
    decided_at: Instant | None = None
    note: str | None = None
    """What the decider said; for a refusal, why."""


class StoppedTime(Value):
    """One stop of the clock, or one wait that is counted though the clock runs on; `until` is None while it lasts."""

    cause: StopCause
    waits_on: str | None = None
    reason: str
    since: Instant
    until: Instant | None = None
    working_days: int | None = None
    """How many working days it lasted, the first day not counted; None while it lasts, and for waits that the end cut short."""
    moves_deadline: bool = False


class PartResult(Value):
    """What a coordinating unit reported of its part, last."""

    unit: str
    result: str
    reported_at: Instant
    late: bool


class Subdirective(Value):
    """A directive that came from this one."""

    id: UUID
    code: str
    lead_unit: str
    due_at: Instant | None
    closed: bool = False
    completed: bool = False
    late: bool = False


class Tenure(Value):
    """A former lead unit, and its share of the lateness: from `overdue_from` (None: it was in time) to `until`."""

    unit: str
    officer: str | None
    since: Instant
    until: Instant
    overdue_from: Instant | None


class Attachment(Value):
    """A file of the directive; `size` in bytes."""

    sha256: str
    name: str
    size: int
    media_type: str
    attached_at: Instant
    attached_by: str
