"""Turns that meet: what one leaves behind is right for the next."""

from dataclasses import replace

import pytest

from domain.commands import (
    Acknowledge,
    ChangeDeadline,
    Deadline,
    Decline,
    Delegate,
    GrantExtension,
    Reassign,
    Reject,
    ReportPart,
    RequestExtension,
    SettleDecline,
    Source,
    Tick,
    Withdraw,
)
from domain.directory import Directory, Grant, Role
from domain.events import DeadlineMissed, DirectiveIssued
from domain.facts import Facts
from domain.policy import SourceKind, StopClock, Urgency
from domain.refusals import Code
from domain.state import Timeliness
from domain.terms import Settlement
from tests.domain.clock import instant
from tests.domain.district import PEOPLE, UNITS, person
from tests.domain.happenings import (
    acknowledged,
    below,
    deadline_changed,
    declined,
    delegated,
    extension_requested,
    issued,
    missed,
    order,
    reassigned,
    reported,
    suspended,
    withdrawn,
)
from tests.domain.policies import POLICIES, SECONDS
from tests.domain.spec import FACTS, given
from tests.domain.test_delegating import under

WORKING = (issued(), acknowledged())


def with_both_roles() -> Facts:
    """The facts with a head of NV who is a leader of the committee too."""
    both = person("kiem-nhiem", Role.UNIT_HEAD, "NV")
    both = both.model_copy(update={"roles": (*both.roles, Grant(role=Role.LEADER, unit="UBQ"))})
    return replace(FACTS, directory=Directory(UNITS, (*PEOPLE, both)))


def test_a_grant_never_shortens_a_deadline_that_was_moved_meanwhile() -> None:
    moved = deadline_changed(30, at=12)
    story = given(*WORKING, extension_requested(20, at=8), moved, reported(at=25))
    story.when(GrantExtension(), at=26).then_refused(Code.EXTENSION_NOT_LATER)
    assert not story.now.late


def test_a_deadline_that_was_granted_past_is_missed_once_the_result_is_sent_back() -> None:
    story = given(*WORKING, extension_requested(20, at=8), missed(), reported(at=15, late=True))
    granted = story.when(GrantExtension(), at=25).accepted()
    back = granted.when(Reject(reason="Thiếu"), at=26).accepted()
    events = back.when(Tick(), at=26).decided.events
    assert isinstance(events[0], DeadlineMissed)
    assert events[0].due_at == instant(20)


def test_what_is_late_already_is_not_delegated_without_a_deadline_of_its_own() -> None:
    late = given(*WORKING, missed())
    late.when(Delegate(units=("P-A",)), at=15).then_refused(Code.DEADLINE_IN_PAST)


@pytest.mark.parametrize(
    ("past", "phase"),
    [
        ((suspended(60),), "suspended"),
        ((declined(),), "declined"),
        ((acknowledged(), reported()), "awaiting_acceptance"),
    ],
)
def test_nothing_is_issued_below_what_is_not_at_work(past: tuple[object, ...], phase: str) -> None:
    refused = given(facts=under(issued(), *past)).when(order(parent=below(99)))
    refused.then_refused(Code.PARENT_NOT_AT_WORK, parent="2026/0100", phase=phase)


def test_a_decline_is_not_upheld_over_what_is_open_below() -> None:
    story = given(issued(), declined(), delegated())
    upheld = SettleDecline(settlement=Settlement.UPHELD, reason="Đúng")
    story.when(upheld).then_refused(Code.OPEN_SUBDIRECTIVES)


def test_a_parent_that_has_ended_binds_no_more() -> None:
    facts = under(issued(10), withdrawn())
    story = given(issued(parent=below(99)), acknowledged(), facts=facts)
    ask = RequestExtension(deadline=Deadline(at=instant(60)), reason="Chờ")
    story.when(ask).accepted()
    story.when(ChangeDeadline(deadline=Deadline(at=instant(60)), reason="Thêm việc")).accepted()
    stopped = given(issued(parent=below(99)), acknowledged(), suspended(30, at=2), facts=facts)
    resumed = stopped.when(Tick(), at=30).accepted()
    assert resumed.now.timeliness(instant(30)) is not Timeliness.OVERDUE


def test_a_parent_does_not_come_to_the_unit_that_leads_below_it() -> None:
    story = given(issued(), delegated("P-A"))
    to_ward = Reassign(lead_unit="P-A", reason="x", waive_open="Phường làm cả hai")
    story.when(to_ward).then_refused(Code.DELEGATION_CYCLE, unit="P-A")


