"""More time (gia hạn): so many times as the policy then in force grants, asked for within its days, and later than before."""

from collections.abc import Iterator
from datetime import timedelta

from audit.conformance.book import Rulebook
from audit.conformance.course import Course
from audit.conformance.finding import Finding, cannot_say, judged
from domain.events import ExtensionGranted, ExtensionRefused, ExtensionRequested
from domain.instants import end_of_day, last_day_of, shown
from domain.policy import Policy


def _policy(book: Rulebook, label: str, position: int) -> Policy | None:
    return book.in_force(label.partition("@")[0], position)


def at_most(course: Course, book: Rulebook) -> Iterator[Finding]:
    """No more are granted than the policy in force at the decision allows."""
    for turn in course.of(ExtensionGranted):
        label = turn.before.plan.policy_version
        policy = _policy(book, label, turn.entry.position)
        if policy is None:
            yield cannot_say(
                f"không có chính sách {label}", f"policy {label} is not known here", turn.entry, policy=label
            )
            continue
        granted, most = turn.after.granted, policy.extensions.most_granted
        yield judged(
            len(granted) <= most,
            f"gia hạn lần {len(granted)}, nhiều nhất {most}",
            f"extension {len(granted)} granted, at most {most} are",
            *granted,
            policy=policy.label,
        )


def asked_in_time(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Asked for before the deadline, or until the end of the last day after it that the policy allows.

    The first day does not count (Civil Code 2015, art. 147.2); a period that ends on a day off runs to the next working day
    (art. 148.5).
    """
    for turn in course.of(ExtensionRequested):
        entry, due_at, label = turn.entry, turn.before.due_at, turn.before.plan.policy_version
        policy = _policy(book, label, entry.position)
        if policy is None:
            yield cannot_say(f"không có chính sách {label}", f"policy {label} is not known here", entry, policy=label)
            continue
        higher = course.issued.source is not None and course.issued.source.higher_authority
        days = policy.extensions.days_after_higher if higher else policy.extensions.days_after
        if due_at is None:
            yield judged(False, "không có thời hạn", "there is no deadline", entry, policy=policy.label)
            continue
        last = book.calendar_at(entry.position).shift(last_day_of(due_at) + timedelta(days=days), 0)
        asked_at = entry.event.occurred_at
        yield judged(
            asked_at - book.windows.clock < end_of_day(last, None),
            f"đề nghị {shown(asked_at)}, ngày cuối cùng được đề nghị {last:%d/%m/%Y} ({days} ngày)",
            f"asked {asked_at.isoformat()}, the last day to ask was {last} ({days} days)",
            turn.before.planned,
            entry,
            policy=policy.label,
        )


def answers_request(course: Course, _: Rulebook) -> Iterator[Finding]:
    """A decision answers the request that waits, by its number and in the name of who asked; one request at a time."""
    number = 0
    for turn in course.of(ExtensionRequested, ExtensionGranted, ExtensionRefused):
        data, request = turn.entry.event.data, turn.before.request
        if isinstance(data, ExtensionRequested):
            number += 1
            cited = [entry for entry in (request, turn.entry) if entry]
            yield judged(
                request is None and data.number == number,
                f"đề nghị số {data.number} khi đang có đề nghị khác hoặc sai số thứ tự {number}",
                f"request {data.number} while another waits, or out of turn: {number} is next",
                *cited,
            )
            continue
        if not isinstance(data, ExtensionGranted | ExtensionRefused):
            continue
        asked = request.event.data if request else None
        asker = request.event.actor.user if request else ""
        fits = isinstance(asked, ExtensionRequested) and (asked.number, asker) == (data.number, data.requested_by)
        cited = [entry for entry in (request, turn.entry) if entry]
        yield judged(
            fits,
            f"quyết định về đề nghị số {data.number} của {data.requested_by} không có đề nghị tương ứng",
            f"a decision on request {data.number} of {data.requested_by}, which does not wait",
            *cited,
        )


def later(course: Course, _: Rulebook) -> Iterator[Finding]:
    """What is asked for and what is granted lies after the deadline in force."""
    for turn in course.of(ExtensionRequested, ExtensionGranted):
        data, due_at = turn.entry.event.data, turn.before.due_at
        new = data.asked_due_at if isinstance(data, ExtensionRequested) else turn.after.due_at
        yield judged(
            due_at is not None and new is not None and new > due_at,
            f"thời hạn mới {shown(new) if new else '–'} không sau {shown(due_at) if due_at else '–'}",
            f"the new deadline {new} is not after {due_at}",
            turn.before.planned,
            turn.entry,
            policy=turn.before.plan.policy_version,
        )
