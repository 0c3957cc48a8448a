"""What a directive's executions were told and did, as far as Temporal still knows: the facts that are compared."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from audit.reconcile.payloads import Answered, Command, NoticeRequest, Start


class Outcome(StrEnum):
    """How far an activity is."""

    OPEN = "open"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True)
class Answer:
    """The record's answer that a run wrote down, in the marker of a local activity."""

    event_id: int
    said: Answered


@dataclass
class Update:
    """A command that the run accepted, and what it answered; `said` is None while, or because, there is no answer."""

    event_id: int
    command: Command
    said: Answered | None = None
    answered_in: int = 0


@dataclass(frozen=True)
class Signal:
    """A command that came as a signal; None if it cannot be read."""

    event_id: int
    command: Command | None


@dataclass
class Notice:
    """An activity that sends notices, or gives them up."""

    event_id: int
    request: NoticeRequest
    outcome: Outcome = Outcome.OPEN
    closed_in: int = 0


@dataclass(frozen=True)
class CalledFor:
    """Notices that the run was told to send."""

    event_id: int
    request: NoticeRequest


@dataclass(frozen=True)
class Firing:
    """A timer that fired, with the last answer of the record before the run waited again; None if there was none."""

    event_id: int
    at: datetime
    answer: Answer | None


@dataclass
class Run:
    """One run. `settled`: nothing is under way, so whatever reached the run up to `handled_up_to` has been dealt with."""

    run_id: str
    started_at: datetime
    start: Start | None = None
    parent: str | None = None
    """The id of the workflow that started it."""
    continued_from: str | None = None
    """The run that it continues."""
    closed_at: datetime | None = None
    closed_as: str | None = None
    """How it ended: completed, continued_as_new, terminated …; None while it is open."""
    settled: bool = True
    handled_up_to: int = 0
    updates: list[Update] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    firings: list[Firing] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    called_for: list[CalledFor] = field(default_factory=list)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    """Event ids with what could not be read there."""

    @property
    def open(self) -> bool:
        """Whether it goes on."""
        return self.closed_as is None


@dataclass(frozen=True)
class Execution:
    """All runs of a directive that the server still has, the earliest first; `copies` are executions under other ids."""

    directive_id: UUID
    runs: tuple[Run, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    """(workflow id, run id) of running executions that name the directive but do not have its id."""

    @property
    def current(self) -> Run | None:
        """The run that is open."""
        return next((run for run in reversed(self.runs) if run.open), None)
