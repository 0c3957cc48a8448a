"""A directive as its events have made it, and the questions asked of it at a given instant."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict

from domain.event_values import Actor, CitedSource, DeadlineBasis, OccurrenceLink, PlannedStep, WaivedPoint
from domain.ledgers import Attachment, Extension, ExtensionStatus, PartResult, StoppedTime, Subdirective, Tenure
from domain.model import Instant, Value
from domain.policy import Urgency
from domain.terms import StopCause


class Phase(StrEnum):
    """Where the directive stands in its course."""

    ISSUED = "issued"
    IN_PROGRESS = "in_progress"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    COMPLETED = "completed"
    SUSPENDED = "suspended"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


CLOSED_PHASES = frozenset({Phase.COMPLETED, Phase.WITHDRAWN})
RUNNING_PHASES = frozenset({Phase.ISSUED, Phase.IN_PROGRESS})
"""Phases in which the unit is at work, so that reminders, the deadline and escalations come due."""
STOPPED_PHASES = frozenset({Phase.SUSPENDED, Phase.DECLINED})
"""Phases in which the unit does not work on it; whether its clock stands is the policy's to say."""


class Timeliness(StrEnum):
    """How the directive stands to its deadline at an instant."""

    IN_TIME = "in_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    NO_DEADLINE = "no_deadline"


class StatusCell(StrEnum):
    """The six exclusive cells of official totals; withdrawn is told apart."""

    COMPLETED_IN_TIME = "completed_in_time"
    COMPLETED_OVERDUE = "completed_overdue"
    COMPLETED_NO_DEADLINE = "completed_no_deadline"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    OPEN_NO_DEADLINE = "open_no_deadline"
    WITHDRAWN = "withdrawn"


