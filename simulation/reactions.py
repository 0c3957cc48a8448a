"""What people intend when they hear of an event: the next acts, each at its instant."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain import events as e
from domain.instants import local
from domain.state import DirectiveState, Phase
from simulation.behaviour import Share, Wait
from simulation.case import Act, Case, Planned, World
from simulation.chances import drawn, drawn_wait
from simulation.office_hours import later

WITHOUT_DEADLINE_DAYS = 20.0
"""Over how many working days the turns of a directive without a deadline are spread."""
AT_ONCE = timedelta(minutes=10)


def reactions(case: Case, state: DirectiveState, event: e.Event, world: World) -> Iterator[Planned]:
    """The acts that follow. `state` is the directive after all that was recorded together with the event."""
    at, accepting, turning = event.occurred_at, world.behaviour.accepting, world.behaviour.turning
    match event.data:
        case e.DirectiveIssued():
            yield _take_on(case, at, world)
            yield from _parts(case, state, at, world)
            if state.parent is None:
                yield from _turns(case, state, at, world)
        case e.DirectiveReassigned():
            yield _take_on(case, at, world)
        case e.DirectiveAcknowledged():
            yield from _work(case, state, at, world)
            yield from _staffing(case, state, at, world)
        case e.ProgressReported():
            yield from _progress(case, at, world)
        case e.DirectiveResumed() | e.DeclineSettled() | e.DeadlineChanged() | e.ExtensionGranted():
            if state.phase is Phase.IN_PROGRESS:
                yield from _work(case, state, at, world)
            elif state.phase is Phase.ISSUED:
                yield _take_on(case, at, world)
        case e.ReminderDue():
            yield from _pressed(case, state, at, "reminder", world.behaviour.pressed.by_reminder, world)
        case e.Escalated():
            yield from _pressed(case, state, at, "escalation", world.behaviour.pressed.by_escalation, world)
        case e.ExtensionRequested():
            yield _after(case, at, Act.DECIDE_ON_TIME, world.behaviour.extending.decided_after, world)
        case e.CompletionReported():
            if not state.approved:
                yield _after(case, at, Act.APPROVE, accepting.approved_after, world)
            elif state.acceptance_levels == 1:
                yield _after(case, at, Act.DECIDE_ON_RESULT, accepting.decided_after, world)
        case e.CompletionApproved():
            yield _after(case, at, Act.DECIDE_ON_RESULT, accepting.decided_after, world)
        case e.CompletionRejected():
            yield _finish(case, later(at, case.chances.wait("rework", accepting.rework), world.calendar))
        case e.DirectiveDeclined():
            yield _after(case, at, Act.SETTLE_DECLINE, turning.decline_settled_after, world)
        case e.DirectiveSuspended():
            yield _after(case, at, Act.RESUME, turning.suspension, world)
        case e.SubdirectiveClosed():
            if case.awaits_wards and not state.open_subdirectives:
                case.awaits_wards = False
                yield _finish(case, later(at, 0.3, world.calendar))
        case _:
            return


def _after(case: Case, at: datetime, act: Act, wait: Wait, world: World) -> Planned:
    return Planned(later(at, case.chances.wait(act.name, wait), world.calendar), act)


def _take_on(case: Case, at: datetime, world: World) -> Planned:
    return _after(case, at, Act.TAKE_ON, world.behaviour.taking_on.after, world)


def _finish(case: Case, at: datetime) -> Planned:
    case.finish_at = at
    return Planned(at, Act.FINISH)


def _work(case: Case, state: DirectiveState, at: datetime, world: World) -> Iterator[Planned]:
    """When the result will come, seen from now; and before it, progress and perhaps a request for more time."""
    working, random = world.behaviour.working, case.chances.of("work")
    case.began_at = case.began_at or at
    in_time, used = random.random() < working.in_time, drawn(random, working.used)
    late_by, no_deadline = drawn_wait(random, working.late_by), drawn_wait(random, working.without_deadline)
    due_at = state.due_at
    if due_at is None:
        yield _finish(case, later(at, no_deadline, world.calendar))
    elif due_at <= at:
        yield _finish(case, later(at, late_by, world.calendar))
    elif in_time:
        yield _finish(case, _in_time(at, due_at, used, world))
    else:
        yield _finish(case, later(due_at, late_by, world.calendar))
        yield from _more_time(case, at, due_at, world)
    yield from _progress(case, at, world)


def _more_time(case: Case, at: datetime, due_at: datetime, world: World) -> Iterator[Planned]:
    extending = world.behaviour.extending
    if case.chances.happens("asks for time", extending.asked):
        before = drawn(case.chances.of("asks before"), extending.before)
        yield Planned(later(at, max(_days(at, due_at, world) - before, 0.1), world.calendar), Act.ASK_FOR_TIME)


def _progress(case: Case, at: datetime, world: World) -> Iterator[Planned]:
    following = later(at, case.chances.wait("progress", world.behaviour.working.progress_every), world.calendar)
    if case.finish_at is not None and following < case.finish_at:
        case.progress_at = following
        yield Planned(following, Act.PROGRESS)


def _staffing(case: Case, state: DirectiveState, at: datetime, world: World) -> Iterator[Planned]:
    if state.officer is None and case.chances.happens("officer", world.behaviour.taking_on.officer_assigned):
        yield Planned(at + AT_ONCE, Act.ASSIGN)
    if case.chances.happens("comment", world.behaviour.working.commented):
        yield Planned(later(at, _days(at, state.due_at, world) / 2, world.calendar), Act.COMMENT)


def _parts(case: Case, state: DirectiveState, at: datetime, world: World) -> Iterator[Planned]:
    for unit in state.coordinating_units:
        used = drawn(case.chances.of("part"), world.behaviour.working.part_used)
        yield Planned(later(at, _days(at, state.due_at, world) * used, world.calendar), Act.PART, unit)


def _turns(case: Case, state: DirectiveState, at: datetime, world: World) -> Iterator[Planned]:
    turning = world.behaviour.turning
    for act, share in (
        (Act.DELEGATE, turning.delegated),
        (Act.SUSPEND, turning.suspended),
        (Act.REASSIGN, turning.reassigned),
        (Act.WITHDRAW, turning.withdrawn),
    ):
        if case.chances.happens(act.name, share):
            passed = case.chances.of(f"{act.name} at").random() * (0.2 if act is Act.DELEGATE else 0.8)
            yield Planned(later(at, _days(at, state.due_at, world) * passed, world.calendar), act)


def _pressed(case: Case, state: DirectiveState, at: datetime, by: str, share: Share, world: World) -> Iterator[Planned]:
    """Somebody is told; the work may come sooner for it, or be taken on at last."""
    if not case.chances.happens(by, share):
        return
    if state.phase is Phase.ISSUED:
        yield Planned(later(at, 0.2, world.calendar), Act.TAKE_ON)
    elif case.finish_at is not None and case.finish_at > at:
        sooner = later(at, _days(at, case.finish_at, world) * world.behaviour.pressed.left, world.calendar)
        if sooner < case.finish_at:
            yield _finish(case, sooner)


def _in_time(at: datetime, due_at: datetime, used: float, world: World) -> datetime:
    """The instant at which this part of the working time up to the deadline is over; with no such time left, at once."""
    within = later(at, _days(at, due_at, world) * used, world.calendar)
    return within if within < due_at else at + min(AT_ONCE, (due_at - at) / 2)


def _days(at: datetime, end: datetime | None, world: World) -> float:
    """Working time between two instants, in days; half a day at least."""
    if end is None:
        return WITHOUT_DEADLINE_DAYS
    return max(world.calendar.working_days_between(local(at).date(), local(end).date()), 0.5)
