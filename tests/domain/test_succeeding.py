"""Open directives follow units that have ended; naming an ended unit is refused with its successor."""

from dataclasses import replace
from datetime import date

import pytest

from domain.commands import Decline, Delegate, FollowSuccessors, Reassign, ReportPart, ReportProgress
from domain.directory_changes import DirectoryChange
from domain.directory_fold import changed
from domain.event_values import SucceededUnit
from domain.events import UnitsSucceeded
from domain.facts import Facts
from domain.ledgers import Tenure
from domain.refusals import Code
from domain.reorganising import ended, merged, person_moved
from domain.state import Phase
from domain.validity import DatedDirectory
from tests.domain.clock import START, instant
from tests.domain.district import PEOPLE, UNITS
from tests.domain.happenings import accepted, acknowledged, approved, issued, order, progressed, reported
from tests.domain.spec import FACTS, Story, given

TODAY = date(2026, 3, 2)
DISTRICT = DatedDirectory.always(UNITS, PEOPLE)


def facts(*acts: list[DirectoryChange]) -> Facts:
    held = DISTRICT
    for act in acts:
        held = changed(held, act)
    return replace(FACTS, directory=held.on(TODAY))


MERGED = facts(merged(DISTRICT, ["NV", "TNMT"], "NVMT", TODAY, "9/NQ", name="Phòng Nội vụ - Môi trường"))
TAKEN_OVER = facts(ended(DISTRICT, "NV", TODAY, "TNMT", "9/NQ"))
UNDER_WAY = (issued(coordinating_units=("P-A",), informed_units=("TNMT",)), acknowledged(), progressed(60))


def after_merger(*happened: object) -> Story:
    return given(*happened, facts=MERGED)  # type: ignore[arg-type]


def test_the_directive_follows_and_the_work_goes_on_where_it_was() -> None:
    story = after_merger(*UNDER_WAY).when(FollowSuccessors(), at=5)
    into = {"to_unit": "NVMT", "to_name": "Phòng Nội vụ - Môi trường", "ended_on": TODAY, "decision_number": "9/NQ"}
    after = story.then(
        UnitsSucceeded(
            succeeded=(
                SucceededUnit(from_unit="NV", from_name="Phòng Nội vụ", **into),
                SucceededUnit(from_unit="TNMT", from_name="Phòng Tài nguyên và Môi trường", **into),
            ),
            lead_unit="NVMT",
            coordinating_units=("P-A",),
            informed_units=(),
            officer="cv-nv",
            previous_officer="cv-nv",
        )
    )
    now = after.now
    assert (now.phase, now.progress_percent, now.officer) == (Phase.IN_PROGRESS, 60, "cv-nv")
    assert now.due_at == instant(10)
    assert now.tenures == (Tenure(unit="NV", officer="cv-nv", since=START, until=instant(5), overdue_from=None),)
    assert now.lead_since == instant(5)
    assert after.events[-1].actor.user == "system"
    after.when(ReportProgress(percent=70), by="cv-nv").accepted()


def test_everybody_around_the_directive_is_told() -> None:
    outcome = after_merger(*UNDER_WAY).when(FollowSuccessors())
    outcome.then_told("tp-nv", "tp-tnmt", "cv-nv", "ct-a", "chu-tich")


def test_a_result_that_waits_goes_on_waiting() -> None:
    story = after_merger(issued(), acknowledged(), reported(), approved()).when(FollowSuccessors()).accepted()
    assert (story.now.phase, story.now.approved) == (Phase.AWAITING_ACCEPTANCE, True)


def test_the_old_units_lateness_stays_with_it() -> None:
    story = after_merger(issued(), acknowledged()).when(FollowSuccessors(), at=30).accepted()
    assert story.now.tenures[0].overdue_from == instant(10)


def test_a_second_time_there_is_nothing_left_to_follow() -> None:
    story = after_merger(*UNDER_WAY).when(FollowSuccessors()).accepted()
    story.when(FollowSuccessors()).then_nothing()


@pytest.mark.parametrize("known", [FACTS, MERGED], ids=["nothing ended", "its units go on"])
def test_who_names_no_ended_unit_follows_nothing(known: Facts) -> None:
    given(issued(lead_unit="P-A", coordinating_units=(), informed_units=(), officer=None), facts=known).when(
        FollowSuccessors()
    ).then_nothing()


def test_what_has_ended_stays_with_the_unit_of_its_day() -> None:
    story = after_merger(issued(), acknowledged(), reported(), approved(), accepted())
    story.when(FollowSuccessors()).then_nothing()
    assert story.now.lead_unit == "NV"


