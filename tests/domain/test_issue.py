"""Issuing: the four-clear gate, and what else must be right before a directive exists."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

from domain.commands import Deadline, IssueDirective, Source
from domain.directory import Role, Unit, UnitKind
from domain.event_values import CitedSource, WaivedPoint
from domain.events import DirectiveIssued
from domain.facts import Facts
from domain.policy import SourceKind, Urgency
from domain.refusals import Code
from domain.terms import ClearPoint
from tests.domain.clock import Moment, instant, wall_clock
from tests.domain.district import district, person
from tests.domain.happenings import issued, order, plan
from tests.domain.policies import ONE_LEVEL, POLICIES, SECONDS
from tests.domain.spec import CALENDAR, FACTS, Outcome, given


def issuing(at: Moment = 0, by: str = "chu-tich", facts: Facts = FACTS, **changes: Any) -> Outcome:
    return given(facts=facts).when(order(**changes), by=by, at=at)


def test_a_directive_that_is_clear_in_four_points_enters_with_its_whole_plan() -> None:
    command = order(urgency=Urgency.KHAN, waivers=("result",))
    state = (
        given()
        .when(command)
        .then(
            DirectiveIssued(
                code="2026/0123",
                title=command.title,
                content=command.content,
                source=CitedSource(kind=SourceKind.CONCLUSION_NOTICE, number="12/TB-UBND"),
                lead_unit="NV",
                coordinating_units=("TNMT",),
                informed_units=("P-A",),
                officer="cv-nv",
                expected_result=command.expected_result,
                urgency=Urgency.KHAN,
                waivers=(WaivedPoint(item=ClearPoint.RESULT),),
                acceptance_levels=2,
                plan=plan(10),
            )
        )
        .now
    )
    assert (state.phase, state.version, state.issuer.user) == ("issued", 1, "chu-tich")
    assert state.original_due_at == state.due_at == instant(10)


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        (("lead_unit",), ("person",)),
        (("title",), ("work",)),
        (("content",), ("work",)),
        (("deadline",), ("time",)),
        (("expected_result",), ("result",)),
        (("lead_unit", "title", "deadline", "expected_result"), ("person", "work", "time", "result")),
    ],
)
def test_a_point_that_is_missing_is_named(left_out: tuple[str, ...], missing: tuple[str, ...]) -> None:
    changes: dict[str, Any] = dict.fromkeys(left_out)
    issuing(**changes).then_refused(Code.FOUR_CLEAR_INCOMPLETE, missing=missing)


@pytest.mark.parametrize("written", ["time", {"item": "time"}, {"item": "time", "reason": "Việc thường xuyên"}])
def test_time_may_be_waived_by_name_or_as_an_object(written: object) -> None:
    state = issuing(deadline=None, waivers=(written,)).accepted().now
    assert (state.due_at, state.original_due_at, state.pending_steps) == (None, None, ())
    assert [waiver.item for waiver in state.waivers] == ["time"]


def test_result_may_be_waived_and_the_reason_is_kept() -> None:
    state = issuing(expected_result=None, waivers=({"item": "result", "reason": "Họp"},)).accepted().now
    assert state.waivers == (WaivedPoint(item=ClearPoint.RESULT, reason="Họp"),)


def test_a_waiver_covers_no_other_point() -> None:
    issuing(deadline=None, waivers=("result",)).then_refused(Code.FOUR_CLEAR_INCOMPLETE, missing=("time",))
    issuing(expected_result=None, waivers=("time",)).then_refused(Code.FOUR_CLEAR_INCOMPLETE, missing=("result",))


@pytest.mark.parametrize("point", ["person", "work", "nobody"])
def test_person_and_work_cannot_be_waived(point: str) -> None:
    with pytest.raises(ValidationError):
        IssueDirective(waivers=(point,))


@pytest.mark.parametrize("field", ["lead_unit", "coordinating_units", "informed_units"])
def test_a_unit_outside_the_directory_is_refused(field: str) -> None:
    changes: dict[str, Any] = {field: "KHONG-CO" if field == "lead_unit" else ("KHONG-CO",)}
    issuing(**changes).then_refused(Code.UNKNOWN_UNIT, unit="KHONG-CO")


@pytest.mark.parametrize("officer", ["cv-tnmt", "chu-tich", "khong-co", "nghi-viec"])
def test_the_officer_is_an_active_person_of_the_lead_unit(officer: str) -> None:
    facts = Facts(district([person("nghi-viec", Role.OFFICER, "NV", active=False)]), POLICIES, CALENDAR)
    issuing(facts=facts, officer=officer).then_refused(Code.UNKNOWN_OFFICER, officer=officer, unit="NV")


def test_the_officer_may_work_in_a_unit_below_the_lead_unit() -> None:
    team = Unit(code="NV-TO", name="Tổ hồ sơ", kind=UnitKind.DEPARTMENT, parent="NV")
    facts = Facts(district([person("cv-to", Role.OFFICER, "NV", unit="NV-TO")], [team]), POLICIES, CALENDAR)
    assert issuing(facts=facts, officer="cv-to").accepted().now.officer == "cv-to"


@pytest.mark.parametrize(("role", "over"), [(Role.OFFICER, "NV-TO"), (Role.AUDITOR, "NV"), (None, "NV")])
def test_who_could_neither_see_nor_work_on_it_is_no_officer(role: Role | None, over: str) -> None:
    team = Unit(code="NV-TO", name="Tổ hồ sơ", kind=UnitKind.DEPARTMENT, parent="NV")
    facts = Facts(district([person("ai-do", role, over)], [team]), POLICIES, CALENDAR)
    issuing(facts=facts, officer="ai-do").then_refused(Code.UNKNOWN_OFFICER, officer="ai-do", unit="NV")


def test_nobody_needs_to_be_named_as_officer() -> None:
    assert issuing(officer=None).accepted().now.officer is None


@pytest.mark.parametrize("field", ["coordinating_units", "informed_units"])
def test_the_lead_unit_is_not_also_beside_itself(field: str) -> None:
    changes: dict[str, Any] = {field: ("NV",)}
    code = Code.COORDINATING_IS_LEAD if field == "coordinating_units" else Code.UNIT_NAMED_TWICE
    issuing(**changes).then_refused(code, unit="NV")


@pytest.mark.parametrize(
    ("coordinating", "informed"),
    [(("TNMT", "P-A", "TNMT"), ()), ((), ("TNMT", "TNMT")), (("TNMT",), ("TNMT",))],
)
def test_a_unit_is_named_once(coordinating: tuple[str, ...], informed: tuple[str, ...]) -> None:
    outcome = issuing(coordinating_units=coordinating, informed_units=informed)
    outcome.then_refused(Code.UNIT_NAMED_TWICE, unit="TNMT")


def test_an_unknown_policy_is_refused() -> None:
    issuing(policy="khong-co").then_refused(Code.UNKNOWN_POLICY, policy="khong-co")


@pytest.mark.parametrize("urgency", Urgency)
def test_the_urgency_picks_the_policy_unless_one_is_named(urgency: Urgency) -> None:
    in_two_weeks = Deadline(working_days=10)
    picked = issuing(policy=None, urgency=urgency, deadline=in_two_weeks).accepted().now
    named = issuing(policy=SECONDS.code, urgency=urgency, deadline=in_two_weeks).accepted().now
    assert (picked.policy_version, named.policy_version) == (f"{urgency}@1", "giay@1")
    assert picked.calendar_version == CALENDAR.version


def test_the_policy_decides_how_many_levels_accept() -> None:
    assert issuing().accepted().now.acceptance_levels == 2
    assert issuing(policy=ONE_LEVEL.code).accepted().now.acceptance_levels == 1


@pytest.mark.parametrize(
    ("deadline", "due"),
    [
        (Deadline(at=instant(10)), "2026-03-02 09:00:10"),
        (Deadline(at=date(2026, 3, 2)), "2026-03-03 00:00"),
        (Deadline(at=date(2026, 3, 8)), "2026-03-10 00:00"),  # a Sunday: it runs to the end of the Monday
        (Deadline(working_days=1), "2026-03-04 00:00"),
        (Deadline(working_days=5), "2026-03-10 00:00"),
    ],
)
def test_each_form_of_a_deadline_becomes_an_instant(deadline: Deadline, due: str) -> None:
    assert issuing(deadline=deadline).accepted().now.due_at == wall_clock(due)


def test_a_deadline_may_be_none_with_its_reason() -> None:
    state = issuing(deadline=Deadline(none_because="Việc thường xuyên")).accepted().now
    assert (state.due_at, state.no_deadline_because) == (None, "Việc thường xuyên")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"at": instant(10), "working_days": 1},
        {"working_days": 1, "none_because": "Không"},
        {"none_because": ""},
        {"working_days": 0},
        {"working_days": -1},
        {"working_days": 1001},
    ],
)
def test_a_deadline_is_exactly_one_sensible_form(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Deadline(**fields)


@pytest.mark.parametrize(
    "deadline",
    [
        Deadline(at=instant(0)),
        Deadline(at=instant(-1)),
        Deadline(at=date(2026, 3, 1)),
        Deadline(at=date(2025, 12, 31)),
        Deadline(at=date(1, 1, 1)),
    ],
)
def test_a_deadline_that_has_passed_is_refused(deadline: Deadline) -> None:
    issuing(deadline=deadline).then_refused(Code.DEADLINE_IN_PAST)


def test_today_has_passed_once_the_office_has_closed() -> None:
    until_five = SECONDS.model_copy(update={"closing_time": time(17)})
    facts = Facts(FACTS.directory, {SECONDS.code: until_five}, CALENDAR)
    today = Deadline(at=date(2026, 3, 2))
    before, after = wall_clock("2026-03-02 16:59:59"), wall_clock("2026-03-02 17:00")
    assert issuing(facts=facts, at=before, deadline=today).accepted().now.due_at == wall_clock("2026-03-02 17:00")
    issuing(facts=facts, at=after, deadline=today).then_refused(Code.DEADLINE_IN_PAST)


@pytest.mark.parametrize(
    "deadline",
    [
        Deadline(at=wall_clock("2036-04-02 09:00")),
        Deadline(at=date(2037, 3, 1)),
        Deadline(at=date(2062, 3, 2)),
        Deadline(at=date(9999, 12, 31)),
    ],
)
def test_a_deadline_more_than_ten_years_away_is_taken_for_a_slip(deadline: Deadline) -> None:
    issuing(deadline=deadline).then_refused(Code.DEADLINE_TOO_FAR, years="10")


def test_a_deadline_ten_years_away_is_possible() -> None:
    assert issuing(deadline=Deadline(at=date(2036, 3, 3))).accepted().now.due_at == wall_clock("2036-03-04 00:00")


@pytest.mark.parametrize("user", ["tp-nv", "cv-nv", "ct-a", "kiem-tra", "quan-tri", "khong-co", "nghi-huu"])
def test_only_leaders_and_their_office_issue(user: str) -> None:
    facts = Facts(district([person("nghi-huu", Role.LEADER, "UBQ", active=False)]), POLICIES, CALENDAR)
    issuing(by=user, facts=facts).then_refused(Code.NOT_PERMITTED, user=user, command="issue")


@pytest.mark.parametrize(("user", "role"), [("chu-tich", "leader"), ("pct", "leader"), ("cv-theo-doi", "office")])
def test_the_issuer_is_named_with_the_role_of_the_day(user: str, role: str) -> None:
    issuer = issuing(by=user).accepted().now.issuer
    assert (issuer.user, issuer.name, issuer.role) == (user, f"Đồng chí {user}", role)


def test_a_leader_issues_within_the_own_scope_only() -> None:
    facts = Facts(district([person("ct-tnmt", Role.LEADER, "TNMT")]), POLICIES, CALENDAR)
    issuing(by="ct-tnmt", facts=facts).then_refused(Code.NOT_PERMITTED)
    issuing(by="ct-tnmt", facts=facts, lead_unit="TNMT", coordinating_units=(), officer=None).accepted()


def test_a_directive_is_issued_once() -> None:
    given(issued()).when(order()).then_refused(Code.ALREADY_ISSUED)


def test_the_gate_comes_before_the_question_who_asks() -> None:
    issuing(by="khong-co", title=None).then_refused(Code.FOUR_CLEAR_INCOMPLETE)


def test_without_a_named_policy_the_closest_to_urgency_and_source_applies() -> None:
    petitions = SECONDS.model_copy(update={"code": "don-thu", "sources": (SourceKind.PETITION,)})
    facts = replace(FACTS, policies={**POLICIES, "don-thu": petitions})
    asked = Source(kind=SourceKind.PETITION, number="7/KN")
    by_source = given(facts=facts).when(order(source=asked, policy=None)).accepted()
    assert by_source.now.policy_version == "don-thu@1"
    by_urgency = given(facts=facts).when(order(policy=None, urgency=Urgency.KHAN)).accepted()
    assert by_urgency.now.policy_version == "khan@1"
    by_name = given(facts=facts).when(order(source=asked, policy="giay")).accepted()
    assert by_name.now.policy_version == "giay@1"
