"""What a decision would do to open directives, before anybody takes it: the rules themselves, asked without recording. Pure."""

from dataclasses import dataclass
from datetime import datetime

from domain.calendar import CalendarDecision, WorkCalendar
from domain.commands import Reproject
from domain.deadlines import due_by, plan_for
from domain.decision import Decided
from domain.event_values import PlannedStep
from domain.events import DeadlineChanged
from domain.facts import Facts
from domain.policy import Policy
from domain.reprojection import reproject, touched_by
from domain.state import DirectiveState


@dataclass(frozen=True)
class Move:
    """What would change of one directive: its deadline, and what comes next of reminders, deadline and escalations."""

    state: DirectiveState
    old_due_at: datetime | None
    new_due_at: datetime | None
    old_step: PlannedStep | None
    new_step: PlannedStep | None

    @property
    def moves_deadline(self) -> bool:
        """Whether the deadline itself is another one, and not only what is around it."""
        return self.old_due_at != self.new_due_at


def with_decision(calendar: WorkCalendar, decision: CalendarDecision) -> WorkCalendar:
    """The calendar as it would be."""
    return WorkCalendar((*calendar.decisions, decision))


def under_calendar(state: DirectiveState, decision: CalendarDecision, at: datetime, facts: Facts) -> Move | None:
    """What an open directive would get by `decision`, the last of the calendar in `facts`; None if nothing moves.

    The same as the re-projection would record at `at`: domain.reprojection decides.
    """
    if not touched_by(state, (decision,)):
        return None
    decided = reproject(state, Reproject(after=decision.revision - 1, revision=decision.revision), at, facts)
    if not isinstance(decided, Decided) or not decided.events:
        return None
    [event] = decided.events
    if not isinstance(event, DeadlineChanged):
        raise TypeError("a re-projection changes deadlines and nothing else")
    plan = event.plan
    return Move(state, state.due_at, plan.due_at, _next(state.pending_steps, at), _next(plan.steps, at))


def under_policy(state: DirectiveState, policy: Policy, at: datetime, calendar: WorkCalendar) -> Move | None:
    """What would be otherwise if the deadline of an open directive were decided anew, as it stands, under `policy`.

    Nothing decides it anew when the policy comes into force: a plan keeps the version under which it was made. None where there
    is no deadline ahead, or where the deadline and what comes next would be the same.
    """
    if state.closed or state.due_at is None or state.due_at <= at:
        return None
    basis = state.deadline_basis
    anew = due_by(basis, policy, calendar) if basis is not None else None
    due_at = anew if anew is not None and anew > at else state.due_at
    plan = plan_for(due_at, at, policy, calendar, generation=state.deadline_generation + 1, basis=basis)
    move = Move(state, state.due_at, due_at, _next(state.pending_steps, at), _next(plan.steps, at))
    return move if move.moves_deadline or _told(move.old_step) != _told(move.new_step) else None


def _next(steps: tuple[PlannedStep, ...], at: datetime) -> PlannedStep | None:
    return next((step for step in steps if step.due_at > at), None)


def _told(step: PlannedStep | None) -> object:
    """What of a step people notice: its kind, its instant, and who hears of it."""
    return None if step is None else (step.kind, step.due_at, step.level, step.to)
