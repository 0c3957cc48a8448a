"""Notices that left the house: what the engine was told to send and says it sent, against the outcomes in the record.

A directive's execution also sends what its commands tell of other directives; only its own are compared here.
"""

from collections.abc import Iterator, Set
from datetime import datetime, timedelta
from uuid import UUID

from audit.reconcile.course import Course, Held
from audit.reconcile.execution import Execution, Notice, Outcome, Run
from audit.reconcile.kinds import Difference, Kind
from audit.reconcile.origins import covered_after
from audit.reconcile.payloads import NoticeRequest
from domain.audience import OUTBOUND
from domain.events import NotificationFailed, NotificationSent
from domain.ids import delivery_command_id

ENDED_AFTER = timedelta(minutes=3)
"""Since the last run ended, whichever called for the notices. A worker may go on for two minutes with an activity whose run was
lost, and reach people whom nobody else knows to be reached."""
TRIED_FOR = timedelta(days=3)
"""So long a run tries to send notices; older ones surprise more than they help."""


def check_notices(course: Course, execution: Execution, mailable: Set[str], now: datetime) -> Iterator[Difference]:
    """`mailable` are the people who have an address: an activity that found nobody to tell records nothing."""
    sendings = [(run, one) for run in execution.runs for one in run.notices if _own(one.request, course)]
    begun = {one.request.first_version for _, one in sendings}
    over = {one.request.first_version for _, one in sendings if one.outcome is Outcome.COMPLETED}
    for run, notice in sendings:
        if notice.outcome is Outcome.COMPLETED:
            yield from _check_completed(course, run, notice, mailable)
    yield from _check_outcomes(course, execution, begun)
    yield from _check_dropped(course, execution, over, now)


def _own(request: NoticeRequest, course: Course) -> bool:
    return request.directive_id == course.directive_id


def _outcome(course: Course, request: NoticeRequest) -> UUID | None:
    """The id under which the outcome is recorded; None if the event that was to be told of is not in the record."""
    first = course.held.get(request.first_version)
    return delivery_command_id(first.event.event_id, request.channel) if first else None


def _recorded(course: Course, request: NoticeRequest) -> bool:
    return _outcome(course, request) in course.commands


def _check_completed(course: Course, run: Run, notice: Notice, mailable: Set[str]) -> Iterator[Difference]:
    request = notice.request
    first = course.held.get(request.first_version)
    if first is None or _recorded(course, request) or not _tells(course, request, mailable):
        return
    yield Difference(
        course.directive_id,
        Kind.NOTICE_UNRECORDED,
        f"thông báo của phiên bản {_span(request)} đã gửi xong, bản ghi không có kết quả",
        f"the notices of version {_span(request)} were sent, the record has no outcome",
        run.run_id,
        notice.closed_in,
        first.position,
    )


def _tells(course: Course, request: NoticeRequest, mailable: Set[str]) -> bool:
    versions = range(request.first_version, request.last_version + 1)
    told = (course.held[version].event.data for version in versions if version in course.held)
    return any(data.type in OUTBOUND and mailable & {*data.informs} for data in told)


def _span(request: NoticeRequest) -> str:
    first, last = request.first_version, request.last_version
    return str(first) if first == last else f"{first}–{last}"


def _check_outcomes(course: Course, execution: Execution, begun: Set[int]) -> Iterator[Difference]:
    """Outcomes in the record that no activity stands behind, of events for which one would have to be known."""
    base = covered_after(execution)
    if base is None:
        return
    outcomes = _outcomes(course)
    for version, held in course.held.items():
        outcome = outcomes.get(delivery_command_id(held.event.event_id, "email"))
        if version > base and outcome is not None and version not in begun:
            yield Difference(
                course.directive_id,
                Kind.NOTICE_UNSENT,
                f"bản ghi có kết quả gửi thông báo của phiên bản {version}, Temporal không có hoạt động nào gửi",
                f"the record has the outcome of notices of version {version}, and no activity of Temporal sent them",
                position=outcome.position,
            )


def _outcomes(course: Course) -> dict[UUID, Held]:
    held = course.held.values()
    kinds = NotificationSent | NotificationFailed
    return {one.event.command_id: one for one in held if isinstance(one.event.data, kinds)}


def _check_dropped(course: Course, execution: Execution, over: Set[int], now: datetime) -> Iterator[Difference]:
    """Notices that were called for, whose outcome is unknown, and which no open run sends any more."""
    seen: set[tuple[int, str]] = set()
    current = execution.current
    sending = (
        {one.request.first_version for one in current.notices if one.outcome is Outcome.OPEN} if current else set()
    )
    for run in execution.runs:
        for called in run.called_for:
            request = called.request
            key = request.first_version, request.channel
            if not _own(request, course) or key in seen or request.first_version in over | sending:
                continue
            seen.add(key)
            first = course.held.get(request.first_version)
            under_way = current is not None and not current.settled
            if first is None or under_way or _recorded(course, request):
                continue
            yield Difference(
                course.directive_id,
                Kind.NOTICE_DROPPED,
                f"thông báo của phiên bản {_span(request)} chưa rõ kết quả và không còn ai gửi",
                f"the notices of version {_span(request)} have no outcome and nobody sends them any more",
                run.run_id,
                called.event_id,
                first.position,
                request if may_be_sent(execution, first.event.recorded_at, now) else None,
            )


def may_be_sent(execution: Execution, recorded_at: datetime, now: datetime) -> bool:
    """A later run takes over what the one before had still to send, so the end of any of them may have left a worker at it."""
    ends = [run.closed_at for run in execution.runs if run.closed_at is not None]
    nobody_at_it = not ends or now - max(ends) >= ENDED_AFTER
    return nobody_at_it and now - recorded_at <= TRIED_FOR
