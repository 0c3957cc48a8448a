"""Deadlines computed again: the same under the rules of their day, and what is different under those of today."""

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all

from audit.replay.lateness import Lateness, lateness
from audit.replay.rules import Rules
from audit.replay.steps import replay
from domain.calendar import SHIPPED, CalendarDecision, WorkCalendar
from domain.calendar_decisions import swap
from domain.commands import Deadline, Reproject
from domain.deadlines import plan_for
from domain.event_values import CountedBasis
from domain.policy import Policy
from tests.audit.replay.histories import recorded
from tests.domain.clock import instant, wall_clock
from tests.domain.happenings import issued, order, reported
from tests.domain.policies import POLICIES
from tests.domain.runs import Course, courses
from tests.domain.spec import CALENDAR, FACTS, Story, given

DECISION = CalendarDecision(
    revision=2, number="15/QĐ-UBND", reason="Hoán đổi", entries=swap(date(2026, 3, 5), date(2026, 3, 14))
)
TODAY = WorkCalendar((*SHIPPED, DECISION))
THUONG = POLICIES["thuong"]
VERSIONS = {policy.label: policy for policy in POLICIES.values()}
AT = wall_clock("2026-03-20 09:00")


def rules(*, calendar: WorkCalendar = CALENDAR, policy: Policy | None = None) -> Rules:
    """The rules today: those of the tests, with another calendar or another version of a policy if given."""
    newer = {policy.code: policy} if policy else {}
    return Rules(VERSIONS | {one.label: one for one in newer.values()}, {**POLICIES, **newer}, calendar)


def with_deadline(deadline: Deadline, policy: str = "thuong") -> Story:
    return given().when(order(deadline=deadline, policy=policy)).accepted()


def found(story: Story, today: Rules) -> Lateness:
    return lateness(replay(recorded(story.events)), today, AT)


def notes(of: Lateness) -> list[str]:
    return [f"{vi} · {en}" for check in of.plans for vi, en in check.notes]


def test_under_unchanged_rules_everything_comes_out_the_same() -> None:
    of = found(with_deadline(Deadline(working_days=5)), rules())
    (check,) = of.plans
    assert (check.agrees, check.then, check.today, check.notes) == (True, check.plan, check.plan, ())
    assert check.calendar_rebuilt == CALENDAR.version
    assert (of.recorded, of.then, of.today) == (True, True, True)


def test_a_day_off_decided_since_moves_the_deadline_of_today_and_is_named() -> None:
    story = with_deadline(Deadline(working_days=3))
    story = story.goes_on(reported().data, story.events[0].actor, wall_clock("2026-03-06 10:00"))
    of = found(story, rules(calendar=TODAY))
    (check,) = of.plans
    assert check.then == check.plan
    assert check.plan.due_at == wall_clock("2026-03-06 00:00")
    assert check.today is not None
    assert check.today.due_at == wall_clock("2026-03-07 00:00")
    assert notes(of)[0].startswith("lịch hiện nay nghỉ ngày 05/03/2026 theo 15/QĐ-UBND")
    assert notes(of)[-1].startswith("theo quy tắc hiện nay hạn sẽ là 24:00 06/03/2026, không phải 24:00 05/03/2026")
    assert (of.then, of.today) == (True, False), "reported on the 6th: late then, in time by the calendar of today"


def test_a_day_of_which_nothing_depends_is_not_told() -> None:
    far = DECISION.model_copy(update={"entries": swap(date(2026, 6, 4), date(2026, 6, 13))})
    assert notes(found(with_deadline(Deadline(working_days=3)), rules(calendar=WorkCalendar((*SHIPPED, far))))) == []


def test_another_closing_time_is_told_with_both_versions() -> None:
    newer = THUONG.model_copy(update={"version": THUONG.version + 1, "closing_time": time(17)})
    of = found(with_deadline(Deadline(at=date(2026, 3, 6))), rules(policy=newer))
    (check,) = of.plans
    assert check.then == check.plan
    assert check.today is not None
    assert check.today.due_at == wall_clock("2026-03-06 17:00")
    assert notes(of)[0] == (
        f"{newer.label} hết ngày lúc 17:00, {THUONG.label} lúc 24:00"
        f" · policy {newer.label} closes at 17:00, {THUONG.label} at 24:00"
    )


