"""Where each event of the record came from: a command that an execution saw, or one that derives from such a command."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from audit.reconcile.course import Carried, Course
from audit.reconcile.execution import Answer, Execution, Run
from audit.reconcile.kinds import Difference, Kind
from audit.reconcile.payloads import Standing
from domain.event_values import SYSTEM
from domain.events import (
    DeadlineChanged,
    DeadlineMissed,
    DirectiveResumed,
    Escalated,
    NotificationFailed,
    NotificationSent,
    ReminderDue,
    SubdirectiveClosed,
    SubdirectiveDeadlineChanged,
    SubdirectiveIssued,
    UnitsSucceeded,
)
from domain.ids import (
    delivery_command_id,
    echo_command_id,
    foreign,
    reprojection_id,
    signal_refusal_id,
    succession_id,
)
from domain.state import RUNNING_PHASES, Phase


@dataclass(frozen=True)
class Beside:
    """What has to be known besides one directive: commands of those below it, and how many decisions the calendar has."""

    below: Mapping[UUID, frozenset[UUID]]
    """Sub-directive to the ids of the commands that the record holds of it."""
    calendar_revision: int


def covered_after(execution: Execution) -> int | None:
    """The version above which every command must stand in a history that the server still has; None if there is none.

    What is above it came after the first run of which the history is kept took up its work, and the server forgets the
    runs that ended first first.
    """
    for run in execution.runs:
        if run.start is not None and run.start.standing is not None:
            return run.start.standing.version
        for answer in run.answers:
            if answer.said.standing is not None:
                return 0 if _issued_in(run, answer) else answer.said.standing.version
    return None


def _issued_in(run: Run, first: Answer) -> bool:
    """Whether the directive was issued in this run: its first answer was to that, and nothing was there before."""
    issuing = run.updates and run.updates[0].command.command.name == "issue"
    said = first.said
    return bool(issuing) and said.position > 0 and said.standing is not None and said.version == said.standing.version


def check_origins(course: Course, execution: Execution, beside: Beside) -> Iterator[Difference]:
    """Commands of the record that no execution saw although one was there to see them."""
    base = covered_after(execution)
    if base is None:
        return
    sent, answered = _sent(execution), _answered(execution)
    under_way = not all(run.settled for run in execution.runs if run.open)
    told = max((said.version for run in execution.runs if (said := _last_standing(run))), default=base)
    for carried in course.carried():
        version, last = carried.held[0].event.stream_version, carried.last
        if version <= base or (under_way and version > told):
            continue
        if carried.command_id in sent or (last.event.stream_version, last.position) in answered:
            continue
        if not _derives(carried, course, beside):
            yield Difference(
                course.directive_id,
                Kind.PAST_THE_ENGINE,
                f"lệnh {carried.command_id} ({_types(carried)}) không có trong lịch sử nào của Temporal",
                f"command {carried.command_id} ({_types(carried)}) stands in no history of Temporal",
                position=carried.held[0].position,
            )


def _last_standing(run: Run) -> Standing | None:
    return next((one.said.standing for one in reversed(run.answers) if one.said.standing is not None), None)


def _types(carried: Carried) -> str:
    return ", ".join(one.event.data.type for one in carried.held)


def _sent(execution: Execution) -> set[UUID]:
    """Command ids under which the record may hold what updates and signals asked for; what was refused explains nothing."""
    found: set[UUID] = set()
    for run in execution.runs:
        found |= {foreign(u.command.command_id) for u in run.updates if u.said is None or u.said.refusal is None}
        for signal in run.signals:
            if signal.command is not None:
                found |= {foreign(signal.command.command_id), signal_refusal_id(signal.command.command_id)}
    return found


def _answered(execution: Execution) -> set[tuple[int, int]]:
    """Versions and positions that runs were answered: the ticks among them, of which a history keeps no id."""
    return {
        (one.said.version, one.said.position)
        for run in execution.runs
        for one in run.answers
        if one.said.refusal is None and one.said.position
    }


def _derives(carried: Carried, course: Course, beside: Beside) -> bool:
    """Whether it is a command of our own that does not pass through the directive's execution, under the id that it must have."""
    events = [one.event for one in carried.held]
    first, before = events[0], range(carried.held[0].event.stream_version)
    match first.data:
        case SubdirectiveIssued() | SubdirectiveDeadlineChanged() | SubdirectiveClosed():
            commands = beside.below.get(first.data.subdirective, frozenset())
            return any(echo_command_id(one, course.directive_id) == carried.command_id for one in commands)
        case NotificationSent() | NotificationFailed():
            earlier = (course.held[version].event for version in before if version in course.held)
            ids = (delivery_command_id(one.event_id, first.data.channel) for one in earlier)
            return carried.command_id in ids
        case UnitsSucceeded():
            return any(succession_id(course.directive_id, version) == carried.command_id for version in before)
        case DeadlineChanged() if first.actor == SYSTEM:
            known = range(beside.calendar_revision + 1)
            pairs = ((after, to) for to in known for after in range(to))
            return any(reprojection_id(course.directive_id, *pair) == carried.command_id for pair in pairs)
        case ReminderDue() | DeadlineMissed() | Escalated() | DirectiveResumed():
            return first.actor == SYSTEM and _planned(carried)
        case _:
            return False


def _planned(carried: Carried) -> bool:
    """Whether a tick recorded just what had been planned, once its time had come.

    Such steps are also taken with the next command, and by a tick whose answer was lost with its worker; the ids of those
    ticks hold instants that no history keeps, so the plan is what they are compared with.
    """
    state, events = carried.before, [one.event for one in carried.held]
    if state is None:
        return False
    if isinstance(events[0].data, DirectiveResumed):
        end = state.resumes_at
        return state.phase is Phase.SUSPENDED and end is not None and end <= events[0].occurred_at
    planned = {step.key: step.due_at for step in state.pending_steps} if state.phase in RUNNING_PHASES else {}
    return all(
        isinstance(event.data, ReminderDue | DeadlineMissed | Escalated)
        and planned.get(event.data.step) == event.data.due_at <= event.occurred_at
        for event in events
    )
