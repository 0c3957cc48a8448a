"""From a deadline as people write it to instants: the end of the day, reminders and escalations around it."""

from datetime import date, time
from typing import Any

import pytest

from domain.commands import Deadline
from domain.deadlines import basis_of, due_instant, plan_for
from domain.event_values import CountedBasis, ExactBasis, NamedDayBasis, Plan
from domain.policy import Policy
from domain.refusals import Code, Refusal
from tests.domain.clock import instant, wall_clock
from tests.domain.policies import POLICIES, SECONDS
from tests.domain.spec import CALENDAR

ORDINARY = POLICIES["thuong"]
UNTIL_FIVE = ORDINARY.model_copy(update={"closing_time": time(17)})


def policy(**fields: Any) -> Policy:
    return Policy.model_validate({"code": "thu", "version": 1, "name_vi": "Thử", "name_en": "Trial"} | fields)


def steps(plan: Plan) -> dict[str, str]:
    """Keys and instants of a plan, as clocks in Việt Nam show them."""
    zone = wall_clock("2026-01-01 07:00") - wall_clock("2026-01-01 00:00")
    return {step.key: f"{step.due_at + zone:%Y-%m-%d %H:%M}" for step in plan.steps}


@pytest.mark.parametrize(
    ("given_at", "days", "end"),
    [
        ("2026-03-02 09:00", 1, "2026-03-03"),
        ("2026-03-02 23:59", 1, "2026-03-03"),  # whatever the hour, the first day does not count
        ("2026-03-03 00:00", 1, "2026-03-04"),
        ("2026-03-06 16:00", 1, "2026-03-09"),
        ("2026-03-07 10:00", 1, "2026-03-09"),  # given on a Saturday
        ("2026-02-11 08:00", 5, "2026-02-25"),  # over Tết
        ("2026-01-08 08:00", 2, "2026-01-10"),  # a worked Saturday counts
        ("2025-12-31 08:00", 1, "2026-01-05"),
    ],
)
def test_working_days_end_with_the_last_day(given_at: str, days: int, end: str) -> None:
    at, deadline = wall_clock(given_at), Deadline(working_days=days)
    midnight = wall_clock(f"{end} 00:00") + (instant(86_400) - instant(0))
    assert due_instant(deadline, at, ORDINARY, CALENDAR) == midnight
    assert due_instant(deadline, at, UNTIL_FIVE, CALENDAR) == wall_clock(f"{end} 17:00")


def test_the_day_is_the_one_in_viet_nam_not_the_one_in_utc() -> None:
    early = wall_clock("2026-03-03 01:00")  # still 2 March in UTC
    assert due_instant(Deadline(working_days=1), early, ORDINARY, CALENDAR) == wall_clock("2026-03-05 00:00")


def test_a_day_that_is_named_ends_when_the_policy_says() -> None:
    deadline, at = Deadline(at=date(2026, 3, 31)), instant(0)
    assert due_instant(deadline, at, ORDINARY, CALENDAR) == wall_clock("2026-04-01 00:00")
    assert due_instant(deadline, at, UNTIL_FIVE, CALENDAR) == wall_clock("2026-03-31 17:00")


@pytest.mark.parametrize(
    ("named", "end"),
    [
        ("2026-03-13", "2026-03-13"),
        ("2026-03-14", "2026-03-16"),  # a Saturday
        ("2027-02-04", "2027-02-11"),  # in Tết
        ("2026-04-26", "2026-04-28"),  # Hùng Kings on a Sunday, with the Monday in lieu
        ("2026-08-22", "2026-08-22"),  # a Saturday that is worked
        ("2026-03-02", "2026-03-02"),  # today
    ],
)
def test_a_day_that_is_off_runs_to_the_end_of_the_next_working_day(named: str, end: str) -> None:
    deadline, at = Deadline(at=date.fromisoformat(named)), instant(0)
    assert due_instant(deadline, at, UNTIL_FIVE, CALENDAR) == wall_clock(f"{end} 17:00")


def test_a_day_that_has_passed_is_refused_even_if_it_was_off_and_would_run_on() -> None:
    sunday_evening, saturday = wall_clock("2026-03-08 20:00"), Deadline(at=date(2026, 3, 7))
    refusal = due_instant(saturday, sunday_evening, ORDINARY, CALENDAR)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.params["due_at"]) == (Code.DEADLINE_IN_PAST, "2026-03-07")


def test_the_plan_remembers_how_the_deadline_was_set() -> None:
    at = wall_clock("2026-03-03 01:00")
    assert basis_of(Deadline(working_days=3), at) == CountedBasis(working_days=3, counted_from=date(2026, 3, 3))
    assert basis_of(Deadline(at=date(2026, 3, 7)), at) == NamedDayBasis(day=date(2026, 3, 7))
    assert basis_of(Deadline(at=instant(10)), at) == ExactBasis()
    assert basis_of(Deadline(none_because="Thường xuyên"), at) is None
    assert basis_of(None, at) is None


