"""Sub-directives (giao lại): one directive becomes several below it, for units that the giver may give to, all or none."""

from datetime import datetime
from uuid import UUID

from domain.audience import INFORMS, Parties, people
from domain.commands import Deadline, Delegate
from domain.deadlines import basis_of, due_instant, plan_for
from domain.decision import Decided, Decision, Elsewhere
from domain.event_values import Actor, WaivedPoint
from domain.events import DirectiveIssued, SubdirectiveIssued
from domain.facts import Facts
from domain.ids import directive_id_for, part_command_id
from domain.instants import local
from domain.issuing import begun, policy_named
from domain.kinship import past_parent, units_above
from domain.naming import unit_refusal
from domain.policy import Policy, applicable
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState
from domain.terms import ClearPoint


def delegate(
    state: DirectiveState, command: Delegate, actor: Actor, command_id: UUID, at: datetime, facts: Facts
) -> Decision:
    """One sub-directive for each unit, in the order named. One unit that cannot be given to refuses them all."""
    for unit in command.units:
        refusal = _unit_refusal(unit, command, state, actor, facts)
        if refusal:
            return refusal
    policy = policy_named(_policy_code(state, command, facts), facts)
    if isinstance(policy, Refusal):
        return policy
    due_at = _due_at(state, command.deadline, at, policy, facts)
    if isinstance(due_at, Refusal):
        return due_at
    children = tuple(
        _child(index, unit, due_at, state, command, actor, command_id, at, policy, facts)
        for index, unit in enumerate(command.units)
    )
    own = tuple(
        SubdirectiveIssued(subdirective=child.directive_id, code=facts.code, lead_unit=unit, due_at=due_at)
        for child, unit in zip(children, command.units, strict=True)
    )
    return Decided(actor, own, children)


def _policy_code(state: DirectiveState, command: Delegate, facts: Facts) -> str:
    """The directive's own policy; where another urgency is named, the one that fits it and the source."""
    if command.urgency is None:
        return state.policy_code
    return applicable(facts.policies.values(), command.urgency, state.source.kind if state.source else None)


def may_be_given(unit: str, actor: Actor, beside: tuple[str, ...], facts: Facts) -> bool:
    """Whether `actor` may give work to `unit`: it lies under the unit that the actor acts for, or was named beside it."""
    return unit in beside or (actor.over is not None and facts.directory.covers(actor.over, unit))


def _unit_refusal(unit: str, command: Delegate, state: DirectiveState, actor: Actor, facts: Facts) -> Refusal | None:
    refusal = unit_refusal(unit, facts.directory)
    if refusal:
        return refusal
    if command.units.count(unit) > 1:
        return refuse(Code.UNIT_NAMED_TWICE, unit=unit)
    if unit == state.lead_unit or unit in units_above(state, facts):
        return refuse(Code.DELEGATION_CYCLE, unit=unit)
    if not may_be_given(unit, actor, state.coordinating_units, facts):
        return refuse(Code.NOT_SUBORDINATE, unit=unit, over=actor.over or "")
    return None


def _due_at(
    state: DirectiveState, deadline: Deadline | None, at: datetime, policy: Policy, facts: Facts
) -> datetime | Refusal | None:
    """The deadline given, else that of the directive; within it in either case."""
    due_at = state.due_at
    if deadline is not None:
        chosen = due_instant(deadline, at, policy, facts.calendar)
        if isinstance(chosen, Refusal):
            return chosen
        due_at = chosen
    elif due_at is not None and due_at <= at:
        # Taken over from a directive that is late, it would be late the moment it is issued.
        return refuse(Code.DEADLINE_IN_PAST, due_at=local(due_at).isoformat())
    return past_parent(due_at, state) or due_at


def _child(
    index: int,
    unit: str,
    due_at: datetime | None,
    state: DirectiveState,
    command: Delegate,
    actor: Actor,
    command_id: UUID,
    at: datetime,
    policy: Policy,
    facts: Facts,
) -> Elsewhere:
    own_id = part_command_id(command_id, index)
    parties = Parties(lead_unit=unit, issuer=actor.in_name_of)
    none_because = command.deadline.none_because if command.deadline else state.no_deadline_because
    issued = DirectiveIssued(
        informs=people(INFORMS["DirectiveIssued"], parties, facts.directory, but=actor.user),
        code=facts.code,
        title=command.title or state.title,
        content=command.content or state.content,
        source=state.source,
        lead_unit=unit,
        expected_result=command.expected_result or state.expected_result,
        urgency=command.urgency or state.urgency,
        parent=state.id,
        above=(state.lead_unit, *state.above),
        waivers=_still_waived(state, due_at, command),
        no_deadline_because=none_because if due_at is None else None,
        acceptance_levels=policy.acceptance_levels,
        plan=plan_for(
            due_at,
            at,
            policy,
            facts.calendar,
            basis=basis_of(command.deadline, at) if command.deadline else state.deadline_basis,
        ),
    )
    return Elsewhere(directive_id_for(own_id), own_id, None, (issued, *begun(policy)))


def _still_waived(state: DirectiveState, due_at: datetime | None, command: Delegate) -> tuple[WaivedPoint, ...]:
    """The points that the directive leaves open on purpose and the one below it does not fill."""
    filled = {ClearPoint.TIME} if due_at is not None else set()
    filled |= {ClearPoint.RESULT} if command.expected_result else set()
    return tuple(waiver for waiver in state.waivers if waiver.item not in filled)
