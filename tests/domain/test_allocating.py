"""Who of the lead unit carries a directive out: named, chosen by a rule, taken by oneself, given back."""

from dataclasses import replace
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.assignment import Assignment
from domain.choosing import alike, candidates, drawn, officers_of, ranked
from domain.commands import ReportProgress
from domain.directory import Role
from domain.events import DirectiveAcknowledged
from domain.facts import Facts
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.officer_events import OfficerAssigned, OfficerReleased
from domain.refusals import Code
from domain.state import Phase
from domain.terms import Choice
from tests.domain.clock import instant
from tests.domain.district import district, person
from tests.domain.happenings import acknowledged, assigned, issued, progressed
from tests.domain.policies import POLICIES
from tests.domain.spec import CALENDAR, DIRECTIVE, given

STAFF = ("cv-an", "cv-binh", "cv-nv")
MORE = district([person("cv-an", Role.OFFICER, "NV"), person("cv-binh", Role.OFFICER, "NV")])
FACTS = Facts(MORE, POLICIES, CALENDAR)
OFFERED = (issued(officer=None),)


def had(
    officer: str, second: float, title: str = "Việc khác", *, unfinished: bool = False, done: bool = False
) -> Assignment:
    return Assignment(officer=officer, title=title, given_at=instant(second), open=unfinished, completed=done)


def test_an_officer_takes_what_nobody_carries_out() -> None:
    outcome = given(*OFFERED, facts=FACTS).when(Claim(), by="cv-an")
    story = outcome.then_told("tp-nv").then(OfficerAssigned(officer="cv-an"))
    assert (story.now.officer, story.now.phase) == ("cv-an", Phase.ISSUED), "taken, not begun"


def test_taking_and_beginning_may_be_one_act() -> None:
    story = given(*OFFERED).when(Claim(start=True)).then(OfficerAssigned(officer="cv-nv"), DirectiveAcknowledged())
    assert story.now.phase is Phase.IN_PROGRESS
    given(*OFFERED, acknowledged()).when(Claim(start=True)).then(OfficerAssigned(officer="cv-nv"))


def test_of_two_who_reach_for_it_the_second_is_told_who_has_it() -> None:
    story = given(*OFFERED, facts=FACTS).when(Claim(), by="cv-an").accepted()
    story.when(Claim(), by="cv-binh").then_refused(Code.OFFICER_TAKEN, officer="cv-an")


def test_nobody_takes_work_in_a_unit_they_do_not_work_in() -> None:
    above = Facts(district([person("cv-quan", Role.OFFICER, "UBQ")]), POLICIES, CALENDAR)
    given(*OFFERED, facts=above).when(Claim(), by="cv-quan").then_refused(Code.UNKNOWN_OFFICER, officer="cv-quan")
    given(*OFFERED).when(Claim(), by="cv-tnmt").then_refused(Code.NOT_PERMITTED)


def test_the_officer_gives_it_back_and_the_work_done_stays() -> None:
    story = given(issued(), progressed(40))
    outcome = story.when(Release(reason="Quá tải")).then_told("tp-nv")
    after = outcome.then(OfficerReleased(previous_officer="cv-nv", reason="Quá tải"))
    assert (after.now.officer, after.now.phase, after.now.progress_percent) == (None, Phase.IN_PROGRESS, 40)


def test_only_the_officer_and_the_head_give_it_back() -> None:
    given(issued(), facts=FACTS).when(Release(reason="x"), by="cv-an").then_refused(Code.NOT_PERMITTED, user="cv-an")
    given(issued()).when(Release(reason="Nghỉ ốm"), by="tp-nv").then_told("cv-nv").accepted()
    given(*OFFERED).when(Release(reason="x")).then_refused(Code.NO_OFFICER)


def test_naming_and_beginning_may_be_one_act() -> None:
    outcome = given(*OFFERED).when(AssignOfficer(officer="cv-nv", start=True))
    assert outcome.then(OfficerAssigned(officer="cv-nv"), DirectiveAcknowledged()).now.phase is Phase.IN_PROGRESS