def test_a_coordinating_unit_that_comes_to_lead_is_no_longer_beside_it() -> None:
    story = given(issued(coordinating_units=("TNMT",)), facts=TAKEN_OVER).when(FollowSuccessors()).accepted()
    assert (story.now.lead_unit, story.now.coordinating_units) == ("TNMT", ())


def test_a_reported_part_stays_reported_under_the_successor() -> None:
    known = facts(ended(DISTRICT, "TNMT", TODAY, "P-B"))
    before = given(issued(), acknowledged(), facts=FACTS).when(ReportPart(result="Xong"), by="cv-tnmt", at=20)
    story = replace(before.accepted(), facts=known).when(FollowSuccessors()).accepted()
    assert (story.now.lead_unit, story.now.tenures) == ("NV", ())
    assert [(part.unit, part.late) for part in story.now.parts] == [("P-B", True)]


def test_an_officer_who_did_not_go_along_is_no_longer_the_officer() -> None:
    gone = changed(DISTRICT, person_moved(DISTRICT, "cv-nv", "VP", (), TODAY))
    known = replace(FACTS, directory=changed(gone, ended(gone, "NV", TODAY, "TNMT")).on(TODAY))
    story = given(issued(), facts=known).when(FollowSuccessors()).accepted()
    assert story.now.officer is None
    assert story.now.tenures[0].officer == "cv-nv"


def test_nobody_sends_it_but_the_program() -> None:
    after_merger(*UNDER_WAY).when(FollowSuccessors(), by="chu-tich").then_refused(Code.NOT_PERMITTED)


def test_before_it_follows_the_successor_can_work_already() -> None:
    after_merger(*UNDER_WAY).when(ReportProgress(percent=70), by="cv-tnmt").accepted()


ENDED = {"unit": "NV", "name": "Phòng Nội vụ", "ended_on": "2026-03-02", "successor": "TNMT"}


@pytest.mark.parametrize(
    "changes",
    [
        {"lead_unit": "NV", "officer": None},
        {"lead_unit": "VP", "officer": None, "coordinating_units": ("NV",)},
        {"lead_unit": "VP", "officer": None, "coordinating_units": (), "informed_units": ("NV",)},
    ],
    ids=["lead", "coordinating", "informed"],
)
def test_an_ended_unit_is_named_with_its_successor(changes: dict[str, object]) -> None:
    refusal = Story(TAKEN_OVER).when(order(**changes)).then_refused(Code.UNIT_ENDED, **ENDED)
    assert "TNMT (Phòng Tài nguyên và Môi trường)" in refusal.message("vi")


def test_every_command_that_names_a_unit_names_the_successor_of_an_ended_one() -> None:
    story = given(issued(lead_unit="VP", officer=None, coordinating_units=()), facts=TAKEN_OVER)
    story.when(Reassign(lead_unit="NV", reason="Đúng việc"), by="chu-tich").then_refused(Code.UNIT_ENDED, **ENDED)
    story.when(Delegate(units=("NV",)), by="chu-tich").then_refused(Code.UNIT_ENDED, **ENDED)
    story = given(issued(lead_unit="P-A", officer=None), facts=TAKEN_OVER)
    story.when(Decline(reason="Không đúng", proposed_unit="NV"), by="ct-a").then_refused(Code.UNIT_ENDED, **ENDED)


def test_what_goes_up_to_the_successor_of_a_unit_above_is_refused_as_a_cycle() -> None:
    story = given(issued(lead_unit="P-A", officer=None, coordinating_units=(), above=("NV",)), facts=TAKEN_OVER)
    story.when(Reassign(lead_unit="TNMT", reason="x"), by="chu-tich").then_refused(Code.DELEGATION_CYCLE, unit="TNMT")
    story.when(Delegate(units=("TNMT",)), by="chu-tich").then_refused(Code.DELEGATION_CYCLE, unit="TNMT")


def test_without_a_successor_it_says_so() -> None:
    bare = DatedDirectory.always(UNITS, [p for p in PEOPLE if p.unit != "P-B"])
    known = replace(FACTS, directory=changed(bare, ended(bare, "P-B", TODAY)).on(TODAY))
    Story(known).when(order(lead_unit="P-B", officer=None)).then_refused(Code.UNIT_ENDED, successor="—")
    given(issued(lead_unit="P-B"), facts=known).when(FollowSuccessors()).then_nothing()
