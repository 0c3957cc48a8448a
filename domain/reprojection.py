"""A changed calendar meets an open directive: what is still ahead is computed anew. See docs/decisions/0018."""

from collections.abc import Iterable
from datetime import date, datetime

from domain.audience import informed_of
from domain.calendar import CalendarDecision
from domain.commands import Reproject
from domain.deadlines import due_by, plan_for
from domain.decision import Decided, Decision
from domain.event_values import SYSTEM, CountedBasis, NamedDayBasis, Plan, PlannedStep
from domain.events import DeadlineChanged
from domain.facts import Facts
from domain.instants import last_day_of, local
from domain.state import DirectiveState

_NOTHING = Decided(SYSTEM, ())


def reproject(state: DirectiveState, command: Reproject, at: datetime, facts: Facts) -> Decision:
    """One DeadlineChanged if the decisions after `command.after` move anything that is still ahead; else nothing.

    - What has ended never moves, nor what no decided day touches.
    - A deadline that has come stays, and so does one that would come to lie in the past: nobody is late by a decision
      made afterwards.
    - A sub-directive stays within its parent, and a parent around what is open below it.
    - Steps that were taken or left out never come again; those that now lie in the past are dropped.
    - The policy is the version under which the deadline was planned: a calendar brings no new policy into force.
    """
    calendar = facts.calendar
    if state.closed or state.due_at is None or calendar.revision != command.revision:
        return _NOTHING  # for a newer calendar, the run that brings it covers these decisions as well
    touching = touched_by(state, (d for d in calendar.decisions if command.after < d.revision))
    policy = facts.policy_at(state.policy_version)
    if not touching or policy is None:
        return _NOTHING
    due_at = _within_parent(_due_anew(state, state.due_at, at, facts), state.due_at, at, facts)
    generation = state.deadline_generation + 1
    plan = _of_what_is_pending(
        plan_for(due_at, at, policy, calendar, generation=generation, basis=state.deadline_basis), state, at
    )
    ahead = [step for step in state.pending_steps if step.kind == "deadline" or step.due_at > at]
    if _instants(plan.due_at, plan.due_soon_at, plan.steps) == _instants(state.due_at, state.due_soon_at, ahead):
        return _NOTHING
    event = DeadlineChanged(
        # Whoever reads the same deadline again would look for what has changed: only a deadline that moves is told.
        informs=() if due_at == state.due_at else informed_of("DeadlineChanged", state, SYSTEM.user, facts.directory),
        old_due_at=state.due_at,
        plan=plan,
        reason="Lịch làm việc thay đổi: " + "; ".join(decision.reason for decision in touching),
        decision_number="; ".join(decision.number for decision in touching),
    )
    return Decided(SYSTEM, (event,))


def touched_by(state: DirectiveState, decisions: Iterable[CalendarDecision]) -> list[CalendarDecision]:
    """Those of the decisions that can move anything of an open directive: a day of theirs lies in what was counted over."""
    if state.closed or state.due_at is None:
        return []
    first, last = _counted_over(state, state.due_at)
    return [decision for decision in decisions if any(first <= day <= last for day in decision.days)]


def _counted_over(state: DirectiveState, due_at: datetime) -> tuple[date, date]:
    """From the first to the last day on which the instants of the directive depend."""
    days = [last_day_of(due_at), *(local(step.due_at).date() for step in state.pending_steps)]
    if state.due_soon_at is not None:
        days.append(local(state.due_soon_at).date())
    if isinstance(state.deadline_basis, CountedBasis):
        days.append(state.deadline_basis.counted_from)
    if isinstance(state.deadline_basis, NamedDayBasis):
        days.append(state.deadline_basis.day)
    return min(days), max(days)


def _due_anew(state: DirectiveState, due_at: datetime, at: datetime, facts: Facts) -> datetime:
    basis, policy = state.deadline_basis, facts.policy_at(state.policy_version)
    anew = due_by(basis, policy, facts.calendar) if basis and policy and due_at > at else None
    if anew is None:
        return due_at
    if anew < due_at:
        below = (child.due_at for child in state.open_subdirectives if child.due_at is not None)
        anew = min(due_at, max((anew, *below)))
    return anew if anew > at else due_at


def _within_parent(anew: datetime, due_at: datetime, at: datetime, facts: Facts) -> datetime:
    """Not past where the parent's deadline comes to stand, whichever of the two is brought to the calendar first.

    Where the parent has one above itself, how far it may move is not known here: then it is taken as it stands.
    """
    parent = facts.parent
    if parent is None or parent.closed or parent.due_at is None or anew <= due_at:
        return anew
    bound = parent.due_at if parent.parent is not None else _due_anew(parent, parent.due_at, at, facts)
    return max(due_at, min(anew, bound))


def _of_what_is_pending(plan: Plan, state: DirectiveState, at: datetime) -> Plan:
    """The plan with those steps that were still to come; a deadline missed during a wait for the issuer stays to be told."""
    pending = {_name(step) for step in state.pending_steps}
    missed = tuple(step for step in state.pending_steps if step.kind == "deadline" and step.due_at <= at)
    ahead = tuple(step for step in plan.steps if _name(step) in pending and step.due_at > at)
    return plan.model_copy(update={"steps": (*missed, *ahead)})


def _name(step: PlannedStep) -> str:
    """Its key without the generation: the same rung around another deadline has the same name."""
    return step.key.partition(".")[2]


def _instants(due_at: datetime | None, due_soon_at: datetime | None, steps: Iterable[PlannedStep]) -> object:
    return due_at, due_soon_at, {_name(step): step.due_at for step in steps}
