"""Mail: whoever had an address was told in time, or it was recorded in time that they could not be."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from audit.conformance.book import MailSpan, Rulebook
from audit.conformance.course import Course, Entry, History
from audit.conformance.finding import Finding, judged
from domain.audience import OUTBOUND
from domain.events import NotificationFailed, NotificationSent


def sent_in_time(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Each event whose notices leave the house has an outcome for each person told, within the window.

    Asked of people only for the time in which the record shows mail to them before and after: whether mail was on, and who had
    an address, is no part of directives' histories.
    """
    outcomes = _outcomes(course)
    for turn in course.turns:
        entry = turn.entry
        if entry.event.data.type not in OUTBOUND:
            continue
        told_at, limit = entry.event.recorded_at, entry.event.recorded_at + book.windows.notice
        owed = [user for user in entry.event.data.informs if _owed(user, told_at, limit, book)]
        if not owed:
            continue
        found = {user: outcomes.get((entry.event.event_id, user)) for user in owed}
        missed = sorted(user for user, outcome in found.items() if outcome is None or outcome.event.recorded_at > limit)
        cited = {outcome.position: outcome for outcome in found.values() if outcome}
        yield judged(
            not missed,
            f"thư báo {entry.event.data.type} cho {', '.join(missed)} không có kết quả trong vòng {book.windows.notice}",
            f"the mail on {entry.event.data.type} to {', '.join(missed)} has no outcome within {book.windows.notice}",
            entry,
            *cited.values(),
            policy=turn.before.plan.policy_version,
        )


def _owed(user: str, told_at: datetime, limit: datetime, book: Rulebook) -> bool:
    span = book.mail.get(user)
    return span is not None and span.covers(told_at, limit)


def _outcomes(course: Course) -> dict[tuple[UUID, str], Entry]:
    """The first outcome of each mail, by the event that it tells of and its recipient."""
    found: dict[tuple[UUID, str], Entry] = {}
    for turn in course.of(NotificationSent, NotificationFailed):
        for recipient, event_id in _mails(turn.entry):
            found.setdefault((event_id, recipient), turn.entry)
    return found


def spans_in(history: History) -> dict[str, MailSpan]:
    """The first and the last outcome of mail to each person in one history alone."""
    spans: dict[str, MailSpan] = {}
    for entry in history.entries:
        for recipient, _ in _mails(entry):
            at, known = entry.event.recorded_at, spans.get(recipient)
            spans[recipient] = MailSpan(min(at, known.first), max(at, known.last)) if known else MailSpan(at, at)
    return spans


def _mails(entry: Entry) -> Iterator[tuple[str, UUID]]:
    """Each mail whose outcome an event tells: its recipient, and the event that it is about."""
    match entry.event.data:
        case NotificationSent(delivered=mails):
            yield from ((mail.recipient, mail.event_id) for mail in mails)
        case NotificationFailed(undelivered=lost):
            yield from ((mail.recipient, mail.event_id) for mail in lost)
        case _:
            return
