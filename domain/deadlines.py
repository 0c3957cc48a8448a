"""From a deadline as people write it to absolute instants: due, due soon, reminders, escalations."""

from datetime import datetime, timedelta

from domain.calendar import WorkCalendar
from domain.commands import Deadline
from domain.event_values import Plan, PlannedStep
from domain.instants import at_local, end_of_day, last_day_of, local
from domain.policy import Policy, Rung, Span
from domain.refusals import Code, Refusal, refuse

MAX_YEARS = 10
"""A deadline further away than this is taken for a slip of the pen."""


def due_instant(deadline: Deadline, at: datetime, policy: Policy, calendar: WorkCalendar) -> datetime | Refusal | None:
    """The instant at which `deadline`, set at `at`, is due; None for one that is waived.

    Working days count from the day after (Civil Code 2015, art. 147.2). A day without a clock time ends when the policy says.
    """
    if deadline.working_days is not None:
        due = end_of_day(calendar.shift(local(at).date(), deadline.working_days), policy.closing_time)
    elif isinstance(deadline.at, datetime):
        due = deadline.at
    elif deadline.at is not None:
        if not local(at).year <= deadline.at.year <= local(at).year + MAX_YEARS + 1:
            code = Code.DEADLINE_IN_PAST if deadline.at < local(at).date() else Code.DEADLINE_TOO_FAR
            return refuse(code, due_at=deadline.at.isoformat(), years=str(MAX_YEARS))
        due = end_of_day(deadline.at, policy.closing_time)
    else:
        return None
    if due <= at:
        return refuse(Code.DEADLINE_IN_PAST, due_at=local(due).isoformat())
    if due > at + timedelta(days=366 * MAX_YEARS):
        return refuse(Code.DEADLINE_TOO_FAR, due_at=local(due).isoformat(), years=str(MAX_YEARS))
    return due


def plan_for(
    due_at: datetime | None, at: datetime, policy: Policy, calendar: WorkCalendar, *, generation: int = 1
) -> Plan:
    """Everything that follows from `due_at` when it is set at `at`. Steps whose instant has already passed are left out."""
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
    ahead = sorted((step for step in steps if step.due_at > at), key=lambda step: (step.due_at, step.key))
    due_soon = Rung(side="before", span=policy.due_soon)
    return Plan(
        due_at=due_at,
        due_soon_at=_step_instant(due_soon, due_at, policy, calendar),
        steps=tuple(ahead),
        **versions,
    )


def _step_instant(rung: Rung, due_at: datetime, policy: Policy, calendar: WorkCalendar) -> datetime:
    return _away(rung.span, -1 if rung.side == "before" else 1, due_at, policy, calendar)


def _away(span: Span, sign: int, due_at: datetime, policy: Policy, calendar: WorkCalendar) -> datetime:
    if span.duration is not None:
        return due_at + sign * span.duration
    return at_local(calendar.shift(last_day_of(due_at), sign * (span.working_days or 0)), policy.notice_time)
