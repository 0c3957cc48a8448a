"""Suspension: the clock stops with cause and end, and the working time that it stood is given back, by policy."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.commands import Deadline, Resume, Suspend, Tick
from domain.events import DeadlineChanged, DeadlineMissed, DirectiveResumed, DirectiveSuspended
from domain.facts import Facts
from domain.policy import StopClock
from domain.refusals import Code
from domain.state import Phase, Timeliness
from domain.stopping import GIVEN_BACK
from domain.terms import StopCause
from tests.domain.clock import START, instant, wall_clock
from tests.domain.happenings import acknowledged, below, issued, missed, order, plan, suspended
from tests.domain.policies import POLICIES, SECONDS
from tests.domain.spec import FACTS, Story, given

WORKING = (issued(), acknowledged())
WAITS = Suspend(cause=StopCause.OTHER_BODY, reason="Chờ hướng dẫn", waits_on="Sở Nội vụ", until=instant(3600))


def under(stop_clock: StopClock) -> Facts:
    """The facts with another rule on stopped time in the policy of the tests."""
    return replace(FACTS, policies={**POLICIES, "giay": SECONDS.model_copy(update={"stop_clock": stop_clock})})


def due_on(day: str, clock: str = "17:00") -> Story:
    """A directive of the ordinary policy that is due at an instant, taken on."""
    story = given().when(order(policy="thuong", deadline=Deadline(at=wall_clock(f"{day} {clock}")))).accepted()
    return story.goes_on(acknowledged().data, story.events[0].actor, START)


def test_the_cause_the_body_waited_for_and_the_end_are_kept() -> None:
    outcome = given(*WORKING).when(WAITS, at=2)
    story = outcome.then(
        DirectiveSuspended(
            cause=StopCause.OTHER_BODY,
            waits_on="Sở Nội vụ",
            reason="Chờ hướng dẫn",
            until=instant(3600),
            moves_deadline=True,
        )
    )
    outcome.then_told("tp-nv", "cv-nv", "tp-tnmt")
    assert (story.now.phase, story.now.next_wakeup_at) == (Phase.SUSPENDED, instant(3600))
    (stop,) = story.now.stopped_time
    assert (stop.cause, stop.waits_on, stop.since, stop.until) == ("other_body", "Sở Nội vụ", instant(2), None)


def test_nothing_comes_due_while_the_clock_stands() -> None:
    story = given(*WORKING, suspended(3600, at=2))
    story.when(Tick(), at=100).then_nothing()
    assert story.now.timeliness(instant(100)) is Timeliness.IN_TIME


def test_the_deadline_moves_by_the_working_days_that_it_stood() -> None:
    # Suspended on Monday 9 March, resumed on Monday 16 March: five working days. Due Friday the 13th, so Friday the 20th.
    story = due_on("2026-03-13").when(suspend_until("2026-05-01"), at=wall_clock("2026-03-09 10:00")).accepted()
    resumed = story.when(Resume(note="Đã có hướng dẫn"), at=wall_clock("2026-03-16 10:00"))
    assert resumed.decided.events[0] == DirectiveResumed(
        informs=resumed.decided.events[0].informs, note="Đã có hướng dẫn", working_days=5
    )
    state = resumed.accepted().now
    assert state.due_at == wall_clock("2026-03-20 17:00")
    assert state.original_due_at == wall_clock("2026-03-13 17:00")
    assert (state.phase, state.stopped_time[0].working_days) == (Phase.IN_PROGRESS, 5)


def test_a_deadline_at_the_end_of_a_day_stays_at_the_end_of_a_day() -> None:
    story = (
        due_on("2026-03-14", "00:00").when(suspend_until("2026-05-01"), at=wall_clock("2026-03-09 10:00")).accepted()
    )
    state = story.when(Resume(), at=wall_clock("2026-03-10 10:00")).accepted().now
    assert state.due_at == wall_clock("2026-03-17 00:00")  # 24:00 on Monday the 16th, one working day after Friday


def test_within_one_day_nothing_moves_unless_the_deadline_passed_meanwhile() -> None:
    noon, evening = wall_clock("2026-03-13 12:00"), wall_clock("2026-03-13 18:00")
    early = due_on("2026-03-16").when(suspend_until("2026-05-01"), at=noon).accepted()
    early.when(Resume(), at=evening).then(DirectiveResumed(working_days=0))
    same_day = due_on("2026-03-13").when(suspend_until("2026-05-01"), at=noon).accepted()
    assert same_day.when(Resume(), at=evening).accepted().now.due_at == wall_clock("2026-03-16 17:00")


def test_a_deadline_missed_before_is_not_forgiven() -> None:
    story = given(*WORKING, missed(), suspended(3600, at=12))
    assert story.now.timeliness(instant(12)) is Timeliness.OVERDUE
    state = story.when(Resume(), at=20).accepted().now
    assert (state.missed_at, state.due_at, state.timeliness(instant(20))) == (instant(10), instant(10), "overdue")


def test_where_the_policy_lets_the_clock_run_on_nothing_is_given_back_and_the_miss_is_recorded() -> None:
    facts = under(StopClock(suspension=False))
    story = given(*WORKING, facts=facts).when(WAITS, at=2).accepted()
    assert story.now.timeliness(instant(11)) is Timeliness.OVERDUE
    back = story.when(Resume(), at=11).then(DirectiveResumed(working_days=0))
    assert [step.key for step in back.now.pending_steps] == [
        "1.deadline",
        "1.escalation.1",
        "1.reminder.4",
        "1.escalation.2",
    ]
    assert isinstance(back.when(Tick(), at=11).decided.events[0], DeadlineMissed)


def test_it_goes_on_by_itself_at_its_end_late_or_twice() -> None:
    story = given(*WORKING, suspended(30, at=2))
    for at in (30, 5000):
        resumed = story.when(Tick(), at=at).decided
        assert resumed.actor.user == "system"
        assert [event.type for event in resumed.events] == ["DirectiveResumed", "DeadlineChanged"]
        assert resumed.events[0].model_copy(update={"informs": ()}) == DirectiveResumed(
            working_days=0, ended_at=instant(30)
        )
    after = story.when(Tick(), at=5000).accepted()
    assert after.now.stopped_time[0].until == instant(30)
    after.when(Tick(), at=5000).then_nothing()


def test_time_given_back_ends_at_the_parents_deadline() -> None:
    parent = given(issued(wall_clock("2026-03-17 17:00"))).now
    facts = replace(FACTS, parent=parent.model_copy(update={"id": below(9)}))
    story = replace(due_on("2026-03-13"), facts=facts)
    stopped = story.when(suspend_until("2026-05-01"), at=wall_clock("2026-03-09 10:00")).accepted()
    state = stopped.when(Resume(), at=wall_clock("2026-03-16 10:00")).accepted().now
    assert state.due_at == wall_clock("2026-03-17 17:00")


def test_a_directive_without_a_deadline_only_waits() -> None:
    story = given(issued(None), acknowledged()).when(WAITS).accepted()
    assert not story.now.stopped_time[0].moves_deadline
    story.when(Resume(), at=100).then(DirectiveResumed(working_days=0))


def test_without_an_end_it_lasts_as_long_as_the_policy_allows_at_most() -> None:
    facts = under(StopClock(longest_days=30))
    story = given(*WORKING, facts=facts).when(Suspend(cause=StopCause.FUNDING, reason="Chờ kinh phí")).accepted()
    assert story.now.resumes_at == wall_clock("2026-04-02 00:00")  # 24:00 on the 30th day after 2 March
    longer = Suspend(cause=StopCause.FUNDING, reason="Chờ kinh phí", until=date(2026, 4, 2))
    given(*WORKING, facts=facts).when(longer).then_refused(
        Code.SUSPENSION_TOO_LONG, policy="giay@1", rule="stop_clock.longest_days"
    )


def test_the_end_lies_ahead() -> None:
    past = Suspend(cause=StopCause.OTHER, reason="x", until=START - timedelta(seconds=1))
    given(*WORKING).when(past).then_refused(Code.SUSPENSION_IN_PAST)


def test_stopped_twice_both_are_kept() -> None:
    story = given(*WORKING, suspended(5, at=1)).when(Tick(), at=5).accepted()
    again = story.when(WAITS, at=6).accepted().when(Resume(), at=7).accepted()
    assert [(s.since, s.until) for s in again.now.stopped_time] == [
        (instant(1), instant(5)),
        (instant(6), instant(7)),
    ]


@pytest.mark.parametrize("user", ["tp-nv", "cv-nv", "tp-tnmt", "kiem-tra"])
def test_the_unit_does_not_stop_its_own_clock(user: str) -> None:
    given(*WORKING).when(WAITS, by=user).then_refused(Code.NOT_PERMITTED)
    given(*WORKING, suspended(3600)).when(Resume(), by=user).then_refused(Code.NOT_PERMITTED)


def test_the_deadline_given_back_says_why_and_has_a_plan_of_its_own() -> None:
    events = given(*WORKING, suspended(30, at=2)).when(Tick(), at=30).decided.events
    moved = events[1]
    assert isinstance(moved, DeadlineChanged)
    assert (moved.reason, moved.old_due_at) == (GIVEN_BACK, instant(10))
    next_day = instant(10) + timedelta(days=1)
    assert moved.plan == plan(next_day, at=30, generation=2)


def suspend_until(day: str) -> Suspend:
    year, month, number = map(int, day.split("-"))
    return Suspend(cause=StopCause.OTHER_BODY, reason="Chờ hướng dẫn", until=date(year, month, number))
