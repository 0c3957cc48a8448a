"""Another unit leads: the old one keeps its history and its share of the lateness."""

from dataclasses import replace

import pytest

from domain.commands import Acknowledge, Deadline, Reassign, ReportCompletion
from domain.directory import Grant, Role
from domain.events import DeadlineChanged, DirectiveReassigned
from domain.ledgers import Tenure
from domain.refusals import Code
from domain.state import Phase
from tests.domain.clock import instant
from tests.domain.district import district, person
from tests.domain.happenings import acknowledged, issued, missed, plan, progressed, reassigned
from tests.domain.spec import FACTS, given

MOVED = Reassign(lead_unit="TNMT", reason="Đúng chức năng")


def test_the_new_unit_begins_and_everyone_around_hears_of_it() -> None:
    outcome = given(issued(), acknowledged(), progressed(40)).when(MOVED, at=5)
    story = outcome.then(
        DirectiveReassigned(from_unit="NV", to_unit="TNMT", previous_officer="cv-nv", reason="Đúng chức năng")
    )
    outcome.then_told("tp-tnmt", "tp-nv", "ct-a")
    state = story.now
    assert (state.phase, state.lead_unit, state.officer, state.progress_percent) == (Phase.ISSUED, "TNMT", None, 0)
    assert state.coordinating_units == (), "TNMT leads and is no longer beside"
    assert state.tenures == (Tenure(unit="NV", officer="cv-nv", since=instant(0), until=instant(5), overdue_from=None),)
    story.when(Acknowledge(), by="tp-tnmt").accepted()
    story.when(Acknowledge(), by="tp-nv").then_refused(Code.NOT_PERMITTED)


def test_the_old_units_lateness_stays_with_it_and_the_new_ones_starts_when_it_takes_over() -> None:
    story = given(issued(), acknowledged(), missed()).when(MOVED, at=15).accepted()
    assert story.now.tenures[0].overdue_from == instant(10)
    again = story.when(Reassign(lead_unit="P-B", reason="Chuyển tiếp"), at=40).accepted()
    assert [(t.unit, t.overdue_from, t.until) for t in again.now.tenures] == [
        ("NV", instant(10), instant(15)),
        ("TNMT", instant(15), instant(40)),
    ]


def test_the_deadline_stays_unless_another_is_set_in_the_same_act() -> None:
    assert given(issued(), reassigned(at=5)).now.due_at == instant(10)
    new = Reassign(lead_unit="TNMT", reason="Đúng chức năng", deadline=Deadline(at=instant(60)))
    story = given(issued()).when(new, at=5)
    moved = story.then(
        DirectiveReassigned(from_unit="NV", to_unit="TNMT", previous_officer="cv-nv", reason="Đúng chức năng"),
        DeadlineChanged(old_due_at=instant(10), plan=plan(60, at=5, generation=2), reason="Đúng chức năng"),
    )
    assert moved.now.original_due_at == instant(10)


def test_a_late_directive_is_late_though_another_unit_ends_it() -> None:
    story = given(issued(), missed(), reassigned(at=15)).when(Acknowledge(), by="tp-tnmt", at=16).accepted()
    report = story.when(ReportCompletion(result="Xong"), by="tp-tnmt", at=20).accepted()
    assert report.now.late


@pytest.mark.parametrize(
    ("unit", "code"), [("NV", Code.UNIT_UNCHANGED), ("XX", Code.UNKNOWN_UNIT)], ids=["the same", "unknown"]
)
def test_the_unit_is_another_one_that_there_is(unit: str, code: Code) -> None:
    given(issued()).when(Reassign(lead_unit=unit, reason="x")).then_refused(code, unit=unit)


@pytest.mark.parametrize("user", ["tp-nv", "cv-nv", "tp-tnmt", "kiem-tra"])
def test_the_issuing_side_reassigns(user: str) -> None:
    given(issued()).when(MOVED, by=user).then_refused(Code.NOT_PERMITTED)


def test_nobody_gives_it_to_a_unit_beyond_their_own_reach() -> None:
    head = person("truong-ban", Role.LEADER, "NV")
    facts = replace(FACTS, directory=district([head]))
    issuer = given(issued(), facts=facts).events[0].actor.model_copy(update={"user": "truong-ban", "over": "NV"})
    story = given(facts=facts).goes_on(issued().data, issuer, instant(0))
    story.when(MOVED, by="truong-ban").then_refused(Code.NOT_SUBORDINATE, unit="TNMT", over="NV")
    assert Grant(role=Role.LEADER, unit="NV") in head.roles


def test_it_does_not_go_back_up_the_way_it_was_delegated() -> None:
    story = given(issued(above=("TNMT", "VP")))
    story.when(MOVED).then_refused(Code.DELEGATION_CYCLE, unit="TNMT")