def test_a_directive_changes_hands_over_open_ones_only_with_a_reason() -> None:
    story = given(issued(), delegated("P-A"))
    moved = Reassign(lead_unit="TNMT", reason="Đúng chức năng")
    story.when(moved).then_refused(Code.OPEN_SUBDIRECTIVES)
    waived = story.when(moved.model_copy(update={"waive_open": "Phường vẫn làm tiếp"}))
    assert waived.decided.events[0].model_dump()["waives_open"] == "Phường vẫn làm tiếp"


def test_the_way_up_is_the_one_of_today() -> None:
    facts = under(issued(), reassigned("TNMT"))
    child = given(issued(lead_unit="P-A", parent=below(99), above=("NV",)), facts=facts)
    child.when(Reassign(lead_unit="TNMT", reason="x")).then_refused(Code.DELEGATION_CYCLE, unit="TNMT")
    child.when(Reassign(lead_unit="NV", reason="x")).accepted()
    higher = under(issued(above=("VP",)))
    given(facts=higher).when(order(parent=below(99), lead_unit="VP", officer=None)).then_refused(
        Code.DELEGATION_CYCLE, unit="VP"
    )


def test_a_part_is_not_late_while_the_clock_stands() -> None:
    story = given(*WORKING, suspended(3600, at=2))
    assert not story.when(ReportPart(result="Xong"), at=100).accepted().now.parts[0].late
    runs_on = given(*WORKING, suspended(3600, at=2, moves_deadline=False))
    assert runs_on.when(ReportPart(result="Xong"), at=100).accepted().now.parts[0].late


def test_nobody_answers_an_own_request_by_another_command() -> None:
    facts = with_both_roles()
    ask = RequestExtension(deadline=Deadline(at=instant(60)), reason="Chờ")
    asked = given(*WORKING, facts=facts).when(ask, by="kiem-nhiem").accepted()
    same = ChangeDeadline(deadline=Deadline(at=instant(60)), reason="Như đề nghị")
    asked.when(same, by="kiem-nhiem").then_refused(Code.OWN_REQUEST, user="kiem-nhiem")
    asked.when(same, by="pct").accepted()
    given_back = given(issued(), facts=facts).when(Decline(reason="Sai thẩm quyền"), by="kiem-nhiem").accepted()
    given_back.when(Withdraw(reason="Như đề nghị"), by="kiem-nhiem").then_refused(Code.OWN_REQUEST, user="kiem-nhiem")
    given_back.when(Withdraw(reason="Trùng"), by="pct").accepted()


def test_another_unit_gets_the_time_that_a_decline_lay_where_the_policy_gives_it_back() -> None:
    policy = SECONDS.model_copy(update={"stop_clock": StopClock(decline=True)})
    facts = replace(FACTS, policies={**POLICIES, "giay": policy})
    story = given(issued(), facts=facts).when(Decline(reason="Sai thẩm quyền"), at=3).accepted()
    settle = SettleDecline(settlement=Settlement.REASSIGNED, reason="Đúng", lead_unit="TNMT")
    moved = story.when(settle, at=20).accepted()
    assert (moved.now.lead_unit, moved.now.timeliness(instant(20))) == ("TNMT", Timeliness.IN_TIME)
    assert moved.when(Acknowledge(), by="tp-tnmt", at=21).accepted().now.phase == "in_progress"


def test_what_is_delegated_at_another_urgency_comes_under_the_policy_of_its_source() -> None:
    petitions = SECONDS.model_copy(
        update={"code": "kien-nghi-khan", "sources": (SourceKind.PETITION,), "urgency": Urgency.KHAN}
    )
    facts = replace(FACTS, policies={**POLICIES, "kien-nghi-khan": petitions})
    story = given(facts=facts).when(order(source=Source(kind=SourceKind.PETITION, number="7/KN"))).accepted()
    (child,) = story.when(Delegate(units=("P-A",), urgency=Urgency.KHAN)).decided.elsewhere
    assert isinstance(child.events[0], DirectiveIssued)
    assert child.events[0].plan.policy_version == "kien-nghi-khan@1"


def test_a_request_on_a_deadline_that_was_lifted_has_nothing_to_extend() -> None:
    lifted = deadline_changed(None, at=3)
    given(*WORKING, extension_requested(60, at=2), lifted).when(GrantExtension()).then_refused(
        Code.NO_DEADLINE_TO_EXTEND
    )
