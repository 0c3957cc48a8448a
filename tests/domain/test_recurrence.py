"""A recurrence's occurrences: of every period one, issued in it, due in order; years, month ends and ISO weeks included."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from domain.instants import local
from domain.period import Every, Period, periods
from domain.recurrence import Recurrence, Rule, SetUpRecurrence
from domain.terms import DaysOff
from tests.domain.clock import wall_clock
from tests.domain.recurrences import MONTHLY, TEMPLATE, moments, of_rule, recurring, rules, wanted

THE_31ST = {"every": "month", "issue": {"day": 31, "at": "16:30"}, "due": {"day": 31, "later": 1}}


def of_month(text: str, rule: dict[str, Any]) -> tuple[datetime, date]:
    recurrence, period = of_rule(Rule.model_validate(rule)), Period.parse(text, Every.MONTH)
    return recurrence.issue_at(period), recurrence.due_on(period)


@given(rules, moments)
def test_an_occurrence_is_issued_within_its_period_at_its_clock_time_and_due_no_earlier(
    rule: Rule, moment: datetime
) -> None:
    recurrence, period = of_rule(rule), Period.of(moment.date(), rule.every)
    issued = local(recurrence.issue_at(period))
    assert period.first <= issued.date() <= period.last
    assert (issued.hour, issued.minute) == (rule.issue.at.hour, rule.issue.at.minute)
    assert issued.date() <= recurrence.due_on(period) <= period.next.last


@given(rules, moments)
def test_the_coming_occurrences_are_those_of_every_period_in_order(rule: Rule, moment: datetime) -> None:
    recurrence = of_rule(rule)
    coming = list(islice(recurrence.coming(moment), 60))
    instants = [recurrence.issue_at(period) for period in coming]
    assert instants == sorted({*instants})
    assert all(one.next == two for one, two in pairwise(coming))
    if coming:
        before = recurrence.period_at(moment)
        assert recurrence.issue_at(before) <= moment < instants[0]
        assert before.next == coming[0]


@given(rules, moments)
def test_the_period_of_an_instant_is_the_one_whose_occurrence_it_issues(rule: Rule, moment: datetime) -> None:
    recurrence, period = of_rule(rule), Period.of(moment.date(), rule.every)
    assert recurrence.period_at(recurrence.issue_at(period)) == period
    assert recurrence.period_at(recurrence.issue_at(period) - timedelta(microseconds=1)).next == period


@given(rules)
def test_day_31_is_the_last_day_of_every_month(rule: Rule) -> None:
    last = rule.model_copy(update={"issue": rule.issue.model_copy(update={"day": 31})})
    if rule.every is Every.WEEK:
        return
    for period in periods(Period.parse("2023-11", Every.MONTH), Period.parse("2028-03", Every.MONTH)):
        one = Period.of(period.first, rule.every)
        assert (last.issue.within(one) + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("month", "issued", "due"),
    [
        ("2026-01", wall_clock("2026-01-31 16:30"), date(2026, 2, 28)),
        ("2024-01", wall_clock("2024-01-31 16:30"), date(2024, 2, 29)),
        ("2024-02", wall_clock("2024-02-29 16:30"), date(2024, 3, 31)),
        ("2026-02", wall_clock("2026-02-28 16:30"), date(2026, 3, 31)),
        ("2026-03", wall_clock("2026-03-31 16:30"), date(2026, 4, 30)),
        ("2026-12", wall_clock("2026-12-31 16:30"), date(2027, 1, 31)),
    ],
)
def test_the_last_day_of_months_of_28_to_31_days_and_over_the_end_of_a_year(
    month: str, issued: datetime, due: date
) -> None:
    assert of_month(month, THE_31ST) == (issued, due)


def test_the_monthly_report_is_issued_on_the_1st_at_8_and_due_on_the_20th() -> None:
    assert of_month("2026-10", MONTHLY) == (wall_clock("2026-10-01 08:00"), date(2026, 10, 20))


def test_a_quarter_counts_its_months_and_a_week_its_weekdays() -> None:
    quarterly = of_rule(
        Rule.model_validate({"every": "quarter", "issue": {"day": 15, "later": 1}, "due": {"day": 20, "later": 2}})
    )
    period = Period.parse("2026-Q3", Every.QUARTER)
    assert (local(quarterly.issue_at(period)).date(), quarterly.due_on(period)) == (
        date(2026, 8, 15),
        date(2026, 9, 20),
    )
    weekly = of_rule(Rule.model_validate({"every": "week", "issue": {"day": 5}, "due": {"day": 2, "later": 1}}))
    week = Period.parse("2026-W53", Every.WEEK)
    assert (local(weekly.issue_at(week)).date(), weekly.due_on(week)) == (date(2027, 1, 1), date(2027, 1, 5))


def test_an_occurrence_is_the_template_with_its_period_filled_in() -> None:
    command = recurring(template=TEMPLATE | {"coordinating_units": ["TNMT"], "urgency": "khan"}).occurrence(
        Period.parse("2026-02", Every.MONTH)
    )
    directive = command.directive
    assert directive.title == "Báo cáo tháng 02/2026"
    assert directive.content == "Báo cáo kết quả từ 01/02/2026 đến 28/02/2026."
    assert directive.expected_result == "Báo cáo tháng 02"
    assert (directive.coordinating_units, directive.urgency) == (("TNMT",), "khan")
    assert directive.deadline is not None
    assert (directive.deadline.at, command.period, command.days_off) == (
        date(2026, 2, 20),
        "2026-02",
        DaysOff.NEXT_WORKING_DAY,
    )
    assert command.issue_at == datetime(2026, 2, 1, 1, tzinfo=UTC)


def test_a_recurrence_begins_and_ends_with_its_days() -> None:
    bounded = recurring(first_on="2026-05-01", last_on="2026-08-01")
    assert [str(period) for period in bounded.coming(datetime(2026, 3, 1, tzinfo=UTC))] == [
        "2026-05",
        "2026-06",
        "2026-07",
        "2026-08",
    ]
    assert not bounded.reaches(Period.parse("2026-04", Every.MONTH))
    assert not bounded.reaches(Period.parse("2026-09", Every.MONTH))


def test_the_years_that_can_be_named_are_the_last_to_come() -> None:
    assert [str(p) for p in recurring().coming(datetime(2099, 10, 5, tzinfo=UTC))] == ["2099-11", "2099-12"]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"every": "week", "issue": {"day": 8}, "due": {"day": 8}}, "rule_reach"),
        ({"every": "week", "issue": {"day": 1}, "due": {"day": 8}}, "rule_reach"),
        ({"every": "week", "issue": {"day": 1, "later": 1}, "due": {"day": 2, "later": 1}}, "rule_reach"),
        ({"every": "month", "issue": {"day": 1, "later": 1}, "due": {"day": 2, "later": 1}}, "rule_reach"),
        ({"every": "month", "issue": {"day": 1}, "due": {"day": 2, "later": 2}}, "rule_reach"),
        ({"every": "month", "issue": {"day": 21}, "due": {"day": 20}}, "rule_order"),
        ({"every": "quarter", "issue": {"day": 1, "later": 2}, "due": {"day": 30, "later": 1}}, "rule_order"),
        ({"every": "month", "issue": {"day": 0}, "due": {"day": 20}}, "greater_than_equal"),
        ({"every": "month", "issue": {"day": 32}, "due": {"day": 20}}, "less_than_equal"),
        ({"every": "month", "issue": {"day": 1, "at": "24:00"}, "due": {"day": 20}}, "clock_time"),
        ({"every": "month", "issue": {"day": 1, "at": 800}, "due": {"day": 20}}, "clock_time"),
        ({"every": "day", "issue": {"day": 1}, "due": {"day": 20}}, "enum"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_reason(rule: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError, match=kind):
        Rule.model_validate(rule)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"template": TEMPLATE | {"deadline": {"working_days": 5}}}, "template_deadline"),
        ({"first_on": "2026-05-02", "last_on": "2026-05-01"}, "last_before_first"),
        ({"first_on": 5}, "day"),
        ({"zone": "UTC"}, "extra_forbidden"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError, match=kind):
        wanted(**changes)


@given(rules)
def test_what_was_asked_for_and_what_it_became_survive_their_json(rule: Rule) -> None:
    asked = wanted().model_copy(update={"rule": rule})
    assert SetUpRecurrence.model_validate_json(asked.model_dump_json()) == asked
    recurrence = of_rule(rule)
    assert Recurrence.model_validate_json(recurrence.model_dump_json()) == recurrence
