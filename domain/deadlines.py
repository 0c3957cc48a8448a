"""From a deadline as people write it to absolute instants: due, due soon, reminders, escalations."""

from datetime import date, datetime, timedelta
from typing import assert_never

from domain.calendar import WorkCalendar
from domain.commands import Deadline
from domain.event_values import CountedBasis, DeadlineBasis, ExactBasis, NamedDayBasis, Plan, PlannedStep
from domain.facts import Facts
from domain.instants import at_local, end_of_day, last_day_of, local
from domain.policy import Policy, Rung, Span
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState

MAX_YEARS = 10
"""A deadline further away than this is taken for a slip of the pen."""


def due_instant(deadline: Deadline, at: datetime, policy: Policy, calendar: WorkCalendar) -> datetime | Refusal | None:
    """The instant at which `deadline`, set at `at`, is due; None for one that is waived.

    Working days count from the day after (Civil Code 2015, art. 147.2). A day without a clock time ends when the policy
    says; one that is off runs to the end of the next working day (art. 148.5).
    """
    basis, today = basis_of(deadline, at), local(at).date()
    if basis is None:
        return None
    if isinstance(basis, NamedDayBasis) and not today <= basis.day <= date(today.year + MAX_YEARS + 1, 12, 31):
        code = Code.DEADLINE_IN_PAST if basis.day < today else Code.DEADLINE_TOO_FAR
        return refuse(code, due_at=basis.day.isoformat(), years=str(MAX_YEARS))
    due = deadline.at if isinstance(deadline.at, datetime) else due_by(basis, policy, calendar)
    if due is None:
        raise TypeError("only an exact instant is no day")
    if due <= at:
        return refuse(Code.DEADLINE_IN_PAST, due_at=local(due).isoformat())
    if due > at + timedelta(days=366 * MAX_YEARS):
        return refuse(Code.DEADLINE_TOO_FAR, due_at=local(due).isoformat(), years=str(MAX_YEARS))
    return due


def basis_of(deadline: Deadline | None, at: datetime) -> DeadlineBasis | None:
    """How the deadline, set at `at`, is to be computed anew; None for one that is waived."""
    if deadline is None:
        return None
    if deadline.working_days is not None:
        return CountedBasis(working_days=deadline.working_days, counted_from=local(at).date())
    if isinstance(deadline.at, datetime):
        return ExactBasis()
    return NamedDayBasis(day=deadline.at) if deadline.at is not None else None


def basis_of_instant(due_at: datetime, policy: Policy) -> DeadlineBasis:
    """The same for a deadline that is known by its instant alone: the end of a day was meant as that day."""
    day = last_day_of(due_at)
    return NamedDayBasis(day=day) if due_at == end_of_day(day, policy.closing_time) else ExactBasis()


def due_by(basis: DeadlineBasis, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    """The instant that a basis gives under a calendar; None for an exact instant, which is not computed."""
    match basis:
        case CountedBasis():
            last_day = calendar.shift(basis.counted_from, basis.working_days)
        case NamedDayBasis():
            last_day = calendar.shift(basis.day, 0)
        case ExactBasis():
            return None
        case _:
            assert_never(basis)
    return end_of_day(last_day, policy.closing_time)


def plan_for(
    due_at: datetime | None,
    at: datetime,
    policy: Policy,
    calendar: WorkCalendar,
    *,
    generation: int = 1,
    basis: DeadlineBasis | None = None,
) -> Plan:
    """Everything that follows from `due_at` when it is set at `at`. Steps whose instant has already passed are left out.

    But the deadline itself: one that is set to an instant that has passed is missed, and that has to be told.
    """
    versions = {"policy_version": policy.label, "calendar_version": calendar.version}
    if due_at is None:
        return Plan(due_at=None, **versions)
    steps = [PlannedStep(key=f"{generation}.deadline", kind="deadline", due_at=due_at)]
    for number, reminder in enumerate(policy.reminders, 1):
        instant = _step_instant(reminder, due_at, policy, calendar)
        key = f"{generation}.reminder.{number}"
        steps.append(PlannedStep(key=key, kind="reminder", due_at=instant, to=reminder.to))
    for escalation in policy.escalations:
        instant = _step_instant(escalation, due_at, policy, calendar)
        key = f"{generation}.escalation.{escalation.level}"
        steps.append(PlannedStep(key=key, kind="escalation", due_at=instant, level=escalation.level, to=escalation.to))
    ahead = sorted(
        (step for step in steps if step.kind == "deadline" or step.due_at > at),
        key=lambda step: (step.due_at, step.key),
    )
    due_soon = Rung(side="before", span=policy.due_soon)
    return Plan(
        due_at=due_at,
        due_soon_at=_step_instant(due_soon, due_at, policy, calendar),
        steps=tuple(ahead),
        basis=basis,
        **versions,
    )


def next_plan(
    state: DirectiveState,
    due_at: datetime | None,
    at: datetime,
    policy: Policy,
    facts: Facts,
    basis: DeadlineBasis | None,
) -> Plan:
    """The plan of another deadline of a directive that has had some: one generation on, so that no step's key comes again."""
    return plan_for(due_at, at, policy, facts.calendar, generation=state.deadline_generation + 1, basis=basis)


def _step_instant(rung: Rung, due_at: datetime, policy: Policy, calendar: WorkCalendar) -> datetime:
    return _away(rung.span, -1 if rung.side == "before" else 1, due_at, policy, calendar)


def _away(span: Span, sign: int, due_at: datetime, policy: Policy, calendar: WorkCalendar) -> datetime:
    if span.duration is not None:
        return due_at + sign * span.duration
    return at_local(calendar.shift(last_day_of(due_at), sign * (span.working_days or 0)), policy.notice_time)
