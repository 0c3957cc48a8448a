"""Ticks: each planned step is taken exactly once, with the instant it was planned for, whenever the tick comes."""

import pytest

from domain.commands import ChangeDeadline, Deadline, Reject, Tick
from domain.event_values import SYSTEM
from domain.events import DeadlineMissed, Escalated, EventData, ReminderDue
from domain.refusals import Code
from tests.domain.clock import instant
from tests.domain.happenings import (
    accepted,
    acknowledged,
    approved,
    deadline_changed,
    issued,
    missed,
    rejected,
    reminded,
    reported,
    withdrawn,
)
from tests.domain.spec import Happened, given

WORKING = (issued(), acknowledged())


def reminder(rung: int, at: float, *, number: int | None = None, generation: int = 1, due: float = 10) -> EventData:
    key = f"{generation}.reminder.{rung}"
    return ReminderDue(step=key, number=number or rung, due_at=instant(at), deadline=instant(due))


def deadline(at: float = 10, generation: int = 1) -> EventData:
    return DeadlineMissed(step=f"{generation}.deadline", due_at=instant(at))


def escalation(level: int, at: float, *, generation: int = 1, due: float = 10) -> EventData:
    key = f"{generation}.escalation.{level}"
    return Escalated(step=key, level=level, due_at=instant(at), deadline=instant(due))


LADDER = (
    reminder(1, 7),
    reminder(2, 9),
    deadline(),
    reminder(3, 11),
    escalation(1, 12),
    reminder(4, 13),
    escalation(2, 14),
)
"""All that the policy by the second makes of a deadline at second 10, in order."""


def test_each_step_comes_at_its_own_instant() -> None:
    story = given(*WORKING)
    for step in LADDER:
        wakeup = story.now.next_wakeup_at
        assert wakeup is not None
        story.when(Tick(), at=wakeup.timestamp() - instant(0).timestamp() - 0.001).then_nothing()
        story = story.when(Tick(), at=wakeup).then(step)
    assert story.now.next_wakeup_at is None


def test_a_step_is_due_at_its_instant_and_not_a_microsecond_before() -> None:
    given(*WORKING).when(Tick(), at=6.999999).then_nothing()
    given(*WORKING).when(Tick(), at=7).then(reminder(1, 7))


def test_a_late_tick_takes_the_step_with_the_instant_planned() -> None:
    assert given(*WORKING).when(Tick(), at=8.5).then(reminder(1, 7)).events[-1].occurred_at == instant(8.5)


def test_a_tick_after_everything_takes_all_steps_in_order() -> None:
    state = given(*WORKING).when(Tick(), at=86_400).then(*LADDER).now
    assert (state.reminders_sent, state.escalation_level, state.missed_at) == (4, 2, instant(10))
    assert (state.pending_steps, state.next_wakeup_at, state.phase) == ((), None, "in_progress")


def test_a_second_tick_finds_nothing_left() -> None:
    given(*WORKING).when(Tick(), at=7).then(reminder(1, 7)).when(Tick(), at=7).then_nothing()
    given(*WORKING).when(Tick(), at=99).then(*LADDER).when(Tick(), at=99).then_nothing()


@pytest.mark.parametrize("at", [7.0, 9.5, 10.0, 12.25, 14.0, 1000.0])
def test_one_late_tick_makes_the_same_as_many_punctual_ones(at: float) -> None:
    many = given(*WORKING)
    for second in (7, 9, 10, 11, 12, 13, 14):
        if second <= at:
            many = many.when(Tick(), at=second).accepted()
    once = given(*WORKING).when(Tick(), at=at).accepted()
    assert [event.data for event in many.events] == [event.data for event in once.events]


def test_ticks_are_signed_by_the_system() -> None:
    assert given(*WORKING).when(Tick(), at=7).accepted().events[-1].actor == SYSTEM


def test_a_directive_not_yet_taken_on_is_pressed_all_the_same() -> None:
    assert given(issued()).when(Tick(), at=99).then(*LADDER).now.phase == "issued"


def test_nothing_comes_due_without_a_deadline() -> None:
    story = given(issued(None), acknowledged())
    assert story.now.next_wakeup_at is None
    story.when(Tick(), at=99).then_nothing()


