"""More time (gia hạn): the unit asks, the issuing side decides, and every deadline there ever was stays on record."""

from datetime import date, datetime, timedelta

from domain.audience import informed_of
from domain.commands import Deadline, GrantExtension, RefuseExtension, RequestExtension
from domain.deadlines import basis_of, basis_of_instant, due_instant, next_plan
from domain.decision import Decided, Decision
from domain.event_values import Actor
from domain.events import ExtensionGranted, ExtensionRefused, ExtensionRequested
from domain.facts import Facts
from domain.instants import end_of_day, last_day_of, local
from domain.issuing import policy_named
from domain.kinship import outside_family
from domain.ledgers import ExtensionStatus
from domain.policy import Policy
from domain.refusals import Code, Refusal, refuse
from domain.same_person import is_same_person
from domain.state import DirectiveState, Phase


def request_extension(
    state: DirectiveState, command: RequestExtension, actor: Actor, at: datetime, facts: Facts
) -> Decision:
    """One request at a time, within the policy's window and count, for a deadline later than the one in force."""
    if state.due_at is None:
        return refuse(Code.NO_DEADLINE_TO_EXTEND)
    if state.pending_extension is not None:
        return refuse(Code.EXTENSION_PENDING, number=str(state.pending_extension.number))
    policy = policy_named(state.policy_code, facts)
    if isinstance(policy, Refusal):
        return policy
    refusal = _used_up(state, policy) or _too_late(state, state.due_at, at, policy, facts)
    if refusal:
        return refusal
    asked = _later(state, state.due_at, command.deadline, at, policy, facts)
    if isinstance(asked, Refusal):
        return asked
    event = ExtensionRequested(
        informs=informed_of("ExtensionRequested", state, actor.user, facts.directory),
        number=len(state.extensions) + 1,
        due_at=state.due_at,
        asked_due_at=asked,
        reason=command.reason,
    )
    return Decided(actor, (event,))


def grant_extension(
    state: DirectiveState, command: GrantExtension, actor: Actor, at: datetime, facts: Facts
) -> Decision:
    """The deadline moves to what was asked, or to what the decider names instead. Nobody grants an own request."""
    pending = state.pending_extension
    if pending is None:
        return refuse(Code.EXTENSION_NOT_PENDING)
    if state.due_at is None:
        return refuse(Code.NO_DEADLINE_TO_EXTEND)
    if is_same_person(actor, pending.requested_by, pending.requested_for):
        return refuse(Code.OWN_REQUEST, user=actor.user)
    policy = policy_named(state.policy_code, facts)
    if isinstance(policy, Refusal):
        return policy
    due_at = _decided_due_at(state, state.due_at, pending.asked_due_at, command.deadline, at, policy, facts)
    if isinstance(due_at, Refusal):
        return due_at
    refusal = _used_up(state, policy)
    if refusal:
        return refusal
    event = ExtensionGranted(
        informs=informed_of("ExtensionGranted", state, actor.user, facts.directory),
        number=pending.number,
        requested_by=pending.requested_by,
        reason=pending.reason,
        old_due_at=state.due_at,
        plan=next_plan(
            state, due_at, at, policy, facts, basis_of(command.deadline, at) or basis_of_instant(due_at, policy)
        ),
        note=command.note,
    )
    return Decided(actor, (event,))


def refuse_extension(state: DirectiveState, command: RefuseExtension, actor: Actor, facts: Facts) -> Decision:
    """The deadline stays. Nobody decides an own request, not even against it."""
    pending = state.pending_extension
    if pending is None:
        return refuse(Code.EXTENSION_NOT_PENDING)
    if is_same_person(actor, pending.requested_by, pending.requested_for):
        return refuse(Code.OWN_REQUEST, user=actor.user)
    event = ExtensionRefused(
        informs=informed_of("ExtensionRefused", state, actor.user, facts.directory),
        number=pending.number,
        requested_by=pending.requested_by,
        reason=command.reason,
    )
    return Decided(actor, (event,))


def last_day_to_ask(due_at: datetime, days: int, facts: Facts) -> date:
    """The last day on which an extension may be asked for: `days` after the deadline's, moved on if that is a day off.

    The first day does not count (Civil Code 2015, art. 147.2); a period that ends on a day off runs to the next working
    day (art. 148.5).
    """
    return facts.calendar.shift(last_day_of(due_at) + timedelta(days=days), 0)


def _used_up(state: DirectiveState, policy: Policy) -> Refusal | None:
    granted = sum(extension.status is ExtensionStatus.GRANTED for extension in state.extensions)
    if granted < policy.extensions.most_granted:
        return None
    return refuse(Code.EXTENSIONS_USED_UP, granted=str(granted), rule="extensions.most_granted", policy=policy.label)


def _too_late(state: DirectiveState, due_at: datetime, at: datetime, policy: Policy, facts: Facts) -> Refusal | None:
    higher = state.source is not None and state.source.higher_authority
    days = policy.extensions.days_after_higher if higher else policy.extensions.days_after
    last = last_day_to_ask(due_at, days, facts)
    if at < end_of_day(last, None):
        return None
    return refuse(
        Code.EXTENSION_TOO_LATE,
        last_day=last.isoformat(),
        days=str(days),
        rule="extensions.days_after_higher" if higher else "extensions.days_after",
        policy=policy.label,
    )


def _decided_due_at(
    state: DirectiveState,
    old: datetime,
    asked: datetime,
    chosen: Deadline | None,
    at: datetime,
    policy: Policy,
    facts: Facts,
) -> datetime | Refusal:
    if chosen is None and state.phase is Phase.AWAITING_ACCEPTANCE:
        # The unit asked, and reported before it was answered: what it asked for may have passed, and is fair all the same.
        if asked <= old:
            return refuse(Code.EXTENSION_NOT_LATER, due_at=local(old).isoformat())
        return outside_family(asked, state, facts) or asked
    return _later(state, old, chosen or Deadline(at=asked), at, policy, facts)


def _later(
    state: DirectiveState, old: datetime, deadline: Deadline, at: datetime, policy: Policy, facts: Facts
) -> datetime | Refusal:
    """The instant of a new deadline that lies after the old one and within the family's bounds."""
    due_at = due_instant(deadline, at, policy, facts.calendar)
    if isinstance(due_at, Refusal):
        return due_at
    if due_at is None or due_at <= old:
        return refuse(Code.EXTENSION_NOT_LATER, due_at=local(old).isoformat())
    return outside_family(due_at, state, facts) or due_at
