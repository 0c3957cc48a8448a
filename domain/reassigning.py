"""Another unit leads (chuyển đơn vị): the history, and the old unit's share of the lateness, stay with the old one."""

from datetime import datetime

from domain.audience import INFORMS, Parties, informed_of, people
from domain.commands import Deadline, Reassign
from domain.deadlines import basis_of, due_instant, next_plan
from domain.decision import Decided, Decision
from domain.delegating import may_be_given
from domain.event_values import Actor
from domain.events import DeadlineChanged, DirectiveReassigned, EventData
from domain.facts import Facts
from domain.issuing import policy_named
from domain.kinship import open_below, outside_family, units_above, waived
from domain.naming import unit_refusal
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState


def reassign(state: DirectiveState, command: Reassign, actor: Actor, at: datetime, facts: Facts) -> Decision:
    """The issuing side names another lead unit, and may set it another deadline in the same act."""
    refusal = open_below(
        state, command.waive_open
    )  # whoever delegated from it would steer what another unit answers for
    if refusal:
        return refusal
    waives = waived(state, command.waive_open)
    events = reassigned(state, command.lead_unit, command.reason, command.deadline, actor, at, facts, waives=waives)
    return events if isinstance(events, Refusal) else Decided(actor, events)


def reassigned(
    state: DirectiveState,
    to_unit: str,
    reason: str,
    deadline: Deadline | None,
    actor: Actor,
    at: datetime,
    facts: Facts,
    *,
    waives: str | None = None,
) -> tuple[EventData, ...] | Refusal:
    """The events of a new lead unit; a coordinating or informed unit that comes to lead is no longer beside it."""
    refusal = unit_refusal(to_unit, facts.directory)
    if refusal:
        return refusal
    if to_unit == state.lead_unit:
        return refuse(Code.UNIT_UNCHANGED, unit=to_unit)
    below = (child.lead_unit for child in state.open_subdirectives)
    if to_unit in units_above(state, facts) or to_unit in map(facts.directory.present, below):
        return refuse(Code.DELEGATION_CYCLE, unit=to_unit)
    if not may_be_given(to_unit, actor, facts.parent.coordinating_units if facts.parent else (), facts):
        return refuse(Code.NOT_SUBORDINATE, unit=to_unit, over=actor.over or "")
    moved: tuple[EventData, ...] | Refusal = ()
    if deadline is not None:
        moved = deadline_moved(state, deadline, reason, actor, at, facts)
        if isinstance(moved, Refusal):
            return moved
    after = Parties(
        lead_unit=to_unit,
        coordinating_units=(*(u for u in state.coordinating_units if u != to_unit), state.lead_unit),  # the old one too
        informed_units=state.informed_units,
        issuer=state.issuer.in_name_of,
    )
    event = DirectiveReassigned(
        informs=people(INFORMS["DirectiveReassigned"], after, facts.directory, but=actor.user),
        from_unit=state.lead_unit,
        to_unit=to_unit,
        previous_officer=state.officer,
        overdue_from=late_since(state, at),
        reason=reason,
        waives_open=waives,
    )
    return (event, *moved)


def deadline_moved(
    state: DirectiveState,
    deadline: Deadline,
    reason: str,
    actor: Actor,
    at: datetime,
    facts: Facts,
    *,
    decision_number: str | None = None,
) -> tuple[EventData, ...] | Refusal:
    """The events of another deadline under the policy in force now; none when it is the one there is."""
    policy = policy_named(state.policy_code, facts)
    if isinstance(policy, Refusal):
        return policy
    due_at = due_instant(deadline, at, policy, facts.calendar)
    if isinstance(due_at, Refusal):
        return due_at
    refusal = outside_family(due_at, state, facts)
    if refusal:
        return refusal
    if due_at == state.due_at:
        return ()
    return (
        DeadlineChanged(
            informs=informed_of("DeadlineChanged", state, actor.user, facts.directory),
            old_due_at=state.due_at,
            plan=next_plan(state, due_at, at, policy, facts, basis_of(deadline, at)),
            reason=reason,
            decision_number=decision_number,
            no_deadline_because=deadline.none_because,
        ),
    )


def late_since(state: DirectiveState, at: datetime) -> datetime | None:
    """Since when the present lead unit is late at `at`: from the deadline, or from when it took over if that was later."""
    overdue_from = state.overdue_from
    if overdue_from is None or overdue_from >= at:
        return None
    return max(overdue_from, state.lead_since or overdue_from)
