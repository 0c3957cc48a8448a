"""Reminders, missed deadlines and escalations: recorded when they came due, as they were planned, in time, to those named."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from audit.conformance.book import Rulebook
from audit.conformance.course import Course
from audit.conformance.fates import Said, Taking, steps_of
from audit.conformance.finding import Check, Finding, conforms, deviates, judged
from domain.audience import Parties, people
from domain.events import DeadlineMissed, Escalated, ReminderDue
from domain.instants import shown

Kind: TypeAlias = Literal["reminder", "deadline", "escalation"]
_CLASSES: dict[Kind, type[Said]] = {"reminder": ReminderDue, "deadline": DeadlineMissed, "escalation": Escalated}


def recorded(kind: Kind) -> Check:
    """Each step of the kind that came due while the unit was at work was recorded."""

    def check(course: Course, book: Rulebook) -> Iterator[Finding]:
        for fate in steps_of(course, book).fates:
            if fate.step.kind != kind or fate.owed_since is None:
                continue
            gone = fate.dropped or book.as_of > fate.owed_since + book.windows.step
            if fate.taken is None and not gone:
                continue  # there is time yet
            cited = [entry for entry in (fate.planned, fate.taken or fate.overtaken) if entry]
            yield judged(
                fate.taken is not None,
                f"bước {fate.step.key} đến hạn {shown(fate.step.due_at)} không được ghi nhận",
                f"step {fate.step.key}, due {fate.step.due_at.isoformat()}, was never recorded",
                *cited,
                policy=fate.policy,
            )

    return check


def as_planned(kind: Kind) -> Check:
    """Each event of the kind answers a step of the plan in force that was still ahead, with the instant planned for it."""

    def check(course: Course, book: Rulebook) -> Iterator[Finding]:
        number = 0
        for taking in steps_of(course, book).takings:
            entry, data = taking.turn.entry, taking.said
            if not isinstance(data, _CLASSES[kind]):
                continue
            number += 1
            faults = [*_faults(taking, kind), *_said(taking, number)]
            policy = taking.turn.before.plan.policy_version
            yield judged(
                not faults,
                f"{data.type} không đúng kế hoạch: {', '.join(faults)}",
                f"{data.type} is not as planned: {', '.join(faults)}",
                taking.turn.before.planned,
                entry,
                policy=policy,
            )

    return check


def _faults(taking: Taking, kind: Kind) -> Iterator[str]:
    """The fields in which an event departs from the step that it names."""
    data, fate = taking.said, taking.fate
    if fate is None or fate.step.kind != kind:
        yield f"step {data.step}"
        return
    if data.due_at != fate.step.due_at:
        yield f"due_at {shown(data.due_at)} ≠ {shown(fate.step.due_at)}"
    if taking.turn.entry.event.occurred_at < data.due_at:
        yield "occurred_at < due_at"
    if isinstance(data, Escalated) and data.level != fate.step.level:
        yield f"level {data.level} ≠ {fate.step.level}"


def _said(taking: Taking, number: int) -> Iterator[str]:
    data = taking.said
    if isinstance(data, ReminderDue) and data.number != number:
        yield f"number {data.number} ≠ {number}"
    if isinstance(data, ReminderDue | Escalated) and data.deadline != taking.turn.before.due_at:
        yield "deadline"


def in_time(kind: Kind) -> Check:
    """Each step of the kind was recorded within the window after it came due and the unit was at work."""

    def check(course: Course, book: Rulebook) -> Iterator[Finding]:
        window = book.windows.step
        for fate in steps_of(course, book).fates:
            if fate.step.kind != kind or fate.owed_since is None or fate.taken is None:
                continue
            recorded_at = fate.taken.event.recorded_at
            yield judged(
                recorded_at <= fate.owed_since + window,
                f"bước {fate.step.key} đến hạn {shown(fate.owed_since)}, ghi nhận {shown(recorded_at)}, quá {window}",
                f"step {fate.step.key} came due {fate.owed_since.isoformat()} and was recorded {recorded_at.isoformat()},"
                f" more than {window} later",
                fate.planned,
                fate.taken,
                policy=fate.policy,
            )

    return check


def told(course: Course, book: Rulebook) -> Iterator[Finding]:
    """A reminder or an escalation told whom its plan names, found in the directory of that day as it was known then."""
    for taking in steps_of(course, book).takings:
        entry, before = taking.turn.entry, taking.turn.before
        data = taking.said
        if taking.fate is None or isinstance(data, DeadlineMissed):
            continue
        parties = Parties(
            lead_unit=before.lead_unit,
            coordinating_units=before.coordinating,
            informed_units=before.informed,
            officer=before.officer,
            issuer=before.issuer.in_name_of,
            issuing_unit=before.issuer.over,
        )
        directory = book.directory_on(entry.position, entry.event.occurred_at)
        wanted = {*people(taking.fate.step.to, parties, directory)}
        missing, beyond = sorted(wanted - {*data.informs}), sorted({*data.informs} - wanted)
        if missing or beyond:
            yield deviates(
                f"không báo: {', '.join(missing) or '–'}; báo thừa: {', '.join(beyond) or '–'}",
                f"not told: {', '.join(missing) or '–'}; told beyond: {', '.join(beyond) or '–'}",
                before.planned,
                entry,
                policy=taking.fate.policy,
            )
        else:
            yield conforms(before.planned, entry, policy=taking.fate.policy)
