"""What a deadline would come to before anything is issued: the instant, and the days off on the way to it."""

from datetime import date, datetime, timedelta

from domain.calendar import NamedDay, WorkCalendar
from domain.commands import Deadline
from domain.deadlines import due_instant
from domain.instants import last_day_of, local
from domain.model import Instant, Value
from domain.policy import Policy
from domain.refusals import Refusal


class DeadlinePreview(Value):
    """A deadline as it would be if the directive were issued now."""

    due_at: Instant
    last_day: date
    """The local day that `due_at` ends, or on which it lies."""
    working_days: int
    """Working days after today up to and including the last day: today itself does not count (Civil Code 2015, art. 147.2)."""
    moved_from: date | None
    """The day that was named, where it is a day off and the deadline ran on to the next working day (art. 148.5)."""
    days_off: tuple[NamedDay, ...]
    """All days off after today up to the last day, weekends among them: what the count skipped."""
    worked_weekends: tuple[NamedDay, ...]
    """Weekend days on the way that are worked, as in a swap (hoán đổi): the count took them along."""
    policy_version: str
    calendar_version: str


def preview(deadline: Deadline, at: datetime, policy: Policy, calendar: WorkCalendar) -> DeadlinePreview | Refusal | None:
    """What `deadline` would come to if it were set at `at`; None for one that is waived, and a refusal as an issue gets it."""
    due_at = due_instant(deadline, at, policy, calendar)
    if due_at is None or isinstance(due_at, Refusal):
        return due_at
    today, last_day = local(at).date(), last_day_of(due_at)
    way = [today + timedelta(days=n) for n in range(1, (last_day - today).days + 1)]
    named_day = deadline.at if not isinstance(deadline.at, datetime) else None
    return DeadlinePreview(
        due_at=due_at,
        last_day=last_day,
        working_days=calendar.working_days_between(today, last_day),
        moved_from=named_day if named_day is not None and named_day < last_day else None,
        days_off=tuple(calendar.named(day) for day in way if not calendar.is_working_day(day)),
        worked_weekends=tuple(calendar.named(day) for day in way if day.weekday() >= 5 and calendar.is_working_day(day)),
        policy_version=policy.label,
        calendar_version=calendar.version,
    )
