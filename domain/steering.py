"""What the issuing side does: accept, reject, withdraw, change the deadline."""

from datetime import datetime

from domain.audience import informed_of
from domain.commands import Accept, ChangeDeadline, Reject, Withdraw
from domain.deadlines import basis_of, due_instant, plan_for
from domain.decision import Decided, Decision
from domain.directory import Role
from domain.events import (
    Actor,
    CompletionAccepted,
    CompletionRejected,
    DeadlineChanged,
    DirectiveWithdrawn,
)
from domain.facts import Facts
from domain.issuing import policy_named
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState


def accept(state: DirectiveState, command: Accept, actor: Actor, facts: Facts) -> Decision:
    """The directive is completed. With two levels, the head of the unit must have approved first.

    Nobody accepts what they reported or approved themselves, whatever roles they hold: two levels are two people.
    """
    if not state.approved:
        return refuse(Code.APPROVAL_MISSING)
    if actor.user in (state.reported_by, state.approved_by):
        return refuse(Code.SAME_PERSON, user=actor.user)
    informs = informed_of("CompletionAccepted", state, actor.user, facts.directory)
    return Decided(actor, (CompletionAccepted(informs=informs, note=command.note, late=state.late),))


def reject(state: DirectiveState, command: Reject, actor: Actor, facts: Facts) -> Decision:
    """Rework. A head may send back what the head has not yet approved; after that only the issuing side may."""
    if actor.role is Role.UNIT_HEAD and state.approved:
        return refuse(Code.NOT_PERMITTED, user=actor.user, command=command.name)
    informs = informed_of("CompletionRejected", state, actor.user, facts.directory)
    return Decided(actor, (CompletionRejected(informs=informs, reason=command.reason),))


def withdraw(state: DirectiveState, command: Withdraw, actor: Actor, facts: Facts) -> Decision:
    """The directive ends without a result."""
    informs = informed_of("DirectiveWithdrawn", state, actor.user, facts.directory)
    return Decided(actor, (DirectiveWithdrawn(informs=informs, reason=command.reason),))


def change_deadline(
    state: DirectiveState, command: ChangeDeadline, actor: Actor, at: datetime, facts: Facts
) -> Decision:
    """A new plan under the policy in force now; the original deadline is never overwritten."""
    policy = policy_named(state.policy_version.partition("@")[0], facts)
    if isinstance(policy, Refusal):
        return policy
    due_at = due_instant(command.deadline, at, policy, facts.calendar)
    if isinstance(due_at, Refusal):
        return due_at
    if due_at == state.due_at:
        return refuse(Code.DEADLINE_UNCHANGED)
    event = DeadlineChanged(
        informs=informed_of("DeadlineChanged", state, actor.user, facts.directory),
        old_due_at=state.due_at,
        plan=plan_for(
            due_at,
            at,
            policy,
            facts.calendar,
            generation=state.deadline_generation + 1,
            basis=basis_of(command.deadline, at),
        ),
        reason=command.reason,
        decision_number=command.decision_number,
        no_deadline_because=command.deadline.none_because,
    )
    return Decided(actor, (event,))
