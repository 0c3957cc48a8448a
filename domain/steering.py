"""What the issuing side does: accept, reject, withdraw, change the deadline."""

from datetime import datetime

from domain.audience import informed_of
from domain.commands import Accept, ChangeDeadline, Reject, Withdraw
from domain.decision import Decided, Decision
from domain.directory import Role
from domain.event_values import Actor
from domain.events import CompletionAccepted, CompletionRejected, DirectiveWithdrawn
from domain.facts import Facts
from domain.kinship import open_below, waived
from domain.reassigning import deadline_moved
from domain.refusals import Code, Refusal, refuse
from domain.same_person import is_same_person
from domain.state import DirectiveState


def accept(state: DirectiveState, command: Accept, actor: Actor, facts: Facts) -> Decision:
    """The directive is completed. With two levels, the head of the unit must have approved first.

    Nobody accepts what they reported or approved themselves, whatever roles they hold: two levels are two people.
    """
    if not state.approved:
        return refuse(Code.APPROVAL_MISSING)
    if is_same_person(actor, state.reported_by, state.reported_for, state.approved_by, state.approved_for):
        return refuse(Code.SAME_PERSON, user=actor.user)
    refusal = open_below(state, command.waive_open)
    if refusal:
        return refusal
    event = CompletionAccepted(
        informs=informed_of("CompletionAccepted", state, actor.user, facts.directory),
        note=command.note,
        late=state.late,
        waives_open=waived(state, command.waive_open),
    )
    return Decided(actor, (event,))


def reject(state: DirectiveState, command: Reject, actor: Actor, facts: Facts) -> Decision:
    """Rework. A head may send back what the head has not yet approved; after that only the issuing side may."""
    issues = actor.over is not None and facts.directory.covers(actor.over, state.issuer.over or state.lead_unit)
    if actor.role is Role.UNIT_HEAD and state.approved and not issues:
        return refuse(Code.NOT_PERMITTED, user=actor.user, command=command.name)
    informs = informed_of("CompletionRejected", state, actor.user, facts.directory)
    return Decided(actor, (CompletionRejected(informs=informs, reason=command.reason),))


def withdraw(state: DirectiveState, command: Withdraw, actor: Actor, facts: Facts) -> Decision:
    """The directive ends without a result."""
    if is_same_person(actor, state.declined_by, state.declined_for):
        return refuse(Code.OWN_REQUEST, user=actor.user)  # it would come to the same as upholding one's own decline
    refusal = open_below(state, command.waive_open)
    if refusal:
        return refusal
    event = DirectiveWithdrawn(
        informs=informed_of("DirectiveWithdrawn", state, actor.user, facts.directory),
        reason=command.reason,
        waives_open=waived(state, command.waive_open),
    )
    return Decided(actor, (event,))


def change_deadline(
    state: DirectiveState, command: ChangeDeadline, actor: Actor, at: datetime, facts: Facts
) -> Decision:
    """A new plan under the policy in force now; the original deadline is never overwritten.

    Whoever waits for the answer to an own request does not answer it this way.
    """
    pending = state.pending_extension
    if pending is not None and is_same_person(actor, pending.requested_by, pending.requested_for):
        return refuse(Code.OWN_REQUEST, user=actor.user)
    events = deadline_moved(
        state, command.deadline, command.reason, actor, at, facts, decision_number=command.decision_number
    )
    if isinstance(events, Refusal):
        return events
    return Decided(actor, events) if events else refuse(Code.DEADLINE_UNCHANGED)
