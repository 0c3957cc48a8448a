"""Deadlines and what follows from them: planned under the rules in force then, each linked to the one before."""

from collections.abc import Iterator
from datetime import datetime

from audit.conformance.book import Rulebook
from audit.conformance.course import Course, Entry, Turn
from audit.conformance.finding import Finding, cannot_say, judged
from domain.calendar import WorkCalendar
from domain.event_values import Plan
from domain.events import DeadlineChanged, DirectiveIssued, ExtensionGranted, ExtensionRequested
from domain.instants import at_local, last_day_of, shown
from domain.policy import Audiences, Policy, Span

_PLANNING = (DirectiveIssued, DeadlineChanged, ExtensionGranted)


def by_calendar(entry: Entry) -> bool:
    """Whether a changed calendar moved the deadline: the system's doing, under the decision's number."""
    data = entry.event.data
    changed = isinstance(data, DeadlineChanged) and data.decision_number is not None
    return changed and entry.event.actor.user == "system"


def _plan_of(turn: Turn) -> Plan:
    return turn.after.plan if turn.after.planned is turn.entry else turn.before.plan


def under_rules_in_force(course: Course, book: Rulebook) -> Iterator[Finding]:
    """A plan names the policy version and the calendar in force when it was made; a changed calendar brings no new policy."""
    for turn in course.of(*_PLANNING):
        plan, entry = _plan_of(turn), turn.entry
        label = plan.policy_version
        if by_calendar(entry):
            wanted: str | None = turn.before.plan.policy_version
        else:
            policy = book.in_force(label.partition("@")[0], entry.position)
            wanted = policy.label if policy else None
        calendar = book.calendar_at(entry.position).version
        if wanted is None:
            yield cannot_say(f"không có chính sách {label}", f"policy {label} is not known here", entry, policy=label)
            continue
        yield judged(
            (label, _days(plan.calendar_version)) == (wanted, _days(calendar)),
            f"lập theo {label}, {plan.calendar_version}; đang có hiệu lực {wanted}, {calendar}",
            f"planned under {label}, {plan.calendar_version}; in force were {wanted}, {calendar}",
            entry,
            policy=wanted,
        )


def _days(version: str) -> str:
    """A calendar version without the release of the library behind it, which may have changed since."""
    return version.partition("+")[0]


def levels_as_policy(course: Course, book: Rulebook) -> Iterator[Finding]:
    """The levels of acceptance are those of the policy version under which the directive was issued."""
    label, entry = course.issued.plan.policy_version, course.history.entries[0]
    policy = book.policy(label)
    if policy is None:
        yield cannot_say(f"không có chính sách {label}", f"policy {label} is not known here", entry, policy=label)
        return
    levels = course.issued.acceptance_levels
    yield judged(
        levels == policy.acceptance_levels,
        f"{levels} cấp xác nhận thay vì {policy.acceptance_levels}",
        f"{levels} levels of acceptance instead of {policy.acceptance_levels}",
        entry,
        policy=label,
    )


def steps_as_policy(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Every planned step lies where policy and calendar put it, and of those ahead none is missing."""
    for generation, turn in enumerate(course.of(*_PLANNING), 1):
        plan, entry = _plan_of(turn), turn.entry
        policy, calendar = book.policy(plan.policy_version), book.calendar_named(plan.calendar_version)
        if policy is None or calendar is None:
            words = f"{plan.policy_version}, {plan.calendar_version}"
            yield cannot_say(f"không có ở đây: {words}", f"not known here: {words}", entry, policy=plan.policy_version)
            continue
        wanted = _wanted(plan.due_at, policy, calendar, generation) if plan.due_at else {}
        # A changed calendar leaves a deadline that has passed, and is still to be told, as it was.
        carried = [step for step in turn.before.plan.steps if step.kind == "deadline"] if by_calendar(entry) else []
        found = {step.key: (step.due_at, step.level, step.to) for step in plan.steps if step not in carried}
        wrong = [key for key, step in found.items() if wanted.get(key) != step]
        if not by_calendar(entry):  # that drops what was taken or left out before
            wrong += [k for k, (at, *_) in wanted.items() if k not in found and at > entry.event.occurred_at]
        yield judged(
            not wrong,
            f"các bước không đúng chính sách: {', '.join(wrong)}",
            f"steps that are not as the policy has them: {', '.join(wrong)}",
            entry,
            policy=policy.label,
        )


def _wanted(
    due_at: datetime, policy: Policy, calendar: WorkCalendar, generation: int
) -> dict[str, tuple[datetime, int, Audiences]]:
    """Each step of a deadline by its key: its instant, its level and whom it tells."""
    steps: dict[str, tuple[datetime, int, Audiences]] = {f"{generation}.deadline": (due_at, 0, ())}
    for number, rung in enumerate(policy.reminders, 1):
        sign = -1 if rung.side == "before" else 1
        steps[f"{generation}.reminder.{number}"] = _away(due_at, rung.span, sign, policy, calendar), 0, rung.to
    for higher in policy.escalations:
        at = _away(due_at, higher.span, 1, policy, calendar)
        steps[f"{generation}.escalation.{higher.level}"] = at, higher.level, higher.to
    return steps


def _away(due_at: datetime, span: Span, sign: int, policy: Policy, calendar: WorkCalendar) -> datetime:
    if span.duration is not None:
        return due_at + sign * span.duration
    return at_local(calendar.shift(last_day_of(due_at), sign * (span.working_days or 0)), policy.notice_time)


def deadlines_linked(course: Course, _: Rulebook) -> Iterator[Finding]:
    """Each change names the deadline that it replaces, so the original one is never overwritten; there is one issue."""
    for turn in course.of(DirectiveIssued, DeadlineChanged, ExtensionGranted, ExtensionRequested):
        entry, data = turn.entry, turn.entry.event.data
        match data:
            case DirectiveIssued():
                if turn is not course.turns[0]:
                    first = course.turns[0].entry
                    yield judged(False, "được giao lần thứ hai", "issued a second time", first, entry)
                continue
            case DeadlineChanged(old_due_at=old) | ExtensionGranted(old_due_at=old) | ExtensionRequested(due_at=old):
                pass
            case _:
                continue
        due_at = turn.before.due_at
        yield judged(
            old == due_at,
            f"nêu thời hạn cũ {shown(old) if old else '–'}, thực tế là {shown(due_at) if due_at else '–'}",
            f"names the old deadline {old}, which was {due_at}",
            turn.before.planned,
            entry,
            policy=turn.before.plan.policy_version,
        )
