"""Acceptance (xác nhận hoàn thành): at two levels where the policy demands it, and then by two people."""

from collections.abc import Iterator

from audit.conformance.book import Rulebook
from audit.conformance.course import Course
from audit.conformance.finding import Finding, judged
from domain.directory import Role
from domain.events import CompletionAccepted, CompletionApproved, CompletionReported


def approved_first(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Where the policy of the issue demands two levels, the head of the unit approved the very result that was accepted."""
    label = course.issued.plan.policy_version
    policy = book.policy(label)
    levels = policy.acceptance_levels if policy else course.issued.acceptance_levels
    for turn in course.of(CompletionAccepted):
        before = turn.before
        fine = before.report is not None and (levels == 1 or before.approval is not None)
        cited = [entry for entry in (before.report, before.approval, turn.entry) if entry]
        yield judged(
            fine,
            f"xác nhận hoàn thành khi chưa đủ {levels} cấp",
            f"accepted before {levels} levels had stood behind it",
            *cited,
            policy=label,
        )


def by_the_head(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Who approved was head of the lead unit that day, or stood in for the head."""
    for turn in course.of(CompletionApproved):
        actor, lead = turn.entry.event.actor, turn.before.lead_unit
        directory = book.directory_on(turn.entry.position, turn.entry.event.occurred_at)
        person = directory.people.get(actor.in_name_of)
        held = {grant.unit for grant in person.roles if grant.role is Role.UNIT_HEAD} if person else set()
        heads = actor.role is Role.UNIT_HEAD and any(directory.covers(unit, lead) for unit in held)
        yield judged(
            heads,
            f"{actor.in_name_of} không phải thủ trưởng của {lead}",
            f"{actor.in_name_of} was not head of {lead}",
            turn.entry,
            policy=turn.before.plan.policy_version,
        )


def approver_other(course: Course, _: Rulebook) -> Iterator[Finding]:
    """Who reported a result does not approve it in the absent head's place; the report of the head carries the approval."""
    for turn in course.of(CompletionApproved):
        report = turn.before.report
        if report is None or turn.entry.event.actor.on_behalf_of is None:
            continue
        same_act = report.event.command_id == turn.entry.event.command_id
        both = "" if same_act else ", ".join(sorted(report.people & turn.entry.people))
        yield judged(
            not both,
            f"{both} vừa báo cáo vừa xác nhận thay thủ trưởng",
            f"{both} both reported and approved in the head's place",
            report,
            turn.entry,
        )


def acceptor_other(course: Course, _: Rulebook) -> Iterator[Finding]:
    """Nobody accepts what they reported or approved themselves, whatever roles they hold: two levels are two people."""
    for turn in course.of(CompletionAccepted):
        earlier = [entry for entry in (turn.before.report, turn.before.approval) if entry]
        both = ", ".join(sorted(frozenset().union(*(one.people for one in earlier)) & turn.entry.people))
        yield judged(
            not both,
            f"{both} vừa báo cáo hoặc duyệt vừa xác nhận hoàn thành",
            f"{both} reported or approved, and accepted",
            *earlier,
            turn.entry,
        )


def result_late(course: Course, book: Rulebook) -> Iterator[Finding]:
    """A report is late exactly when the unit acted at or after the deadline in force (recomputed from the instants)."""
    for turn in course.of(CompletionReported):
        data, due_at, at = turn.entry.event.data, turn.before.due_at, turn.entry.event.occurred_at
        late = due_at is not None and at >= due_at
        # Within the reach of the clocks either is possible: the act counts by the clock of who acted.
        close = due_at is not None and due_at <= at < due_at + book.windows.clock
        told = isinstance(data, CompletionReported) and data.late
        yield judged(
            told == late or close,
            f"ghi là {_word(told)[0]}, theo thời điểm là {_word(late)[0]}",
            f"told as {_word(told)[1]}, by its instants it is {_word(late)[1]}",
            turn.before.planned,
            turn.entry,
            policy=turn.before.plan.policy_version,
        )


def accepted_late(course: Course, book: Rulebook) -> Iterator[Finding]:
    """An accepted result is late when its report came at or after the deadline that stood when it was accepted."""
    for turn in course.of(CompletionAccepted):
        data, report, due_at = turn.entry.event.data, turn.before.report, turn.before.due_at
        if report is None:
            continue
        at = report.event.occurred_at
        late = due_at is not None and at >= due_at
        close = due_at is not None and due_at <= at < due_at + book.windows.clock
        told = isinstance(data, CompletionAccepted) and data.late
        yield judged(
            told == late or close,
            f"ghi là {_word(told)[0]}, theo báo cáo là {_word(late)[0]}",
            f"told as {_word(told)[1]}, by its report it is {_word(late)[1]}",
            turn.before.planned,
            report,
            turn.entry,
            policy=turn.before.plan.policy_version,
        )


def _word(late: bool) -> tuple[str, str]:
    return ("quá hạn", "late") if late else ("trong hạn", "in time")
