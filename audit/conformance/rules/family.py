"""Directives above and below each other: deadlines within deadlines, no end over open ones unwaived, and each heard of."""

from collections.abc import Iterator
from datetime import datetime

from audit.conformance.book import Rulebook
from audit.conformance.course import Course, Entry, Turn
from audit.conformance.finding import Finding, cannot_say, judged
from audit.conformance.rules.plans import by_calendar
from domain.events import (
    CompletionAccepted,
    CompletionReported,
    DeadlineChanged,
    DirectiveDeclined,
    DirectiveIssued,
    DirectiveReassigned,
    DirectiveWithdrawn,
    ExtensionGranted,
    SubdirectiveClosed,
    SubdirectiveDeadlineChanged,
    SubdirectiveIssued,
)
from domain.instants import shown

_PLANNING = (DirectiveIssued, DeadlineChanged, ExtensionGranted)
_CLOSING = (CompletionReported, CompletionAccepted, DirectiveWithdrawn, DirectiveReassigned, DirectiveDeclined)


def within_parent(course: Course, _: Rulebook) -> Iterator[Finding]:
    """While the directive above is open, a deadline set below lies within its deadline; having none lies past any."""
    above = course.above
    if above is None:
        return
    for turn in course.of(*_PLANNING):
        entry, due_at = turn.entry, turn.after.due_at
        parent = above.before_position(entry.position)
        if parent is None or parent.closed or parent.due_at is None:
            continue
        if turn is not course.turns[0] and turn.before.due_at == due_at:
            continue  # only the steps around it have moved
        bound, cited = parent.due_at, parent.planned
        fits = due_at is not None and due_at <= bound
        if not fits and by_calendar(entry):
            # The calendar reaches one of the two first; what counts is where it brings the one above.
            brought = _brought(above, turn.after.plan.calendar_version)
            if brought is None:
                words = (
                    "nhiệm vụ cấp trên chưa được tính lại theo lịch mới",
                    "the one above has not been brought to it yet",
                )
                yield cannot_say(*words, cited, entry)
                continue
            bound, cited = brought
            fits = due_at is not None and due_at <= bound
        yield judged(
            fits,
            f"thời hạn {_shown(due_at)} vượt thời hạn nhiệm vụ cấp trên {shown(bound)}",
            f"the deadline {due_at} lies past that of the directive above, {bound}",
            cited,
            entry,
            policy=turn.after.plan.policy_version,
        )


def _brought(above: Course, calendar: str) -> tuple[datetime, Entry] | None:
    """The latest deadline of the directive above under a calendar, with the event that set it."""
    plans = [turn.after for turn in above.turns if turn.after.plan.calendar_version == calendar]
    found = [(one.due_at, one.planned) for one in plans if one.due_at is not None]
    return max(found, key=lambda one: one[0], default=None)


def around_below(course: Course, _: Rulebook) -> Iterator[Finding]:
    """A deadline is not set before that of an open sub-directive."""
    for turn in course.of(DeadlineChanged, ExtensionGranted):
        due_at = turn.after.due_at
        if due_at is None or due_at == turn.before.due_at or not turn.before.open_below:
            continue
        late = [one for one in turn.before.open_below if one.due_at is None or one.due_at > due_at]
        yield judged(
            not late,
            f"thời hạn {shown(due_at)} trước thời hạn của {len(late)} nhiệm vụ giao lại",
            f"the deadline {due_at} lies before those of {len(late)} sub-directives",
            turn.entry,
            *(one.entry for one in late),
            policy=turn.after.plan.policy_version,
        )


def open_below_waived(course: Course, _: Rulebook) -> Iterator[Finding]:
    """A result is reported or accepted, and a directive withdrawn or reassigned, over open ones only with a waiver that says why.

    A decline, and what settles it, takes no waiver.
    """
    for turn in course.of(*_CLOSING):
        below = turn.before.open_below
        if not below:
            continue
        waiver = getattr(turn.entry.event.data, "waives_open", None)
        yield judged(
            bool(waiver),
            f"{turn.entry.event.data.type} khi {len(below)} nhiệm vụ giao lại chưa kết thúc, không nêu lý do bỏ qua",
            f"{turn.entry.event.data.type} over {len(below)} open sub-directives without a waiver",
            *(one.entry for one in below),
            turn.entry,
        )


def told_above(course: Course, _: Rulebook) -> Iterator[Finding]:
    """What the directive above has to know of the one below is in its history while it is open: issue, deadline, end."""
    above = course.above
    if above is None:
        return
    for turn in course.of(*_PLANNING, CompletionAccepted, DirectiveWithdrawn):
        if (
            isinstance(turn.entry.event.data, DeadlineChanged | ExtensionGranted)
            and turn.before.due_at == turn.after.due_at
        ):
            continue
        parent = above.before_position(turn.entry.position)
        if parent is None or parent.closed:
            continue
        heard = _heard(above, course, turn)
        yield judged(
            heard is not None,
            f"lịch sử nhiệm vụ cấp trên không ghi nhận {turn.entry.event.data.type}",
            f"the history of the directive above does not know of {turn.entry.event.data.type}",
            *(entry for entry in (heard, turn.entry) if entry),
        )


def _heard(above: Course, course: Course, turn: Turn) -> Entry | None:
    """The event above that tells of this one, if there is one."""
    for other in above.of(SubdirectiveIssued, SubdirectiveDeadlineChanged, SubdirectiveClosed):
        data = other.entry.event.data
        if isinstance(data, SubdirectiveIssued | SubdirectiveDeadlineChanged | SubdirectiveClosed) and (
            data.subdirective == course.history.id and _tells(data, turn)
        ):
            return other.entry
    return None


def _tells(data: SubdirectiveIssued | SubdirectiveDeadlineChanged | SubdirectiveClosed, turn: Turn) -> bool:
    said = turn.entry.event.data
    match data:
        case SubdirectiveIssued(due_at=due_at):
            return isinstance(said, DirectiveIssued) and due_at == said.plan.due_at
        case SubdirectiveDeadlineChanged(due_at=due_at):
            return isinstance(said, DeadlineChanged | ExtensionGranted) and due_at == said.plan.due_at
        case SubdirectiveClosed(completed=completed, late=late):
            if isinstance(said, CompletionAccepted):
                return completed and late is said.late
            return isinstance(said, DirectiveWithdrawn) and not completed


def _shown(moment: datetime | None) -> str:
    return shown(moment) if moment else "–"
