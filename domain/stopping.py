"""The clock stops and goes on (tạm hoãn, tiếp tục); what it stood is kept in a ledger and, by policy, given back."""

from datetime import date, datetime, time, timedelta

from domain.audience import informed_of
from domain.commands import Resume, Suspend
from domain.deadlines import basis_of_instant, next_plan
from domain.decision import Decided, Decision
from domain.event_values import SYSTEM, Actor
from domain.events import DeadlineChanged, DirectiveResumed, DirectiveSuspended
from domain.facts import Facts
from domain.instants import at_local, end_of_day, last_day_of, local
from domain.issuing import policy_named
from domain.policy import Policy
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState

GIVEN_BACK = "Bù thời gian tạm dừng"
"""The reason of a deadline that moves by stopped time."""


def suspend(state: DirectiveState, command: Suspend, actor: Actor, at: datetime, facts: Facts) -> Decision:
    """The clock stops, for a cause and until a day; without one, for as long as the policy allows at most."""
    policy = policy_named(state.policy_code, facts)
    if isinstance(policy, Refusal):
        return policy
    longest = end_of_day(local(at).date() + timedelta(days=policy.stop_clock.longest_days), None)
    until = _end(command.until, policy) or longest
    if until <= at:
        return refuse(Code.SUSPENSION_IN_PAST, until=local(until).isoformat())
    if until > longest:
        return refuse(
            Code.SUSPENSION_TOO_LONG,
            until=local(until).isoformat(),
            longest=local(longest).isoformat(),
            rule="stop_clock.longest_days",
            policy=policy.label,
        )
    event = DirectiveSuspended(
        informs=informed_of("DirectiveSuspended", state, actor.user, facts.directory),
        cause=command.cause,
        waits_on=command.waits_on,
        reason=command.reason,
        until=until,
        moves_deadline=policy.stop_clock.suspension and state.due_at is not None,
    )
    return Decided(actor, (event,))


def resume(state: DirectiveState, command: Resume, actor: Actor, at: datetime, facts: Facts) -> Decision:
    """The clock runs again; a deadline that had not passed when it stopped moves on, if the policy said so then."""
    return _resumed(state, actor, at, facts, note=command.note)


def resume_by_itself(state: DirectiveState, end: datetime, facts: Facts) -> Decision:
    """The suspension has come to its `end`; noticed late, it counts to there all the same."""
    return _resumed(state, SYSTEM, end, facts, ended_at=end)


def _resumed(
    state: DirectiveState,
    actor: Actor,
    at: datetime,
    facts: Facts,
    *,
    note: str | None = None,
    ended_at: datetime | None = None,
) -> Decision:
    since = state.open_stop.since if state.open_stop else at
    resumed = DirectiveResumed(
        informs=informed_of("DirectiveResumed", state, actor.user, facts.directory),
        note=note,
        working_days=stopped_days(since, at, facts),
        ended_at=ended_at,
    )
    return Decided(actor, (resumed, *given_back(state, actor, at, facts)))


def stopped_days(since: datetime, until: datetime, facts: Facts) -> int:
    """The working days after the day of `since`, up to and including that of `until`."""
    return facts.calendar.working_days_between(local(since).date(), local(until).date())


def given_back(state: DirectiveState, actor: Actor, at: datetime, facts: Facts) -> tuple[DeadlineChanged, ...]:
    """The deadline moved by the working days that the clock stood, under the policy in force now; nothing when it ran on.

    A deadline that would have passed while the clock stood is not left behind: the unit has at least the next working day.
    The parent's deadline stays the end of it.
    """
    since, old = state.clock_stands_since, state.due_at
    policy = policy_named(state.policy_code, facts)
    if since is None or old is None or isinstance(policy, Refusal):
        return ()
    days = stopped_days(since, at, facts)
    due_at = _on(facts.calendar.shift(last_day_of(old), days), old) if days else old
    if since < old and due_at <= at:
        due_at = _on(facts.calendar.shift(local(at).date(), 1), old)
    if facts.parent is not None and facts.parent.due_at is not None and not facts.parent.closed:
        due_at = max(old, min(due_at, facts.parent.due_at))
    if due_at == old:
        return ()
    return (
        DeadlineChanged(
            informs=informed_of("DeadlineChanged", state, actor.user, facts.directory),
            old_due_at=old,
            plan=next_plan(state, due_at, at, policy, facts, basis_of_instant(due_at, policy)),
            reason=GIVEN_BACK,
        ),
    )


def _on(day: date, like: datetime) -> datetime:
    """The instant on `day` at which the wall clock shows what it shows at `like`; 24:00 stays 24:00."""
    clock = local(like).time()
    return end_of_day(day, None) if clock == time(0) else at_local(day, clock)


def _end(until: datetime | date | None, policy: Policy) -> datetime | None:
    if until is None or isinstance(until, datetime):
        return until
    return end_of_day(until, policy.closing_time)