def test_other_reminders_alone_leave_the_deadline() -> None:
    newer = THUONG.model_copy(update={"version": THUONG.version + 1, "reminders": THUONG.reminders[:1]})
    told = notes(found(with_deadline(Deadline(working_days=5)), rules(policy=newer)))
    assert any("đôn đốc 1 lần" in line for line in told)
    assert told[-1].startswith("hạn không đổi, các mốc nhắc khác đi")


def test_an_exact_instant_is_moved_by_nothing() -> None:
    of = found(with_deadline(Deadline(at=wall_clock("2026-03-05 15:00"))), rules(calendar=TODAY))
    assert [check.today.due_at for check in of.plans if check.today] == [wall_clock("2026-03-05 15:00")]
    assert "thời hạn là một thời điểm chính xác" in notes(of)[0]


def test_no_deadline_is_never_late() -> None:
    of = found(given(issued(None)), rules())
    assert (of.recorded, of.then, of.today, notes(of)) == (False, False, False, [])


@pytest.mark.parametrize("named", ["vn-1.00000000+holidays-0.109", "vn-1.ada19a44+holidays-0.001"])
def test_a_calendar_that_cannot_be_built_again_is_said(named: str) -> None:
    story = with_deadline(Deadline(working_days=3))
    of = found(_under(story, calendar_version=named), rules())
    assert of.plans[0].calendar_rebuilt == CALENDAR.version
    assert f"sự kiện ghi lịch {named}, nay chỉ dựng lại được {CALENDAR.version}" in notes(of)[0]


def test_a_calendar_or_a_policy_that_nobody_knows_is_said() -> None:
    story = with_deadline(Deadline(working_days=3))
    of = found(_under(story, calendar_version="vn-2026.1", policy_version="cu@9"), rules())
    (check,) = of.plans
    assert (check.then, check.today, check.agrees, of.then, of.today) == (None, None, None, None, None)
    assert [line.partition(" · ")[0] for line in notes(of)] == [
        "bản ghi không có chính sách cu@9",
        "phiên bản lịch vn-2026.1 không dựng lại được",
        "chính sách này nay không còn",
    ]


def test_a_deadline_that_does_not_come_out_of_its_basis_is_pointed_at() -> None:
    basis = CountedBasis(working_days=3, counted_from=date(2026, 3, 2))
    wrong = plan_for(wall_clock("2026-03-11 00:00"), instant(0), THUONG, CALENDAR, basis=basis)
    story = given(replace(issued(), data=issued().data.model_copy(update={"plan": wrong})))
    of = found(story, rules())
    assert of.plans[0].agrees is False
    assert "tính lại theo quy tắc khi đó ra 24:00 05/03/2026, đã ghi 24:00 10/03/2026" in notes(of)[0]
    assert "cần làm rõ" in notes(of)[0]


def test_a_deadline_brought_to_a_changed_calendar_agrees_with_the_calendar_that_it_names() -> None:
    story = with_deadline(Deadline(working_days=3))
    moved = replace(story, facts=replace(FACTS, calendar=TODAY)).when(Reproject(after=1, revision=2)).accepted()
    first, second = found(moved, rules(calendar=TODAY)).plans
    assert (first.agrees, second.agrees) == (True, True)
    assert (first.calendar_rebuilt, second.calendar_rebuilt) == (CALENDAR.version, TODAY.version)
    assert second.notes == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@for_all(courses)
def test_whatever_happens_every_deadline_comes_out_again_under_the_rules_of_its_day(course: Course) -> None:
    of = lateness(replay(recorded(course.end.events)), rules(), course.end.now.last_occurred_at)
    assert all(check.agrees for check in of.plans), notes(of)
    assert of.then == of.recorded


def _under(story: Story, **versions: str) -> Story:
    first = story.events[0]
    data = first.data.model_copy(update={"plan": first.data.plan.model_copy(update=versions)})  # type: ignore[union-attr]
    return given().goes_on(data, first.actor, first.occurred_at)
