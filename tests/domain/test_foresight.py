"""What a decision would do is what it then does; what another policy would do is told without doing it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.calendar import SHIPPED, CalendarDecision, WorkCalendar
from domain.calendar_decisions import swap
from domain.commands import Deadline, Reproject
from domain.event_values import PlannedStep
from domain.foresight import Move, under_calendar, under_policy, with_decision
from domain.policy import Policy, ReminderRung, Span
from domain.state import DirectiveState
from tests.domain.clock import START, instant, wall_clock
from tests.domain.happenings import order, withdrawn
from tests.domain.policies import POLICIES
from tests.domain.spec import CALENDAR, FACTS, Story, given

DECISION = CalendarDecision(
    revision=2, number="15/QĐ-UBND", reason="Hoán đổi", entries=swap(date(2026, 3, 5), date(2026, 3, 14))
)
CHANGED = replace(FACTS, calendar=with_decision(CALENDAR, DECISION))
FIVE_MINUTES = Span(duration=timedelta(minutes=5))


def directive(deadline: Deadline, policy: str = "thuong") -> Story:
    return given().when(order(deadline=deadline, policy=policy)).accepted()


def key(step: PlannedStep | None) -> str:
    assert step is not None
    return step.key


def otherwise(**changes: object) -> Policy:
    return Policy.model_validate(POLICIES["thuong"].model_dump() | {"version": 2} | changes)


@pytest.mark.parametrize("days", [2, 3, 5, 9, 12, 40])
def test_a_calendar_is_foreseen_as_it_is_then_recorded(days: int) -> None:
    before = directive(Deadline(working_days=days))
    foreseen = under_calendar(before.now, DECISION, instant(1), CHANGED)
    outcome = replace(before, facts=CHANGED).when(Reproject(after=1, revision=2), at=1)
    if foreseen is None:
        outcome.then_nothing()
        return
    after = outcome.accepted().now
    assert (foreseen.old_due_at, foreseen.new_due_at) == (before.now.due_at, after.due_at)
    assert foreseen.new_step == after.pending_steps[0]
    assert foreseen.moves_deadline is (after.due_at != before.now.due_at)


def test_a_decision_far_away_moves_nothing() -> None:
    far = CalendarDecision(revision=2, number="16", reason="x", entries=swap(date(2027, 2, 3), date(2027, 2, 13)))
    facts = replace(FACTS, calendar=WorkCalendar((*SHIPPED, far)))
    assert under_calendar(directive(Deadline(working_days=3)).now, far, instant(1), facts) is None


def moved(state: DirectiveState, policy: Policy) -> Move | None:
    return under_policy(state, policy, instant(1), CALENDAR)


def test_the_same_rules_under_another_number_move_nothing() -> None:
    assert moved(directive(Deadline(working_days=5)).now, otherwise()) is None


def test_another_closing_time_moves_deadlines_that_were_set_as_days() -> None:
    closes = otherwise(closing_time="17:00")
    counted = moved(directive(Deadline(working_days=5)).now, closes)
    assert counted is not None
    assert (counted.old_due_at, counted.new_due_at) == (wall_clock("2026-03-10 00:00"), wall_clock("2026-03-09 17:00"))
    assert moved(directive(Deadline(at=START + timedelta(days=7))).now, closes) is None


def test_another_reminder_is_the_next_step() -> None:
    state = directive(Deadline(working_days=5)).now
    sooner = otherwise(reminders=[ReminderRung(side="before", span=Span(working_days=4))])
    found = moved(state, sooner)
    assert found is not None
    assert (key(found.old_step), key(found.new_step)) == ("1.reminder.1", "2.reminder.1")
    assert found.new_step is not None
    assert (found.moves_deadline, found.new_step.due_at) == (False, wall_clock("2026-03-03 08:00"))


def test_what_has_ended_or_lies_behind_is_not_touched() -> None:
    sooner = otherwise(reminders=[ReminderRung(side="before", span=FIVE_MINUTES)])
    story = directive(Deadline(working_days=5))
    assert moved(story.now, sooner) is not None
    ended = directive(Deadline(working_days=5))
    closed = ended.goes_on(withdrawn().data, ended.events[0].actor, instant(2)).now
    assert moved(closed, sooner) is None
    assert under_policy(story.now, sooner, wall_clock("2026-03-11 08:00"), CALENDAR) is None
    assert moved(directive(Deadline(none_because="Thường xuyên")).now, sooner) is None