class DirectiveState(Value):
    """The fold of a directive's events up to `version`.

    Kept as JSON in the list of directives, where a newer program may have written fields that this one does not know;
    the events, which are what counts, are read exactly.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    code: str
    version: int
    phase: Phase
    title: str
    content: str
    source: CitedSource | None
    issuer: Actor
    lead_unit: str
    coordinating_units: tuple[str, ...]
    informed_units: tuple[str, ...]
    officer: str | None
    officer_since: Instant | None = None
    """When the officer was given the directive."""
    expected_result: str | None
    urgency: Urgency
    parent: UUID | None
    recurrence: OccurrenceLink | None = None
    waivers: tuple[WaivedPoint, ...]
    acceptance_levels: Literal[1, 2]
    issued_at: Instant
    no_deadline_because: str | None
    original_due_at: Instant | None
    due_at: Instant | None
    due_soon_at: Instant | None
    policy_version: str
    calendar_version: str
    deadline_basis: DeadlineBasis | None = None
    """How the deadline in force was set."""
    deadline_generation: int = 1
    """Counts the deadlines the directive has had; part of the keys of planned steps."""
    pending_steps: tuple[PlannedStep, ...]
    """Steps not yet taken, earliest first."""
    reminders_sent: int = 0
    escalation_level: int = 0
    missed_at: Instant | None = None
    """The due instant of the deadline last missed; stays after a later change of deadline."""
    progress_percent: int = 0
    progress_reports: int = 0
    last_progress_at: Instant | None = None
    result: str | None = None
    reported_at: Instant | None = None
    """When the result that is waiting, or was accepted, was reported."""
    reported_by: str | None = None
    reported_for: str | None = None
    """The absent person in whose place it was reported; so too `approved_for` and `declined_for`."""
    approved: bool = False
    approved_by: str | None = None
    approved_for: str | None = None
    rework_count: int = 0
    late: bool = False
    above: tuple[str, ...] = ()
    """The lead units of the directives above, the nearest first."""
    subdirectives: tuple[Subdirective, ...] = ()
    parts: tuple[PartResult, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped_time: tuple[StoppedTime, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    """The lead units before this one, the first first."""
    lead_since: Instant | None = None
    """When the present lead unit took the place of another; None if it leads from the start."""
    phase_before: Phase | None = None
    """Where a suspension or a decline took the directive from, and where it goes back to."""
    declined_by: str | None = None
    declined_for: str | None = None
    resumes_at: Instant | None = None
    """When a suspension ends by itself."""
    closed_at: Instant | None = None
    attachments: tuple[Attachment, ...] = ()
    last_occurred_at: Instant
    last_recorded_at: Instant

    @property
    def closed(self) -> bool:
        """Whether the directive has ended; only comments and audit events may follow."""
        return self.phase in CLOSED_PHASES

    @property
    def next_wakeup_at(self) -> datetime | None:
        """The instant at which something comes due, if nobody acts before."""
        if self.phase in RUNNING_PHASES and self.pending_steps:
            return self.pending_steps[0].due_at
        return self.resumes_at if self.phase is Phase.SUSPENDED else None

    @property
    def policy_code(self) -> str:
        """The policy that the directive is under, whatever its version."""
        return self.policy_version.partition("@")[0]

    @property
    def pending_extension(self) -> Extension | None:
        """The request for more time that nobody has decided yet."""
        last = self.extensions[-1] if self.extensions else None
        return last if last is not None and last.status is ExtensionStatus.PENDING else None

    @property
    def open_subdirectives(self) -> tuple[Subdirective, ...]:
        """The sub-directives that have not ended."""
        return tuple(child for child in self.subdirectives if not child.closed)

    @property
    def open_stop(self) -> StoppedTime | None:
        """The suspension or decline that lasts. A request for more time stops no work and is not meant."""
        stops = (s for s in self.stopped_time if s.until is None and s.cause is not StopCause.EXTENSION_UNDECIDED)
        return next(stops, None)

    @property
    def clock_stands_since(self) -> datetime | None:
        """Since when the clock stands, so that the deadline does not pass; None while it runs."""
        stop = self.open_stop
        return stop.since if stop is not None and stop.moves_deadline else None

    @property
    def overdue_from(self) -> datetime | None:
        """The instant from which the directive counts as overdue, None if never.

        A result reported in time stops the clock while it awaits acceptance: waiting for the issuer is not the unit's delay.
        """
        if self.phase in RUNNING_PHASES or self.due_at is None:
            return self.due_at
        if self.phase is Phase.WITHDRAWN:
            return None
        if self.phase in STOPPED_PHASES:
            stands = self.clock_stands_since
            return self.due_at if stands is None or self.due_at <= stands else None
        return self.due_at if self.late else None

    @property
    def due_soon_from(self) -> datetime | None:
        """The instant from which the directive counts as due soon, None if never."""
        return self.due_soon_at if self.phase in RUNNING_PHASES else None

    def timeliness(self, now: datetime) -> Timeliness:
        """How the directive stands at `now`. The list query computes the same in SQL; a test holds the two together."""
        return timeliness_at(now, self.due_at, self.due_soon_from, self.overdue_from)

    def status_cell(self, now: datetime) -> StatusCell:
        """The cell of the official totals in which the directive counts at `now`."""
        return cell_of(self.phase, self.timeliness(now))


def timeliness_at(
    now: datetime, due_at: datetime | None, due_soon_from: datetime | None, overdue_from: datetime | None
) -> Timeliness:
    """How a directive with this deadline stands at `now`, given from when on it counts as due soon and as overdue."""
    if due_at is None:
        return Timeliness.NO_DEADLINE
    if overdue_from is not None and overdue_from <= now:
        return Timeliness.OVERDUE
    if due_soon_from is not None and due_soon_from <= now:
        return Timeliness.DUE_SOON
    return Timeliness.IN_TIME


def cell_of(phase: Phase, standing: Timeliness) -> StatusCell:
    """The cell of the official totals for a phase and a timeliness."""
    if phase is Phase.WITHDRAWN:
        return StatusCell.WITHDRAWN
    side = "completed" if phase is Phase.COMPLETED else "open"
    return StatusCell(f"{side}_{Timeliness.IN_TIME if standing is Timeliness.DUE_SOON else standing}")