def test_nothing_comes_due_while_the_result_lies_with_the_issuer() -> None:
    for story in (given(*WORKING, reported(at=5)), given(*WORKING, reported(at=5), approved())):
        assert story.now.next_wakeup_at is None
        story.when(Tick(), at=99).then_nothing()


@pytest.mark.parametrize("ending", [(reported(at=5), approved(), accepted()), (withdrawn(at=5),)])
def test_nothing_comes_due_after_the_end(ending: tuple[Happened, ...]) -> None:
    story = given(*WORKING, *ending)
    assert (story.now.pending_steps, story.now.next_wakeup_at) == ((), None)
    story.when(Tick(), at=99).then_nothing()


def test_after_a_rejection_missed_reminders_are_dropped_but_the_missed_deadline_counts() -> None:
    story = given(*WORKING, reported(at=5), rejected(at=11.5))
    assert story.now.next_wakeup_at == instant(10)
    story = story.when(Tick(), at=11.5).then(deadline())
    story.when(Tick(), at=99).then(escalation(1, 12), reminder(4, 13, number=1), escalation(2, 14))


def test_after_a_rejection_in_time_the_ladder_goes_on() -> None:
    story = given(*WORKING, reported(at=5), rejected(at=6))
    story.when(Tick(), at=99).then(*LADDER)


def test_a_reminder_due_at_the_very_instant_of_the_rejection_is_dropped() -> None:
    story = given(*WORKING, reported(at=5), rejected(at=9))
    story.when(Tick(), at=9).then_nothing().when(Tick(), at=10).then(deadline())


def test_reminders_are_counted_on_through_a_new_deadline() -> None:
    twice = (reminded("1.reminder.1", 1, 7), reminded("1.reminder.2", 2, 9))
    story = given(*WORKING, *twice, deadline_changed(20, at=9.5))
    story.when(Tick(), at=17).then(reminder(1, 17, number=3, generation=2, due=20))


def test_a_new_deadline_brings_a_whole_new_ladder() -> None:
    story = given(*WORKING, missed(), deadline_changed(20, at=10.5))
    story.when(Tick(), at=16.5).then_nothing()
    state = (
        story.when(Tick(), at=99)
        .then(
            reminder(1, 17, generation=2, due=20),
            reminder(2, 19, generation=2, due=20),
            deadline(20, generation=2),
            reminder(3, 21, generation=2, due=20),
            escalation(1, 22, generation=2, due=20),
            reminder(4, 23, generation=2, due=20),
            escalation(2, 24, generation=2, due=20),
        )
        .now
    )
    assert state.missed_at == instant(20)


def test_a_near_deadline_leaves_out_the_steps_that_would_have_passed() -> None:
    story = given(*WORKING).when(ChangeDeadline(deadline=Deadline(at=instant(7)), reason="Gấp"), at=5).accepted()
    assert [step.key for step in story.now.pending_steps][:2] == ["2.reminder.2", "2.deadline"]


def test_a_lifted_deadline_presses_nobody() -> None:
    lift = ChangeDeadline(deadline=Deadline(none_because="Chờ luật"), reason="Chờ luật")
    given(*WORKING).when(lift, at=5).accepted().when(Tick(), at=99).then_nothing()


def test_a_missed_deadline_stays_known_after_a_new_one() -> None:
    story = given(*WORKING, missed(), deadline_changed(20, at=11))
    assert story.now.missed_at == instant(10)


def test_a_tick_for_a_version_that_has_passed_is_stale() -> None:
    outcome = given(*WORKING).when(Tick(), at=7, expected_version=1)
    outcome.then_refused(Code.STALE_VERSION, version="2", expected="1")


def test_what_came_due_while_the_issuer_had_the_result_presses_nobody_but_the_deadline_stays_missed() -> None:
    story = given(issued(), acknowledged(), reported(at=5)).when(Reject(reason="Thiếu"), at=100).accepted()
    kinds = [event.data.type for event in story.when(Tick(), at=100).accepted().events[4:]]
    assert kinds == ["DeadlineMissed"]