def test_a_waived_deadline_is_no_instant_and_plans_nothing() -> None:
    assert due_instant(Deadline(none_because="Thường xuyên"), instant(0), ORDINARY, CALENDAR) is None
    plan = plan_for(None, instant(0), ORDINARY, CALENDAR)
    assert (plan.due_at, plan.due_soon_at, plan.steps) == (None, None, ())
    assert (plan.policy_version, plan.calendar_version) == ("thuong@1", CALENDAR.version)


@pytest.mark.parametrize("due", ["2026-03-14 00:00", "2026-03-13 17:00", "2026-03-13 00:01"])
def test_the_ordinary_ladder_stands_in_working_days_at_eight_in_the_morning(due: str) -> None:
    plan = plan_for(wall_clock(due), instant(0), ORDINARY, CALENDAR)
    assert steps(plan) == {
        "1.reminder.1": "2026-03-10 08:00",
        "1.reminder.2": "2026-03-12 08:00",
        "1.deadline": due,
        "1.reminder.3": "2026-03-16 08:00",
        "1.reminder.4": "2026-03-17 08:00",
        "1.reminder.5": "2026-03-18 08:00",
        "1.escalation.1": "2026-03-19 08:00",
        "1.reminder.6": "2026-03-20 08:00",
        "1.escalation.2": "2026-03-27 08:00",
    }
    assert plan.due_soon_at == wall_clock("2026-03-11 08:00")


def test_midnight_belongs_to_the_day_that_it_ends() -> None:
    before, after = wall_clock("2026-03-13 00:00"), wall_clock("2026-03-13 00:00:01")
    reminded = [steps(plan_for(due, instant(0), ORDINARY, CALENDAR))["1.reminder.2"] for due in (before, after)]
    assert reminded == ["2026-03-11 08:00", "2026-03-12 08:00"]


def test_steps_step_over_tet() -> None:
    at, due = wall_clock("2026-02-02 09:00"), wall_clock("2026-02-24 00:00")
    found = steps(plan_for(due, at, ORDINARY, CALENDAR))
    assert (found["1.reminder.1"], found["1.reminder.2"]) == ("2026-02-11 08:00", "2026-02-13 08:00")
    assert found["1.reminder.3"] == "2026-02-24 08:00"


def test_the_notice_time_is_the_policys() -> None:
    ladder = policy(notice_time="13:30", reminders=[{"side": "before", "span": {"working_days": 1}}])
    plan = plan_for(wall_clock("2026-03-14 00:00"), instant(0), ladder, CALENDAR)
    assert steps(plan)["1.reminder.1"] == "2026-03-12 13:30"


def test_durations_are_exact_and_know_no_days_off() -> None:
    plan = plan_for(instant(10), instant(0), SECONDS, CALENDAR)
    expected = {
        "1.reminder.1": 7,
        "1.reminder.2": 9,
        "1.deadline": 10,
        "1.reminder.3": 11,
        "1.escalation.1": 12,
        "1.reminder.4": 13,
        "1.escalation.2": 14,
    }
    assert {step.key: step.due_at for step in plan.steps} == {key: instant(at) for key, at in expected.items()}
    assert plan.due_soon_at == instant(8)


def test_a_step_names_its_kind_level_and_audience() -> None:
    found = {step.key: step for step in plan_for(instant(10), instant(0), SECONDS, CALENDAR).steps}
    assert (found["1.reminder.1"].kind, found["1.reminder.1"].to) == ("reminder", ("lead_unit_heads", "officer"))
    assert (found["1.deadline"].kind, found["1.deadline"].to) == ("deadline", ())
    assert (found["1.escalation.2"].kind, found["1.escalation.2"].level) == ("escalation", 2)
    assert found["1.escalation.2"].to == ("issuer", "office", "leaders")


@pytest.mark.parametrize(("set_at", "first"), [(6.999999, "1.reminder.1"), (7, "1.reminder.2"), (9, "1.deadline")])
def test_steps_whose_instant_has_come_are_left_out(set_at: float, first: str) -> None:
    assert plan_for(instant(10), instant(set_at), SECONDS, CALENDAR).steps[0].key == first


def test_keys_carry_the_generation_so_that_two_plans_never_share_one() -> None:
    plans = [plan_for(instant(10), instant(0), SECONDS, CALENDAR, generation=n) for n in (1, 2, 3)]
    keys = [step.key for plan in plans for step in plan.steps]
    assert len(keys) == len(set(keys)) == 21


def test_a_plan_is_told_apart_by_what_it_was_computed_with() -> None:
    plan = plan_for(instant(10), instant(0), SECONDS, CALENDAR)
    assert (plan.policy_version, plan.calendar_version) == ("giay@1", CALENDAR.version)
