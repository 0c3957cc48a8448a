"""What may never happen to a directive, kept in a ledger of its own, apart from what `evolve` keeps."""

from datetime import datetime

from domain import events as e
from domain.event_values import Plan, PlannedStep
from domain.ledgers import Subdirective
from domain.state import DirectiveState

AFTER_THE_END = ("Commented", "SignalRefused", "NotificationSent", "NotificationFailed", "FileAttached")
"""Comments and audit."""


class Violation(AssertionError):
    """An invariant is broken."""


def require(holds: object, what: str) -> None:
    """Violation unless it holds."""
    if not holds:
        raise Violation(what)


class Life:
    """One directive's events as they come."""

    def __init__(self, first: e.Event) -> None:
        require(isinstance(first.data, e.DirectiveIssued), "a directive begins otherwise than by being issued")
        self._original: datetime | None = None
        self._due_at: datetime | None = None
        self._planned: dict[str, PlannedStep] = {}
        self._taken: set[str] = set()
        self._reminders = 0
        self._end = ""
        self._reported_at: datetime | None = None
        self._stopped_at: datetime | None = None
        """Since when the clock stands."""

    def took(self, event: e.Event, state: DirectiveState) -> None:
        """The event was recorded and has led to this state."""
        require(not self._end or event.data.type in AFTER_THE_END, f"{event.data.type} after {self._end}")
        self._note(event)
        require(state.original_due_at == self._original, "the original deadline has changed")
        require(state.due_at == self._due_at, "the deadline is not the last one set")
        require(state.closed is bool(self._end), "closed without an end, or ended without being closed")

    def stands(self, state: DirectiveState, now: datetime) -> None:
        """In exactly the cell that the events say."""
        cell = "withdrawn" if self._end == "DirectiveWithdrawn" else f"{self._side()}_{self._timeliness(now)}"
        require(state.status_cell(now) == cell, f"counted as {state.status_cell(now)} instead of {cell}")

    def knows(self, child: Subdirective, below: DirectiveState, own: DirectiveState) -> None:
        """What it knows of one below it is so, unless it ended before."""
        if not own.closed:
            require(child.closed is below.closed, "a sub-directive ended unheard, or is open in spite of it")
            require(child.due_at == below.due_at, "a sub-directive has another deadline than is known above it")
            require(not child.completed or child.late is below.late, "a sub-directive is late unheard")

    def _note(self, event: e.Event) -> None:
        match event.data:
            case e.DirectiveIssued(plan=plan):
                self._original = plan.due_at
                self._plan(plan)
            case e.DeadlineChanged(plan=plan) | e.ExtensionGranted(plan=plan):
                self._plan(plan)
            case e.ReminderDue(step=step, number=number):
                self._reminders += 1
                require(number == self._reminders, "reminders are not numbered through")
                self._take(step, event.data.due_at, event.occurred_at)
            case e.DeadlineMissed(step=step) | e.Escalated(step=step):
                self._take(step, event.data.due_at, event.occurred_at)
            case e.CompletionReported():
                self._reported_at = event.occurred_at
            case e.CompletionRejected():
                self._reported_at = None
            case e.DirectiveSuspended(moves_deadline=True) | e.DirectiveDeclined(moves_deadline=True):
                self._stopped_at = event.occurred_at
            case e.DirectiveResumed() | e.DeclineSettled():
                self._stopped_at = None
            case e.CompletionAccepted() | e.DirectiveWithdrawn():
                self._end = event.data.type
            case _:
                pass

    def _plan(self, plan: Plan) -> None:
        self._due_at = plan.due_at
        for step in plan.steps:
            require(step.key not in self._planned, f"{step.key} is planned twice")
            self._planned[step.key] = step

    def _take(self, key: str, due_at: datetime, occurred_at: datetime) -> None:
        require(key not in self._taken, f"{key} was taken twice")
        self._taken.add(key)
        step = self._planned.get(key)
        require(step is not None and step.due_at == due_at <= occurred_at, f"{key} was taken unplanned or too early")

    def _side(self) -> str:
        return "completed" if self._end else "open"

    def _timeliness(self, now: datetime) -> str:
        due_at = self._due_at
        if due_at is None:
            return "no_deadline"
        if self._reported_at is not None:
            return "overdue" if self._reported_at >= due_at and due_at <= now else "in_time"
        stands = self._stopped_at is not None and self._stopped_at < due_at
        return "overdue" if due_at <= now and not stands else "in_time"