def test_an_officer_is_named_or_chosen_and_never_both() -> None:
    for fields in ({}, {"officer": "cv-nv", "choose": Choice.LOT}):
        with pytest.raises(ValidationError, match="officer_or_rule"):
            AssignOfficer.model_validate(fields)


@pytest.mark.parametrize(
    ("by", "officer"),
    [(Choice.FEWEST_OPEN, "cv-binh"), (Choice.TURN, "cv-nv"), (Choice.EXPERIENCE, "cv-an")],
)
def test_a_rule_chooses_the_officer(by: Choice, officer: str) -> None:
    known = (
        had("cv-an", 3, "Rà soát hồ sơ đất đai", done=True),
        had("cv-an", 4, unfinished=True),
        had("cv-binh", 5, done=True),
        had("cv-nv", 1, unfinished=True),
        had("cv-nv", 2, unfinished=True),
    )
    story = given(*OFFERED, facts=replace(FACTS, assignments=known))
    story.when(AssignOfficer(choose=by)).then_told(officer).then(OfficerAssigned(officer=officer, chosen_by=by))


def test_whoever_never_had_a_turn_comes_first() -> None:
    found = candidates(STAFF, "Rà soát", (had("cv-an", 1), had("cv-nv", 2)))
    assert [one.officer for one in ranked(Choice.TURN, found)] == ["cv-binh", "cv-an", "cv-nv"]


def test_where_a_rule_cannot_tell_the_fewest_open_ones_decide() -> None:
    found = candidates(STAFF, "Rà soát", (had("cv-an", 1, unfinished=True),))
    assert ranked(Choice.EXPERIENCE, found)[0].officer == "cv-binh"


def test_the_lot_falls_alike_however_often_it_is_drawn_and_on_everyone_in_time() -> None:
    found = candidates(STAFF, "Rà soát", ())
    commands = [UUID(int=n) for n in range(300)]
    once = [drawn(found, command, DIRECTIVE).officer for command in commands]
    assert once == [drawn(reversed(found), command, DIRECTIVE).officer for command in commands]
    assert all(70 < once.count(officer) < 130 for officer in STAFF)
    story = given(*OFFERED, facts=FACTS)
    chosen = story.when(AssignOfficer(choose=Choice.LOT)).accepted().now.officer
    assert chosen == story.when(AssignOfficer(choose=Choice.LOT)).accepted().now.officer
    assert chosen in STAFF


def test_the_choice_falls_on_another_than_the_present_officer_or_on_nobody() -> None:
    given(issued(), facts=FACTS).when(AssignOfficer(choose=Choice.TURN)).then(
        OfficerAssigned(officer="cv-an", previous_officer="cv-nv", chosen_by=Choice.TURN)
    )
    given(issued()).when(AssignOfficer(choose=Choice.LOT)).then_refused(Code.NOBODY_TO_CHOOSE, unit="NV", by="lot")


def test_heads_strangers_and_those_who_left_are_not_chosen_from() -> None:
    people = [person("cv-cu", Role.OFFICER, "NV", active=False), person("cv-quan", Role.OFFICER, "UBQ")]
    assert officers_of("NV", district(people)) == ("cv-nv",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Rà soát hồ sơ cán bộ", "ra soat ho so dat dai", True),
        ("Rà soát", "Kiểm tra trật tự đô thị", False),
        ("", "Rà soát", False),
    ],
)
def test_titles_are_alike_by_their_words(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is alike(other, one) is same


def test_another_officer_goes_on_where_the_first_stood() -> None:
    story = given(issued(), progressed(40), facts=FACTS).when(AssignOfficer(officer="cv-an")).accepted()
    assert (story.now.officer, story.now.progress_percent, story.now.phase) == ("cv-an", 40, Phase.IN_PROGRESS)
    story.when(ReportProgress(percent=60), by="cv-an").accepted()


def test_the_state_knows_since_when_the_officer_has_it() -> None:
    assert given(issued(at=1)).now.officer_since == instant(1)
    assert given(*OFFERED, assigned(at=3)).now.officer_since == instant(3)
    assert given(issued()).when(Release(reason="Bận")).accepted().now.officer_since is None
