"""What holds whatever people do and whenever they do it."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.commands import SYSTEM_USER, Tick
from domain.decider import decide
from domain.event_values import Plan
from domain.events import (
    CompletionRejected,
    DeadlineChanged,
    DeadlineMissed,
    DeclineSettled,
    DirectiveIssued,
    DirectiveResumed,
    Escalated,
    EventData,
    ExtensionGranted,
    ReminderDue,
)
from domain.evolve import fold
from domain.refusals import Refusal
from domain.state import RUNNING_PHASES, DirectiveState, Phase, StatusCell, Timeliness
from tests.domain.clock import instant
from tests.domain.runs import Course, courses, quiet_courses

A_LONG_TIME = 100_000_000.0
thorough = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
AFTER_THE_END = {"Commented", "SignalRefused", "NotificationSent", "NotificationFailed"}
moments = st.one_of(st.integers(0, 70).map(float), st.just(A_LONG_TIME))


def plans_of(events: tuple[EventData, ...]) -> list[Plan]:
    return [data.plan for data in events if isinstance(data, DirectiveIssued | DeadlineChanged | ExtensionGranted)]


def steps_taken(events: tuple[EventData, ...]) -> list[ReminderDue | DeadlineMissed | Escalated]:
    return [data for data in events if isinstance(data, ReminderDue | DeadlineMissed | Escalated)]


def with_a_last_tick(course: Course) -> Course:
    end = course.end
    while (after := end.when(Tick(), at=A_LONG_TIME).accepted()).events != end.events:
        end = after  # what a suspension had held back comes due once it has ended
    return Course(course.outcomes, end)


@thorough
@given(courses)
def test_replaying_all_events_gives_the_state_that_grew_with_them(course: Course) -> None:
    assert fold(course.end.events) == course.end.state
    assert [event.stream_version for event in course.end.events] == list(range(1, course.end.now.version + 1))


@thorough
@given(courses)
def test_a_state_survives_its_json_at_every_step(course: Course) -> None:
    for outcome in course.outcomes:
        state = outcome.before.now
        assert DirectiveState.model_validate_json(state.model_dump_json()) == state


@thorough
@given(quiet_courses)
def test_a_directive_left_alone_takes_each_planned_step_once_at_its_instant_and_in_order(course: Course) -> None:
    course = with_a_last_tick(course)
    planned = [(step.key, step.due_at) for step in plans_of(course.happened)[0].steps]
    assert [(step.step, step.due_at) for step in steps_taken(course.happened)] == planned


@thorough
@given(courses)
def test_no_step_is_taken_twice_or_before_its_instant_or_without_a_plan(course: Course) -> None:
    course = with_a_last_tick(course)
    planned = {step.key: step for plan in plans_of(course.happened) for step in plan.steps}
    taken = [(event.occurred_at, step) for event in course.end.events for step in steps_taken((event.data,))]
    assert all(count == 1 for count in Counter(step.step for _, step in taken).values())
    for occurred_at, step in taken:
        assert planned[step.step].due_at == step.due_at <= occurred_at


@thorough
@given(courses)
def test_a_running_directive_owes_no_step_but_those_that_passed_while_nobody_worked(course: Course) -> None:
    course = with_a_last_tick(course)
    if course.end.now.phase not in RUNNING_PHASES:
        return
    last_plan = plans_of(course.happened)[-1]
    taken = {step.step for step in steps_taken(course.happened)}
    back_to_work = CompletionRejected | DirectiveResumed | DeclineSettled
    returns = [event.occurred_at for event in course.end.events if isinstance(event.data, back_to_work)]
    for step in last_plan.steps:
        dropped = step.kind != "deadline" and any(step.due_at <= returned_at for returned_at in returns)
        assert step.key in taken or dropped


@thorough
@given(courses)
def test_reminders_are_numbered_without_a_gap(course: Course) -> None:
    numbers = [data.number for data in with_a_last_tick(course).happened if isinstance(data, ReminderDue)]
    assert numbers == list(range(1, len(numbers) + 1))


@thorough
@given(courses)
def test_the_original_deadline_never_changes(course: Course) -> None:
    original = plans_of(course.happened)[0].due_at
    assert all(outcome.before.now.original_due_at == original for outcome in course.outcomes)
    assert course.end.now.original_due_at == original


@thorough
@given(courses)
def test_after_the_end_there_are_only_remarks_and_records(course: Course) -> None:
    kinds = [data.type for data in course.happened]
    ends = [n for n, kind in enumerate(kinds) if kind in {"CompletionAccepted", "DirectiveWithdrawn"}]
    assert len(ends) == course.end.now.closed
    assert all({*kinds[end + 1 :]} <= AFTER_THE_END for end in ends)


@thorough
@given(courses)
def test_a_refused_command_changes_nothing_and_the_answer_is_always_the_same(course: Course) -> None:
    stories = [*(outcome.before for outcome in course.outcomes), course.end]
    for outcome, after in zip(course.outcomes, stories[1:], strict=True):
        assert decide(outcome.before.state, outcome.envelope, outcome.before.facts) == outcome.decision
        if isinstance(outcome.decision, Refusal):
            assert after.events == outcome.before.events
            assert fold(after.events) == outcome.before.state
            assert outcome.decision.message("vi") != outcome.decision.message("en")


@thorough
@given(courses)
def test_people_sign_what_people_do_and_the_system_what_comes_due(course: Course) -> None:
    own = AFTER_THE_END - {"Commented"} | {"ReminderDue", "DeadlineMissed", "Escalated"}
    for event in course.end.events:
        ended_by_itself = isinstance(event.data, DirectiveResumed) and event.data.ended_at is not None
        if not isinstance(event.data, DeadlineChanged):  # one that gives stopped time back has the hand that resumed
            assert (event.actor.user == SYSTEM_USER) is (event.data.type in own or ended_by_itself)
        assert event.actor.user not in event.data.informs


@thorough
@given(courses, moments)
def test_at_any_instant_a_directive_counts_in_exactly_one_cell(course: Course, second: float) -> None:
    now = instant(second)
    for state in (*(outcome.before.now for outcome in course.outcomes), course.end.now):
        open_or_completed = "completed" if state.phase is Phase.COMPLETED else "open"
        due = state.due_at
        reported = state.reported_at
        stands = due is not None and any(
            stop.until is None and stop.moves_deadline and stop.since < due for stop in state.stopped_time
        )
        overdue = due is not None and due <= now and (reported is None or reported >= due) and not stands
        claims = {
            StatusCell.WITHDRAWN: state.phase is Phase.WITHDRAWN,
            StatusCell(f"{open_or_completed}_no_deadline"): state.phase is not Phase.WITHDRAWN and due is None,
            StatusCell(f"{open_or_completed}_overdue"): state.phase is not Phase.WITHDRAWN and overdue,
            StatusCell(f"{open_or_completed}_in_time"): (
                state.phase is not Phase.WITHDRAWN and due is not None and not overdue
            ),
        }
        assert [cell for cell, claimed in claims.items() if claimed] == [state.status_cell(now)]


@thorough
@given(st.lists(courses, max_size=4), moments)
def test_the_cells_and_the_withdrawn_add_up_to_all_that_was_issued(many: list[Course], second: float) -> None:
    cells = Counter(course.end.now.status_cell(instant(second)) for course in many)
    six = sum(cells[cell] for cell in StatusCell if cell is not StatusCell.WITHDRAWN)
    assert six + cells[StatusCell.WITHDRAWN] == len(many)


@thorough
@given(courses, moments, moments)
def test_an_open_directive_only_grows_later(course: Course, one: float, two: float) -> None:
    order = [Timeliness.IN_TIME, Timeliness.DUE_SOON, Timeliness.OVERDUE]
    earlier, later = (course.end.now.timeliness(instant(second)) for second in sorted((one, two)))
    if Timeliness.NO_DEADLINE in (earlier, later):
        assert earlier is later
    else:
        assert order.index(earlier) <= order.index(later)
