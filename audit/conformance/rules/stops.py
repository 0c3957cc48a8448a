"""Suspensions (tạm hoãn): no longer than the policy then in force allows, and over when their end has come."""

from collections.abc import Iterator
from datetime import timedelta

from audit.conformance.book import Rulebook
from audit.conformance.course import Course
from audit.conformance.finding import Finding, cannot_say, judged
from domain.events import DirectiveResumed, DirectiveSuspended, DirectiveWithdrawn
from domain.instants import end_of_day, local, shown


def bounded(course: Course, book: Rulebook) -> Iterator[Finding]:
    """The end that was set lies within the days that the policy allows, from the day on which it was decided."""
    for turn in course.of(DirectiveSuspended):
        entry, label = turn.entry, turn.before.plan.policy_version
        data, policy = entry.event.data, book.in_force(label.partition("@")[0], entry.position)
        if policy is None or not isinstance(data, DirectiveSuspended):
            yield cannot_say(f"không có chính sách {label}", f"policy {label} is not known here", entry, policy=label)
            continue
        days = policy.stop_clock.longest_days
        longest = end_of_day(local(entry.event.occurred_at).date() + timedelta(days=days), None)
        yield judged(
            data.until <= longest,
            f"tạm hoãn đến {shown(data.until)}, lâu nhất {days} ngày",
            f"suspended until {data.until}, at most {days} days are allowed",
            entry,
            policy=policy.label,
        )


def ended(course: Course, book: Rulebook) -> Iterator[Finding]:
    """When its end has come, the directive goes on: recorded within the window, unless somebody ended it before."""
    window = book.windows.step
    for turn in course.of(DirectiveSuspended):
        data = turn.entry.event.data
        if not isinstance(data, DirectiveSuspended):
            continue
        limit = data.until + window
        following = (one for one in course.of(DirectiveResumed, DirectiveWithdrawn))
        over = next((one.entry for one in following if one.entry.position > turn.entry.position), None)
        if over is None and book.as_of <= limit:
            continue
        yield judged(
            over is not None and over.event.recorded_at <= limit,
            f"tạm hoãn đến {shown(data.until)} nhưng không được tiếp tục trong vòng {window}",
            f"suspended until {data.until}, and did not go on within {window}",
            *(entry for entry in (turn.entry, over) if entry),
            policy=turn.before.plan.policy_version,
        )
