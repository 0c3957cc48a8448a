"""What two versions of a policy, and two versions of the calendar, differ in: in words, Vietnamese and English."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from domain.calendar import WorkCalendar
from domain.policy import Policy, Span

Words = tuple[str, str]
"""Vietnamese, English."""
MOST_DAYS = 20
"""Days told one by one; of more, how many."""


def policy_differences(then: Policy, today: Policy) -> Iterator[Words]:
    """Where the instants that follow from a deadline come out otherwise."""
    if then == today:
        return
    old, new = then.label, today.label
    if then.closing_time != today.closing_time:
        before, now = _closing(then.closing_time), _closing(today.closing_time)
        yield f"{new} hết ngày lúc {now}, {old} lúc {before}", f"policy {new} closes at {now}, {old} at {before}"
    if then.notice_time != today.notice_time:
        now, before = f"{today.notice_time:%H:%M}", f"{then.notice_time:%H:%M}"
        yield f"{new} nhắc lúc {now}, {old} lúc {before}", f"policy {new} gives notice at {now}, {old} at {before}"
    if then.due_soon != today.due_soon:
        (now_vi, now_en), (before_vi, before_en) = _span(today.due_soon), _span(then.due_soon)
        yield (
            f"{new} coi là sắp đến hạn trước {now_vi}, {old} trước {before_vi}",
            f"by {new} it is due soon {now_en} before, by {old} {before_en}",
        )
    for vi, en, before_rungs, now_rungs in (
        ("đôn đốc", "reminders", then.reminders, today.reminders),
        ("báo cáo vượt cấp", "escalations", then.escalations, today.escalations),
    ):
        if before_rungs != now_rungs:
            count, counted = len(now_rungs), len(before_rungs)
            yield f"{new} {vi} {count} lần, {old} {counted} lần, mốc khác", f"{new} has {count} {en}, {old} {counted}"


def calendar_differences(then: WorkCalendar, today: WorkCalendar, first: date, last: date) -> Iterator[Words]:
    """The days from `first` to `last` that were worked and are not any more, or the other way round, and by which decision."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = [day for day in span if then.is_working_day(day) != today.is_working_day(day)]
    for day in days[:MOST_DAYS]:
        decision, undone = today.deciding(day), then.deciding(day)
        if decision is not None:
            vi, en = f"theo {decision.number}", f"by {decision.number}"
        elif undone is not None:
            vi, en = f"vì {undone.number} đã bãi bỏ", f"since {undone.number} was taken back"
        else:
            vi, en = "theo thư viện ngày nghỉ", "by the library of holidays"
        shown = f"{day:%d/%m/%Y}"
        if today.is_working_day(day):
            yield f"lịch hiện nay làm việc ngày {shown} {vi}", f"today's calendar works on {shown} {en}"
        else:
            yield f"lịch hiện nay nghỉ ngày {shown} {vi}", f"today's calendar has {shown} off {en}"
    if len(days) > MOST_DAYS:
        more = len(days) - MOST_DAYS
        yield f"và {more} ngày khác nữa", f"and {more} more days"


def _closing(closing: time | None) -> str:
    return "24:00" if closing is None else f"{closing:%H:%M}"


def _span(span: Span) -> Words:
    if span.working_days is not None:
        return f"{span.working_days} ngày làm việc", f"{span.working_days} working days"
    return str(span.duration), str(span.duration)
