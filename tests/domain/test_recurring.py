"""What people may do to a recurrence, which periods are owed, and what its occurrences become."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as with_
from hypothesis import strategies as st

from domain.commands import IssueOccurrence
from domain.directory import Role
from domain.event_values import OccurrenceLink
from domain.events import DirectiveIssued
from domain.period import Every, Period
from domain.recurrence import Recurrence, Status
from domain.recurring import (
    CHANGE_COMMANDS,
    POSSIBLE,
    Outcome,
    RecurrenceChange,
    change,
    envelope_of,
    owed,
    set_up,
)
from domain.refusals import Code, Refusal
from tests.domain.clock import wall_clock
from tests.domain.district import district, person
from tests.domain.recurrences import MONTHLY, NOW, RECURRENCE, TEMPLATE, WEEKLY, recurring, wanted
from tests.domain.spec import FACTS, given

ASKED: dict[str, dict[str, Any]] = {
    "pause": {"reason": "Nghỉ hè"},
    "resume": {},
    "end": {"reason": "Hết chương trình"},
    "backfill": {"from": "2026-01", "to": "2026-03"},
}
NEXT = {"pause": Status.PAUSED, "resume": Status.ACTIVE, "end": Status.ENDED, "backfill": Status.ACTIVE}


def month(text: str) -> Period:
    return Period.parse(text, Every.MONTH)


def changed(
    recurrence: Recurrence, command: str, *, by: str = "chu-tich", at: datetime = NOW, **fields: Any
) -> tuple[Recurrence, RecurrenceChange]:
    asked = CHANGE_COMMANDS[command].model_validate(fields or ASKED[command])
    done = change(recurrence, asked, by, at, FACTS.directory)
    assert not isinstance(done, Refusal), done
    status, one = done
    return recurrence.model_copy(update={"status": status, "version": one.number}), one


def refused(recurrence: Recurrence, command: str, *, by: str = "chu-tich", **fields: Any) -> Refusal:
    done = change(
        recurrence, CHANGE_COMMANDS[command].model_validate(fields or ASKED[command]), by, NOW, FACTS.directory
    )
    assert isinstance(done, Refusal), done
    return done


# Setting up


@pytest.mark.parametrize("by", ["chu-tich", "pct", "cv-theo-doi"])
def test_leaders_and_office_staff_set_one_up_over_the_lead_unit(by: str) -> None:
    recurrence = recurring(by=by)
    assert (recurrence.status, recurrence.version, recurrence.issuer.user) == (Status.ACTIVE, 1, by)
    assert recurrence.issuer.over == "UBQ"


@pytest.mark.parametrize(
    ("changes", "by", "code"),
    [
        ({}, "tp-nv", Code.NOT_PERMITTED),
        ({}, "nobody", Code.NOT_PERMITTED),
        ({"template": TEMPLATE | {"lead_unit": "X"}}, "chu-tich", Code.UNKNOWN_UNIT),
        ({"template": TEMPLATE | {"officer": "cv-tnmt"}}, "chu-tich", Code.UNKNOWN_OFFICER),
        ({"template": TEMPLATE | {"policy": "x"}}, "chu-tich", Code.UNKNOWN_POLICY),
        ({"template": TEMPLATE | {"expected_result": None}}, "chu-tich", Code.FOUR_CLEAR_INCOMPLETE),
        ({"template": TEMPLATE | {"content": "Kế hoạch (Mật)"}}, "chu-tich", Code.CLASSIFIED_REFUSED),
        ({"template": TEMPLATE | {"title": "Tuần {week}, {x}"}}, "chu-tich", Code.UNKNOWN_PLACEHOLDER),
        ({"last_on": "2026-03-31"}, "chu-tich", Code.NO_PERIOD_LEFT),
    ],
)
def test_what_could_not_be_issued_is_not_set_up(changes: dict[str, Any], by: str, code: Code) -> None:
    done = set_up(RECURRENCE, wanted(**changes), by, NOW, FACTS)
    assert isinstance(done, Refusal)
    assert done.code is code
    if code is Code.UNKNOWN_PLACEHOLDER:
        assert done.params["placeholders"] == ("week", "x")
        assert done.params["possible"] == ("year", "from", "to", "quarter", "month")


# Changes


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("command", CHANGE_COMMANDS)
def test_a_change_is_made_or_the_possible_ones_are_named(command: str, status: Status) -> None:
    recurrence = recurring().model_copy(update={"status": status, "version": 4})
    if command in POSSIBLE[status]:
        after, one = changed(recurrence, command)
        assert (after.status, one.number, one.at, one.actor.user) == (NEXT[command], 5, NOW, "chu-tich")
        assert one.reason == ASKED[command].get("reason")
    else:
        refusal = refused(recurrence, command)
        assert (refusal.code, refusal.params["recurrence_status"]) == (Code.RECURRENCE_NOT_IN_STATUS, str(status))


@pytest.mark.parametrize(
    ("by", "may"), [("pct", True), ("cv-theo-doi", True), ("tp-nv", False), ("kiem-tra", False), ("x", False)]
)
@pytest.mark.parametrize("command", ["pause", "end", "backfill"])
def test_only_the_side_that_issues_changes_it(command: str, by: str, *, may: bool) -> None:
    if may:
        changed(recurring(), command, by=by)
    else:
        assert refused(recurring(), command, by=by).code is Code.NOT_PERMITTED


def test_a_leader_of_the_lead_unit_alone_does_not_dispose_of_what_came_from_above() -> None:
    directory = district([person("ld-nv", Role.LEADER, "NV")])
    done = change(recurring(), CHANGE_COMMANDS["pause"].model_validate({}), "ld-nv", NOW, directory)
    assert isinstance(done, Refusal)
    assert done.code is Code.NOT_PERMITTED


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-1", "2026-03", Code.UNKNOWN_PERIOD),
        ("2026-01", "2026-W03", Code.UNKNOWN_PERIOD),
        ("2026-03", "2026-02", Code.TOO_MANY_PERIODS),
        ("2021-03", "2026-03", Code.TOO_MANY_PERIODS),
        ("2026-03", "2026-04", Code.PERIOD_OUT_OF_REACH),
        ("2025-12", "2026-03", Code.PERIOD_OUT_OF_REACH),
    ],
)
def test_a_backfill_reaches_sixty_periods_that_have_begun_and_are_within_its_days(
    first: str, last: str, code: Code
) -> None:
    recurrence = recurring(first_on="2026-01-01")
    assert refused(recurrence, "backfill", **{"from": first, "to": last}).code is code


def test_without_a_first_day_a_backfill_reaches_back() -> None:
    fields: dict[str, Any] = {"from": "2021-04", "to": "2026-03"}
    _, one = changed(recurring(), "backfill", **fields)
    assert (one.first_period, one.last_period) == ("2021-04", "2026-03")


# What is owed


def test_what_fell_due_while_it_was_active_is_owed_and_nothing_else() -> None:
    recurrence, first = set_up_at("2026-01-10")
    recurrence, paused = changed(recurrence, "pause", at=wall_clock("2026-03-15 09:00"))
    recurrence, resumed = changed(recurrence, "resume", at=wall_clock("2026-05-15 09:00"))
    changes = [first, paused, resumed]
    by = wall_clock("2026-07-01 07:59")
    assert owed(recurrence, changes, [], by) == [month("2026-02"), month("2026-03"), month("2026-06")]
    assert owed(recurrence, changes, [], by + timedelta(minutes=1))[-1] == month("2026-07")
    done = [Outcome(period="2026-02"), Outcome(period="2026-06", refused_at=by)]
    assert owed(recurrence, changes, done, by) == [month("2026-03")]


@pytest.mark.parametrize("command", ["pause", "end"])
def test_nothing_is_owed_while_it_is_paused_or_has_ended(command: str) -> None:
    recurrence, first = set_up_at("2026-01-10")
    recurrence, then = changed(recurrence, command, at=wall_clock("2026-03-15 09:00"))
    assert owed(recurrence, [first, then], [], wall_clock("2026-07-01 09:00")) == []


def test_a_backfill_is_owed_until_it_is_issued_or_refused_once_more() -> None:
    recurrence, first = set_up_at("2026-03-10")
    at = wall_clock("2026-03-20 09:00")
    recurrence, asked = changed(recurrence, "backfill", at=at)
    issued = Outcome(period="2026-01")
    before = Outcome(period="2026-02", refused_at=at - timedelta(days=1))
    after = Outcome(period="2026-02", refused_at=at + timedelta(seconds=1))
    soon = at + timedelta(minutes=5)
    assert owed(recurrence, [first, asked], [issued, before], soon) == [month("2026-02"), month("2026-03")]
    assert owed(recurrence, [first, asked], [issued, before, after], soon) == [month("2026-03")]
    assert owed(recurrence, [first, asked], [issued, before, after], at - timedelta(days=1)) == []


def test_what_is_owed_reaches_back_a_year() -> None:
    recurrence, first = set_up_at("2020-01-10")
    assert len(owed(recurrence, [first], [], NOW)) == 12


@with_(st.lists(st.integers(1, 400), min_size=1, max_size=8), st.integers(0, 400))
def test_owed_periods_come_in_order_each_once_and_have_fallen_due(gaps: list[int], wait: int) -> None:
    recurrence, first = set_up_at("2026-01-10", WEEKLY)
    changes, at = [first], first.at
    for number, gap in enumerate(gaps):
        at += timedelta(days=gap)
        recurrence, one = changed(recurrence, "resume" if number % 2 else "pause", at=at)
        changes.append(one)
    by = at + timedelta(days=wait)
    found = owed(recurrence, changes, [], by)
    assert found == sorted({*found})
    assert all(recurrence.issue_at(period) <= by for period in found)
    assert bool(found) <= (recurrence.status is Status.ACTIVE)


def set_up_at(day: str, rule: dict[str, Any] | None = None) -> tuple[Recurrence, RecurrenceChange]:
    done = set_up(RECURRENCE, wanted(rule), "chu-tich", wall_clock(f"{day} 09:00"), FACTS)
    assert not isinstance(done, Refusal), done
    return done


# Occurrences


def occurring(text: str, at: datetime, rule: dict[str, Any] | None = None) -> DirectiveIssued:
    command = recurring(rule).occurrence(month(text))
    [issued] = given().when(command, by="chu-tich", at=at).decided.events
    assert isinstance(issued, DirectiveIssued)
    return issued


def test_an_occurrence_is_a_directive_linked_to_its_recurrence_and_period() -> None:
    issued = occurring("2026-03", wall_clock("2026-03-01 08:00"))
    assert issued.recurrence == OccurrenceLink(id=RECURRENCE, period="2026-03")
    assert issued.title == "Báo cáo tháng 03/2026"
    assert issued.plan.due_at == wall_clock("2026-03-21 00:00")
    story = given().when(recurring().occurrence(month("2026-03")), by="chu-tich", at=NOW).accepted()
    assert story.now.recurrence == issued.recurrence


@pytest.mark.parametrize(
    ("text", "due", "days_off"),
    [
        ("2026-06", "2026-06-23 00:00", "next_working_day"),  # the 20th is a Saturday
        ("2026-02", "2026-02-24 00:00", "next_working_day"),  # Tết, then a weekend
        ("2026-06", "2026-06-21 00:00", "keep"),
    ],
)
def test_a_deadline_on_a_day_off_runs_to_the_next_working_day(text: str, due: str, days_off: str) -> None:
    issued = occurring(text, wall_clock(f"{text}-01 08:00"), MONTHLY | {"days_off": days_off})
    assert issued.plan.due_at == wall_clock(due)


def test_an_occurrence_issued_late_keeps_its_deadline_and_reminds_of_nothing_that_has_passed() -> None:
    in_time, late = (occurring("2026-03", wall_clock(at)) for at in ("2026-03-01 08:00", "2026-05-04 08:00"))
    assert late.plan.due_at == in_time.plan.due_at
    assert [step.kind for step in late.plan.steps] == ["deadline"]
    assert len(in_time.plan.steps) > 1
    during = occurring("2026-03", wall_clock("2026-03-19 12:00"))
    assert during.plan.steps == tuple(s for s in in_time.plan.steps if s.due_at > wall_clock("2026-03-19 12:00"))


def test_an_issuer_who_may_no_longer_issue_is_refused() -> None:
    command = recurring().occurrence(month("2026-03"))
    gone = district([person("da-nghi", Role.LEADER, "UBQ", active=False), person("da-chuyen", Role.LEADER, "P-A")])
    facts = replace(FACTS, directory=gone)
    for issuer in ("da-nghi", "da-chuyen"):
        given(facts=facts).when(command, by=issuer, at=NOW).then_refused(Code.NOT_PERMITTED, user=issuer)


def test_an_occurrence_that_is_there_is_not_issued_again() -> None:
    command = recurring().occurrence(month("2026-03"))
    story = given().when(command, by="chu-tich", at=NOW).accepted()
    story.when(command, by="chu-tich", at=NOW).then_refused(Code.ALREADY_ISSUED)


def test_the_command_of_a_period_is_always_the_same() -> None:
    first, again = (envelope_of(recurring(), month("2026-03"), at) for at in (NOW, NOW + timedelta(days=3)))
    assert (first.command_id, first.directive_id, first.command) == (
        again.command_id,
        again.directive_id,
        again.command,
    )
    assert isinstance(first.command, IssueOccurrence)
    other = envelope_of(recurring(), month("2026-04"), NOW)
    assert {first.command_id, first.directive_id}.isdisjoint({other.command_id, other.directive_id})


@pytest.mark.parametrize("command", ["pause", "end"])
def test_a_reason_with_a_classified_mark_is_not_kept(command: str) -> None:
    assert refused(recurring(), command, reason="Theo văn bản TUYỆT MẬT số 5").code is Code.CLASSIFIED_REFUSED
