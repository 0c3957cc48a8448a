"""A unit that is not competent gives the directive back (từ chối), and the issuing side settles it."""

from datetime import datetime

from domain.audience import informed_of
from domain.commands import Decline, SettleDecline
from domain.decision import Decided, Decision
from domain.event_values import Actor
from domain.events import DeclineSettled, DirectiveDeclined, DirectiveWithdrawn, EventData
from domain.facts import Facts
from domain.issuing import policy_named
from domain.kinship import open_below
from domain.naming import unit_refusal
from domain.reassigning import deadline_moved, reassigned
from domain.refusals import Code, Refusal, refuse
from domain.same_person import is_same_person
from domain.state import DirectiveState
from domain.stopping import given_back, stopped_days
from domain.terms import Settlement


def decline(state: DirectiveState, command: Decline, actor: Actor, facts: Facts) -> Decision:
    """The head says why the unit is not competent. What was delegated from it must have ended first."""
    policy = policy_named(state.policy_code, facts)
    if isinstance(policy, Refusal):
        return policy
    proposed = command.proposed_unit
    if proposed == state.lead_unit:
        return refuse(Code.UNIT_UNCHANGED, unit=proposed)
    refusal = (unit_refusal(proposed, facts.directory) if proposed is not None else None) or open_below(state, None)
    if refusal:
        return refusal
    event = DirectiveDeclined(
        informs=informed_of("DirectiveDeclined", state, actor.user, facts.directory),
        reason=command.reason,
        proposed_unit=proposed,
        moves_deadline=policy.stop_clock.decline and state.due_at is not None,
    )
    return Decided(actor, (event,))


def settle_decline(state: DirectiveState, command: SettleDecline, actor: Actor, at: datetime, facts: Facts) -> Decision:
    """Upheld: the directive ends as withdrawn. Sent back: the unit goes on. Reassigned: another unit leads."""
    if state.declined_by is None or is_same_person(actor, state.declined_by, state.declined_for):
        return refuse(Code.OWN_REQUEST, user=actor.user)
    since = state.open_stop.since if state.open_stop else at
    settled = DeclineSettled(
        informs=informed_of("DeclineSettled", state, actor.user, facts.directory),
        settlement=command.settlement,
        declined_by=state.declined_by,
        reason=command.reason,
        working_days=stopped_days(since, at, facts),
    )
    follows = _following(state, command, actor, at, facts)
    return follows if isinstance(follows, Refusal) else Decided(actor, (settled, *follows))


def _following(
    state: DirectiveState, command: SettleDecline, actor: Actor, at: datetime, facts: Facts
) -> tuple[EventData, ...] | Refusal:
    match command.settlement:
        case Settlement.UPHELD:
            refusal = open_below(state, None)
            if refusal:
                return refusal
            informs = informed_of("DirectiveWithdrawn", state, actor.user, facts.directory)
            return (DirectiveWithdrawn(informs=informs, reason=command.reason),)
        case Settlement.REASSIGNED:
            moved = reassigned(state, command.lead_unit or "", command.reason, command.deadline, actor, at, facts)
            if isinstance(moved, Refusal) or command.deadline is not None:
                return moved
            return (*moved, *given_back(state, actor, at, facts))
        case Settlement.SENT_BACK:
            if command.deadline is None:
                return given_back(state, actor, at, facts)
            return deadline_moved(state, command.deadline, command.reason, actor, at, facts)
