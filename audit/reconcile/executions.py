"""Whether a directive has the execution that it must have, and whether that knows where the directive stands."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from audit.reconcile.course import Course
from audit.reconcile.execution import Execution, Firing, Outcome, Run
from audit.reconcile.kinds import Difference, Kind
from audit.reconcile.payloads import Standing
from domain.ids import foreign, signal_refusal_id

FIRST_COMMAND_WITHIN = timedelta(minutes=6)
"""An execution whose first command was lost ends by itself after five minutes."""
AT_THE_SAME_TIME = timedelta(seconds=1)
"""Clocks of one server's hosts may differ by as much where one run ends and the next begins."""


def check_executions(course: Course, execution: Execution, now: datetime) -> Iterator[Difference]:
    """One execution for an open directive, none for any other, and never two."""
    current, state = execution.current, course.state
    if state is not None and not state.closed and current is None:
        yield _of(
            course,
            Kind.NO_EXECUTION,
            f"nhiệm vụ {state.code} còn mở mà không có tiến trình nào chạy",
            f"directive {state.code} is open and no execution runs",
            position=course.last_position,
        )
    if current is not None:
        yield from _check_stray(course, current, now)
        yield from _check_known(course, current)
    yield from _check_two(course, execution)


def _check_stray(course: Course, run: Run, now: datetime) -> Iterator[Difference]:
    state = course.state
    if not course.held and now - run.started_at > FIRST_COMMAND_WITHIN:
        yield _of(
            course,
            Kind.STRAY_EXECUTION,
            "tiến trình chạy cho một nhiệm vụ mà bản ghi không có",
            "an execution runs for a directive that the record does not have",
            run,
        )
    sending = any(notice.outcome is Outcome.OPEN for notice in run.notices)
    if state is not None and state.closed and run.settled and not sending:
        yield _of(
            course,
            Kind.STRAY_EXECUTION,
            f"nhiệm vụ {state.code} đã kết thúc mà tiến trình vẫn chạy",
            f"directive {state.code} has ended and its execution runs on",
            run,
            position=course.last_position,
        )


def _check_known(course: Course, run: Run) -> Iterator[Difference]:
    """Only what the execution acts on counts: events that move neither phase nor instant pass it by, and need not reach it."""
    known, holds = known_standing(run), course.standing_at(course.last_version)
    if known is None or holds is None or not run.settled or known.version > holds.version:
        return
    if (known.phase, known.next_wakeup_at) != (holds.phase, holds.next_wakeup_at):
        yield _of(
            course,
            Kind.STANDING_BEHIND,
            f"tiến trình biết phiên bản {known.version} ({known.phase}), bản ghi ở phiên bản {holds.version} ({holds.phase})",
            f"the execution knows version {known.version} ({known.phase}), the record stands at {holds.version} ({holds.phase})",
            run,
            position=course.last_position,
        )


def known_standing(run: Run) -> Standing | None:
    """Where the directive stands as far as the run was told."""
    told = (answer.said.standing for answer in reversed(run.answers) if answer.said.standing is not None)
    return next(told, run.start.standing if run.start else None)


def _check_two(course: Course, execution: Execution) -> Iterator[Difference]:
    runs = sorted(execution.runs, key=lambda run: run.started_at)
    for earlier, later in pairwise(runs):
        end = earlier.closed_at
        if later.continued_from != earlier.run_id and (end is None or end - later.started_at > AT_THE_SAME_TIME):
            yield _of(
                course,
                Kind.TWO_AT_ONCE,
                f"lượt chạy {later.run_id} bắt đầu khi {earlier.run_id} chưa kết thúc",
                f"run {later.run_id} began before {earlier.run_id} had ended",
                later,
            )
    for workflow_id, run_id in execution.copies:
        yield Difference(
            course.directive_id,
            Kind.TWO_AT_ONCE,
            f"tiến trình {workflow_id} cũng chạy cho nhiệm vụ này",
            f"the execution {workflow_id} runs for this directive as well",
            run_id,
        )


def check_timers(course: Course, execution: Execution) -> Iterator[Difference]:
    """A timer that fired, and the step that had come due by then is not in the record."""
    for run in execution.runs:
        for firing in run.firings:
            if firing.answer is None and not run.settled:
                continue  # the tick is under way
            due = _still_due(course, firing)
            if due is not None:
                yield _of(
                    course,
                    Kind.TICK_MISSING,
                    f"hẹn giờ đã điểm lúc {firing.at.isoformat()}, bước đến hạn {due.isoformat()} không được ghi",
                    f"a timer fired at {firing.at.isoformat()}, what was due at {due.isoformat()} was not recorded",
                    run,
                    firing.event_id,
                    course.last_position,
                )


def _still_due(course: Course, firing: Firing) -> datetime | None:
    """The instant that had come when the timer fired and was still to be taken after the answer; None if there was none."""
    told = firing.answer.said.standing if firing.answer else None
    version = min(told.version, course.last_version) if told else course.last_version
    standing = course.standing_at(version)
    due = standing.next_wakeup_at if standing else None
    return due if due is not None and due <= firing.at else None


def check_signals(course: Course, execution: Execution) -> Iterator[Difference]:
    """A signalled command that an execution has dealt with, and that left neither an event nor a recorded refusal."""
    commands = course.commands
    for run in execution.runs:
        for signal in run.signals:
            dealt_with = run.settled and signal.event_id < run.handled_up_to
            if not dealt_with or not course.held:
                continue
            sent = signal.command
            if sent is None:
                what = ("tín hiệu không đọc được nên đã bị bỏ qua", "the signal could not be read and was dropped")
            elif not commands & {foreign(sent.command_id), signal_refusal_id(sent.command_id)}:
                name = sent.command.name
                what = (
                    f"tín hiệu {name} của {sent.user} không để lại sự kiện nào",
                    f"the signal {name} of {sent.user} left no event",
                )
            else:
                continue
            yield _of(course, Kind.SIGNAL_LOST, *what, run, signal.event_id)


def _of(
    course: Course,
    kind: Kind,
    vietnamese: str,
    english: str,
    run: Run | None = None,
    history_event: int | None = None,
    position: int | None = None,
) -> Difference:
    run_id = run.run_id if run else None
    return Difference(course.directive_id, kind, vietnamese, english, run_id, history_event, position)
