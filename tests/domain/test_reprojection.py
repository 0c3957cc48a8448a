"""A changed calendar: what is ahead of an open directive is computed anew, and nothing else moves."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.calendar import SHIPPED, CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.calendar_decisions import swap
from domain.commands import ChangeDeadline, Deadline, Delegate, GrantExtension, Reassign, Reject, Reproject, Tick
from domain.event_values import CountedBasis, DeadlineBasis, NamedDayBasis
from domain.events import DeadlineChanged, DeadlineMissed, DirectiveIssued, SubdirectiveDeadlineChanged
from domain.refusals import Code
from domain.reprojection import touched_by
from tests.domain.clock import instant, wall_clock
from tests.domain.happenings import (
    accepted,
    acknowledged,
    approved,
    below,
    child_closed,
    delegated,
    extension_requested,
    issued,
    order,
    reported,
    suspended,
    withdrawn,
)
from tests.domain.policies import POLICIES
from tests.domain.spec import CALENDAR, DIRECTIVE, FACTS, Happened, Outcome, Story, given

THURSDAY, SATURDAY = date(2026, 3, 5), date(2026, 3, 14)
DECISION = CalendarDecision(
    revision=2, number="15/QĐ-UBND", reason="Hoán đổi tháng 3", entries=swap(THURSDAY, SATURDAY)
)
CHANGED = WorkCalendar((*SHIPPED, DECISION))
REPROJECT = Reproject(after=1, revision=2)


def story(deadline: Deadline, *happened: Happened, policy: str = "thuong") -> Story:
    """A directive issued under the calendar before the decision, which then comes into force."""
    before = given().when(order(deadline=deadline, policy=policy)).accepted()
    for one in happened:
        at = before.now.last_occurred_at if one.at is None else instant(one.at)
        before = before.goes_on(one.data, before.events[0].actor.model_copy(update={"user": one.by}), at)
    return changed(before)


def changed(before: Story, calendar: WorkCalendar = CHANGED) -> Story:
    return replace(before, facts=replace(FACTS, calendar=calendar))


def moved(after: Story) -> DeadlineChanged:
    data = after.events[-1].data
    assert isinstance(data, DeadlineChanged)
    return data


@pytest.mark.parametrize(
    ("deadline", "before", "after"),
    [
        (Deadline(working_days=3), "2026-03-06 00:00", "2026-03-07 00:00"),  # the Thursday no longer counts
        (Deadline(working_days=9), "2026-03-14 00:00", "2026-03-15 00:00"),  # and the Saturday does
        (Deadline(at=THURSDAY), "2026-03-06 00:00", "2026-03-07 00:00"),
        (Deadline(at=date(2026, 3, 14)), "2026-03-17 00:00", "2026-03-15 00:00"),  # no longer runs on to the Monday
    ],
)
def test_a_counted_deadline_and_a_day_are_computed_anew(deadline: Deadline, before: str, after: str) -> None:
    issued_ = story(deadline)
    assert issued_.now.due_at == wall_clock(before)
    end = issued_.when(REPROJECT).accepted()
    assert [event.data.type for event in end.events] == ["DirectiveIssued", "DeadlineChanged"]
    assert (end.now.due_at, end.now.original_due_at) == (wall_clock(after), wall_clock(before))
    assert (end.now.deadline_generation, end.now.calendar_version) == (2, CHANGED.version)
    said = moved(end)
    assert (said.old_due_at, said.decision_number) == (wall_clock(before), "15/QĐ-UBND")
    assert said.reason == "Lịch làm việc thay đổi: Hoán đổi tháng 3"
    assert end.now.deadline_basis == issued_.now.deadline_basis


def test_an_exact_instant_never_moves_but_the_steps_around_it_do_and_nobody_is_told() -> None:
    due = wall_clock("2026-03-06 15:00")
    end = story(Deadline(at=due)).when(REPROJECT).then_told().accepted()
    said = moved(end)
    assert (said.plan.due_at, said.old_due_at) == (due, due)
    # the Thursday before the deadline is off: the reminder of the day before comes on the Wednesday
    assert next(s.due_at for s in said.plan.steps if s.key == "2.reminder.2") == wall_clock("2026-03-04 08:00")


def test_who_has_the_deadline_is_told_that_it_moves() -> None:
    story(Deadline(working_days=3)).when(REPROJECT).then_told("tp-nv", "cv-nv", "tp-tnmt", "chu-tich")


@pytest.mark.parametrize("deadline", [Deadline(working_days=60), Deadline(none_because="Thường xuyên")])
def test_what_no_decided_day_touches_or_moves_gets_no_event(deadline: Deadline) -> None:
    far = CalendarDecision(revision=2, number="16/QĐ", reason="khác", entries=swap(date(2027, 2, 3), date(2027, 2, 13)))
    for calendar in (CHANGED, WorkCalendar((*SHIPPED, far))):
        # Within sixty days one day less and one more: the deadline and all steps stay where they were.
        changed(story(deadline), calendar).when(REPROJECT).then_nothing()


def test_twice_is_once() -> None:
    once = story(Deadline(working_days=3)).when(REPROJECT).accepted()
    once.when(REPROJECT).then_nothing()


@pytest.mark.parametrize(
    "happened", [(withdrawn(),), (acknowledged(), reported(), approved(), accepted())], ids=["withdrawn", "completed"]
)
def test_what_has_ended_never_moves(happened: tuple[Happened, ...]) -> None:
    story(Deadline(working_days=3), *happened).when(REPROJECT).then_nothing()


def test_only_the_calendar_that_was_decided_is_brought() -> None:
    before = story(Deadline(working_days=3))
    changed(before, CALENDAR).when(REPROJECT).then_nothing()
    before.when(Reproject(after=1, revision=3)).then_nothing()
    before.when(Reproject(after=2, revision=2)).then_nothing()


def test_several_decisions_are_named_as_far_as_they_touch() -> None:
    third = CalendarDecision(
        revision=3,
        number="16/QĐ-UBND",
        reason="Bão",
        entries=(CalendarEntry(day=date(2026, 3, 4), kind=DayKind.DAY_OFF, reason="bão"),),
    )
    fourth = third.model_copy(
        update={"revision": 4, "number": "17", "entries": swap(date(2027, 2, 3), date(2027, 2, 13))}
    )
    after = changed(story(Deadline(working_days=3)), WorkCalendar((*SHIPPED, DECISION, third, fourth)))
    end = after.when(Reproject(after=1, revision=4)).accepted()
    assert moved(end).decision_number == "15/QĐ-UBND; 16/QĐ-UBND"
    assert end.now.due_at == wall_clock("2026-03-10 00:00")


def test_taken_steps_never_come_again_and_those_ahead_come_at_their_new_instants() -> None:
    before = story(Deadline(working_days=8))  # due Thursday 12 March
    late = before.when(Tick(), at=wall_clock("2026-03-09 08:00")).accepted()
    assert [event.data.type for event in late.events] == ["DirectiveIssued", "ReminderDue"]
    monday = CalendarDecision(
        revision=2,
        number="15/QĐ",
        reason="Bão",
        entries=(CalendarEntry(day=date(2026, 3, 10), kind=DayKind.DAY_OFF, reason="bão"),),
    )
    end = changed(late, WorkCalendar((*SHIPPED, monday))).when(REPROJECT, at=wall_clock("2026-03-09 09:00")).accepted()
    assert end.now.due_at == wall_clock("2026-03-14 00:00")
    assert [step.key for step in end.now.pending_steps][:2] == ["2.reminder.2", "2.deadline"]
    finished = end.when(Tick(), at=wall_clock("2026-06-01 08:00")).accepted()
    numbers = [data.number for event in finished.events if (data := event.data).type == "ReminderDue"]
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_steps_whose_new_instant_has_passed_are_dropped() -> None:
    before = story(Deadline(at=wall_clock("2026-03-06 15:00")))  # reminders on Tuesday and Thursday
    end = before.when(REPROJECT, at=wall_clock("2026-03-04 09:00")).accepted()  # Thursday's would be on Wednesday at 8
    rungs = [[step.key for step in found.now.pending_steps if step.kind == "reminder"] for found in (before, end)]
    assert rungs[0][:2] == ["1.reminder.1", "1.reminder.2"]
    assert rungs[1][0] == "2.reminder.3"


def test_a_deadline_that_would_come_to_lie_in_the_past_stays() -> None:
    before = story(Deadline(at=SATURDAY))  # runs on to Monday 16 March
    sunday = wall_clock("2026-03-15 10:00")
    end = before.when(REPROJECT, at=sunday).accepted()
    assert end.now.due_at == before.now.due_at == wall_clock("2026-03-17 00:00")
    assert end.now.missed_at is None
    end.when(REPROJECT, at=wall_clock("2026-03-15 11:00")).then_nothing()


def test_a_missed_deadline_stays_missed_and_only_the_steps_after_it_move() -> None:
    before = story(Deadline(working_days=2))  # due Wednesday 4 March
    missed = before.when(Tick(), at=wall_clock("2026-03-05 00:00")).accepted()
    assert missed.now.missed_at == wall_clock("2026-03-05 00:00")
    end = missed.when(REPROJECT, at=wall_clock("2026-03-05 07:00")).accepted()
    assert (end.now.due_at, end.now.missed_at) == (wall_clock("2026-03-05 00:00"),) * 2
    assert end.now.pending_steps[0].key == "2.reminder.3"
    assert end.now.pending_steps[0].due_at == wall_clock("2026-03-06 08:00")  # not on the Thursday that is off now
    kinds = [event.data.type for event in end.when(Tick(), at=wall_clock("2026-06-01 08:00")).accepted().events]
    assert kinds.count("DeadlineMissed") == 1


def test_a_deadline_missed_during_a_wait_is_still_told_after_the_result_is_rejected() -> None:
    waiting = story(Deadline(working_days=2), acknowledged(at=1), reported(at=2))
    end = waiting.when(REPROJECT, at=wall_clock("2026-03-05 07:00")).accepted()
    back = end.when(Reject(reason="Thiếu"), at=wall_clock("2026-03-05 09:00")).accepted()
    told = back.when(Tick(), at=wall_clock("2026-03-05 09:01")).accepted().events[-1].data
    assert told == DeadlineMissed(informs=told.informs, step="1.deadline", due_at=wall_clock("2026-03-05 00:00"))


def test_a_deadline_of_an_older_event_never_moves() -> None:
    happening = issued(wall_clock("2026-03-06 00:00"), policy=POLICIES["thuong"])
    assert isinstance(happening.data, DirectiveIssued)
    plan = happening.data.plan.model_copy(update={"basis": None})
    older = given(replace(happening, data=happening.data.model_copy(update={"plan": plan})))
    end = changed(older).when(REPROJECT).accepted()
    assert end.now.due_at == wall_clock("2026-03-06 00:00")
    assert end.now.pending_steps != older.now.pending_steps


def test_the_policy_of_the_plan_stays_although_a_newer_one_is_in_force() -> None:
    newer = POLICIES["thuong"].model_copy(update={"version": 2, "reminders": ()})
    before = story(Deadline(working_days=9))
    facts = replace(
        before.facts,
        policies=POLICIES | {"thuong": newer},
        policy_versions={"thuong@1": POLICIES["thuong"], newer.label: newer},
    )
    end = replace(before, facts=facts).when(REPROJECT).accepted()
    assert end.now.policy_version == "thuong@1"
    assert any(step.kind == "reminder" for step in end.now.pending_steps)


def test_a_deadline_changed_by_people_is_counted_from_its_own_day() -> None:
    again = ChangeDeadline(deadline=Deadline(working_days=2), reason="Gấp")
    before = given().when(order(deadline=Deadline(working_days=30), policy="thuong")).accepted()
    later = before.when(again, at=wall_clock("2026-03-04 09:00")).accepted()
    assert later.now.due_at == wall_clock("2026-03-07 00:00")
    end = changed(later).when(REPROJECT, at=wall_clock("2026-03-04 10:00")).accepted()
    assert end.now.due_at == wall_clock("2026-03-10 00:00")
    assert end.now.deadline_generation == 3


def below_one(parent: Story, deadline: Deadline) -> Story:
    """A directive under `parent`, before the decision."""
    facts = replace(parent.facts, parent=parent.now.model_copy(update={"id": below(99)}))
    child = given(facts=replace(facts, calendar=CALENDAR)).when(
        order(deadline=deadline, policy="thuong", parent=below(99))
    )
    return replace(child.accepted(), facts=facts)


def test_a_subdirective_does_not_run_past_a_parent_that_stays() -> None:
    noon = wall_clock("2026-03-06 12:00")
    child = below_one(story(Deadline(at=noon)), Deadline(working_days=3))
    outcome = child.when(REPROJECT)
    assert outcome.accepted().now.due_at == noon
    [above] = outcome.decided.elsewhere
    assert (above.directive_id, above.events) == (
        below(99),
        (SubdirectiveDeadlineChanged(subdirective=DIRECTIVE, due_at=noon),),
    )


def test_a_subdirective_moves_with_its_parent_whichever_comes_first() -> None:
    parent = story(Deadline(working_days=3))
    for above in (parent, parent.when(REPROJECT).accepted()):
        child = below_one(parent, Deadline(working_days=3))
        facts = replace(child.facts, parent=above.now.model_copy(update={"id": below(99)}))
        end = replace(child, facts=facts).when(REPROJECT).accepted()
        assert end.now.due_at == wall_clock("2026-03-07 00:00")


def test_a_parent_does_not_move_before_what_is_open_below_it() -> None:
    monday_morning = wall_clock("2026-03-16 10:00")
    parent = story(Deadline(at=SATURDAY), delegated("P-A", due=monday_morning))
    assert parent.when(REPROJECT).accepted().now.due_at == monday_morning
    closed = story(Deadline(at=SATURDAY), delegated("P-A", due=monday_morning), child_closed())
    assert closed.when(REPROJECT).accepted().now.due_at == wall_clock("2026-03-15 00:00")


def test_the_parent_hears_nothing_where_only_steps_move() -> None:
    parent = story(Deadline(at=wall_clock("2026-03-20 12:00")))
    outcome = below_one(parent, Deadline(at=wall_clock("2026-03-06 15:00"))).when(REPROJECT)
    assert outcome.decided.events
    assert outcome.decided.elsewhere == ()


EXTENDED = extension_requested(wall_clock("2026-03-14 00:00"), at=1, old=wall_clock("2026-03-06 00:00"))


@pytest.mark.parametrize(
    ("before", "basis"),
    [
        (story(Deadline(working_days=3), EXTENDED).when(GrantExtension()), NamedDayBasis(day=date(2026, 3, 13))),
        (
            story(Deadline(working_days=3), EXTENDED).when(GrantExtension(deadline=Deadline(working_days=9))),
            CountedBasis(working_days=9, counted_from=date(2026, 3, 2)),
        ),
        (
            story(Deadline(working_days=3)).when(
                Reassign(lead_unit="TNMT", reason="Đúng chức năng", deadline=Deadline(working_days=9))
            ),
            CountedBasis(working_days=9, counted_from=date(2026, 3, 2)),
        ),
        (
            story(Deadline(working_days=3), acknowledged(), suspended(instant(3 * 86_400))).when(Tick(), at=4 * 86_400),
            NamedDayBasis(day=date(2026, 3, 9)),  # the decided Thursday is no working day that could be given back
        ),
    ],
    ids=["extension", "granted otherwise", "reassigned", "given back"],
)
def test_a_deadline_set_by_another_turn_is_computed_anew_as_well(before: Outcome, basis: DeadlineBasis) -> None:
    assert before.accepted().now.deadline_basis == basis


def test_a_delegated_directive_has_the_basis_of_the_one_above_or_its_own() -> None:
    for deadline, basis in (
        (None, CountedBasis(working_days=3, counted_from=date(2026, 3, 2))),
        (Deadline(at=date(2026, 3, 3)), NamedDayBasis(day=date(2026, 3, 3))),
    ):
        outcome = story(Deadline(working_days=3)).when(Delegate(units=("P-A",), deadline=deadline), by="chu-tich")
        [child] = outcome.decided.elsewhere
        assert isinstance(child.events[0], DirectiveIssued)
        assert child.events[0].plan.basis == basis


def test_nobody_else_may_give_the_command() -> None:
    story(Deadline(working_days=3)).when(REPROJECT, by="quan-tri").then_refused(Code.NOT_PERMITTED)


MARCH = st.dates(date(2026, 2, 20), date(2026, 4, 20))
DEADLINES = st.one_of(
    st.integers(1, 25).map(lambda n: Deadline(working_days=n)),
    st.dates(date(2026, 3, 2), date(2026, 4, 10)).map(lambda day: Deadline(at=day)),
    st.integers(1, 900).map(lambda hours: Deadline(at=instant(hours * 3600))),
)


def flipped(day: date) -> CalendarEntry:
    kind = DayKind.DAY_OFF if CALENDAR.is_working_day(day) else DayKind.WORKING
    return CalendarEntry(day=day, kind=kind, reason="thử")


@settings(max_examples=300, deadline=None)
@for_all(
    DEADLINES,
    st.sets(MARCH, min_size=1, max_size=3),
    st.integers(0, 40),
    st.sampled_from(["thuong", "khan", "hoa_toc"]),
)
def test_whatever_is_decided_and_whenever(deadline: Deadline, days: set[date], after_days: int, policy: str) -> None:
    decision = CalendarDecision(revision=2, number="2", reason="thử", entries=tuple(map(flipped, sorted(days))))
    calendar = WorkCalendar((*SHIPPED, decision))
    at: datetime = instant(after_days * 86_400 + 1)
    before = given().when(order(deadline=deadline, policy=policy)).accepted().when(Tick(), at=at).accepted()
    end = changed(before, calendar).when(REPROJECT, at=at).accepted()
    # what an untouched directive would have got anew is what it has
    if not touched_by(before.now, (decision,)):
        assert end.events == before.events
        fresh = changed(given(), calendar).when(order(deadline=deadline, policy=policy)).accepted().now
        if after_days == 0:
            assert (fresh.due_at, fresh.due_soon_at) == (before.now.due_at, before.now.due_soon_at)
            assert fresh.pending_steps == before.now.pending_steps
    # a deadline that has come stays; one that is ahead stays ahead
    assert before.now.due_at is not None
    assert end.now.due_at is not None
    if before.now.due_at <= at:
        assert end.now.due_at == before.now.due_at
    else:
        assert end.now.due_at > at
    assert all(step.due_at > at for step in end.now.pending_steps)
    assert end.now.original_due_at == before.now.original_due_at
    changed(end, calendar).when(REPROJECT, at=at).then_nothing()
    # every rung comes at most once in the whole life
    done = changed(end, calendar).when(Tick(), at=wall_clock("2027-03-01 00:00")).accepted()
    rungs = [
        data.step.partition(".")[2]
        for e in done.events
        if (data := e.data).type in ("ReminderDue", "DeadlineMissed", "Escalated")
    ]
    assert len(rungs) == len({*rungs})


def test_a_grandchild_does_not_run_past_its_parent_whose_own_parent_stays() -> None:
    parent = story(Deadline(working_days=3))
    held = parent.now.model_copy(update={"id": below(99), "parent": below(98)})
    child = below_one(parent, Deadline(working_days=3))
    child = replace(child, facts=replace(child.facts, parent=held))
    assert child.when(REPROJECT).accepted().now.due_at == child.now.due_at
