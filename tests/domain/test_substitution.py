"""Substitution: when it can be decided, what a substitute may do, see and hear, and that it launders nobody."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.commands import (
    Accept,
    ApproveCompletion,
    Comment,
    Deadline,
    Decline,
    GrantExtension,
    IssueDirective,
    RefuseExtension,
    Reject,
    ReportCompletion,
    ReportProgress,
    RequestExtension,
    SettleDecline,
)
from domain.directory import Directory, Role
from domain.directory_changes import SubstitutionDecided, SubstitutionEnded
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.facts import Facts
from domain.officer_commands import AssignOfficer
from domain.refusals import Code
from domain.reorganising import substituted, substitution_ended
from domain.substitution import Substitution
from domain.terms import Settlement
from domain.validity import DatedDirectory
from tests.domain.clock import instant
from tests.domain.district import PEOPLE, UNITS, person
from tests.domain.happenings import acknowledged, issued, reported
from tests.domain.spec import FACTS, Story, given

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)
DISTRICT = DatedDirectory.always(UNITS, PEOPLE)
_IDS = UUID("00000000-0000-5000-8000-0000000000aa")


def acts(substitute: str, absent: str, first: date = FIRST, last: date = LAST, number: int = 0) -> Substitution:
    one = uuid5(_IDS, f"{substitute} {absent} {first} {last} {number}")
    return Substitution(
        id=one, absent=absent, substitute=substitute, first_day=first, last_day=last, decision_number="7/QĐ"
    )


def facts(*substitutions: Substitution) -> Facts:
    return replace(FACTS, directory=Directory(UNITS, PEOPLE, substitutions=substitutions))


def held(*substitutions: Substitution) -> DatedDirectory:
    so_far = DISTRICT
    for one in substitutions:
        so_far = changed(so_far, substituted(so_far, one))
    return so_far


class TestDeciding:
    def test_both_names_stand_in_the_event(self) -> None:
        (change,) = substituted(DISTRICT, acts("pct", "chu-tich"))
        assert isinstance(change, SubstitutionDecided)
        assert (change.substitute_name, change.absent_name) == ("Đồng chí pct", "Đồng chí chu-tich")
        assert change.decision_number == "7/QĐ"

    def test_the_same_again_is_no_change(self) -> None:
        assert substituted(held(acts("pct", "chu-tich")), acts("pct", "chu-tich")) == []

    def test_it_holds_from_its_first_to_its_last_day(self) -> None:
        directory = held(acts("pct", "chu-tich"))
        day = timedelta(days=1)
        acting = [
            directory.on(at).substitute_of("chu-tich") is not None for at in (FIRST - day, FIRST, LAST, LAST + day)
        ]
        assert acting == [False, True, True, False]

    @pytest.mark.parametrize(
        ("known", "wanted", "said"),
        [
            ((), acts("pct", "pct"), "their own substitute"),
            ((), acts("pct", "chu-tich", LAST, FIRST), "before the first day"),
            ((), acts("ai-do", "chu-tich"), "no active person ai-do"),
            ((), acts("pct", "ai-do"), "no active person ai-do"),
            ((acts("pct", "chu-tich"),), acts("tp-nv", "chu-tich", LAST, LAST), "pct already acts for chu-tich"),
            ((acts("pct", "chu-tich"),), acts("chu-tich", "pct"), "pct > chu-tich > pct form a cycle"),
            (
                (acts("pct", "chu-tich"), acts("tp-nv", "pct")),
                acts("chu-tich", "tp-nv", LAST, LAST),
                "on 2026-03-06 the substitutes tp-nv > chu-tich > pct > tp-nv form a cycle",
            ),
        ],
        ids=["self", "days", "unknown", "unknown absent", "overlapping", "circular", "circular over three"],
    )
    def test_what_cannot_be_is_refused(self, known: tuple[Substitution, ...], wanted: Substitution, said: str) -> None:
        with pytest.raises(DirectoryError, match=said):
            substituted(held(*known), wanted)

    def test_one_after_the_other_and_back_again_is_fine(self) -> None:
        day = timedelta(days=1)
        one, back = acts("pct", "chu-tich"), acts("chu-tich", "pct", LAST + day, LAST + day)
        assert len(held(one, acts("tp-nv", "chu-tich", LAST + day, LAST + day), back).substitutions) == 3

    def test_it_can_end_early_and_then_makes_room(self) -> None:
        one = acts("pct", "chu-tich")
        directory = held(one)
        changes = substitution_ended(directory, one.id, FIRST, today=FIRST)
        assert [type(change) for change in changes] == [SubstitutionEnded]
        directory = changed(directory, changes)
        assert directory.on(LAST).substitute_of("chu-tich") is None
        assert substitution_ended(directory, one.id, FIRST, today=FIRST) == []
        assert substituted(directory, acts("tp-nv", "chu-tich", FIRST + timedelta(days=1)))

    @pytest.mark.parametrize(
        ("last", "said"), [(LAST + timedelta(days=1), "already"), (FIRST, "is past")], ids=["later", "past"]
    )
    def test_it_ends_neither_later_nor_in_the_past(self, last: date, said: str) -> None:
        one = acts("pct", "chu-tich")
        with pytest.raises(DirectoryError, match=said):
            substitution_ended(held(one), one.id, last, today=LAST)

    def test_an_unknown_one_cannot_end(self) -> None:
        with pytest.raises(DirectoryError, match="no substitution"):
            substitution_ended(DISTRICT, _IDS, FIRST, today=FIRST)


class TestActing:
    def test_what_only_the_absent_may_do_is_done_in_their_name(self) -> None:
        story = given(issued(officer=None), acknowledged(), facts=facts(acts("tp-tnmt", "tp-nv")))
        story = story.when(AssignOfficer(officer="cv-nv"), by="tp-tnmt").accepted()
        actor = story.events[-1].actor
        assert (actor.user, actor.name) == ("tp-tnmt", "Đồng chí tp-tnmt")
        assert (actor.on_behalf_of, actor.on_behalf_of_name) == ("tp-nv", "Đồng chí tp-nv")
        assert (actor.unit, actor.role, actor.over) == ("TNMT", "unit_head", "NV")

    def test_what_the_own_role_permits_is_done_in_the_own_name(self) -> None:
        outcome = given(issued(), facts=facts(acts("cv-nv", "tp-nv"))).when(ReportProgress(percent=10), by="cv-nv")
        assert outcome.decided.actor.on_behalf_of is None
        assert "on_behalf_of_name" not in outcome.decided.actor.model_dump()

    def test_where_the_own_role_does_not_reach_the_absent_persons_does(self) -> None:
        """A head may send back only what is not approved yet; the leader in whose place the head stands may."""
        waiting = (issued(), acknowledged(), reported())
        story = given(*waiting, facts=facts(acts("tp-nv", "chu-tich"))).when(ApproveCompletion(), by="tp-nv").accepted()
        outcome = story.when(Reject(reason="Chưa đủ"), by="tp-nv")
        assert outcome.decided.actor.on_behalf_of == "chu-tich"

    def test_a_directive_may_be_issued_in_the_name_of_the_absent(self) -> None:
        command = IssueDirective(
            title="Rà soát", content="Rà soát", lead_unit="NV", expected_result="Báo cáo", waivers=({"item": "time"},)
        )
        story = Story(facts(acts("tp-nv", "chu-tich"))).when(command, by="tp-nv").accepted()
        assert (story.now.issuer.user, story.now.issuer.in_name_of, story.now.issuer.over) == (
            "tp-nv",
            "chu-tich",
            "UBQ",
        )
        story.when(ReportProgress(percent=5), by="cv-nv").then_told("chu-tich", "tp-nv")

    def test_without_a_substitution_nothing_of_it_is_permitted(self) -> None:
        given(issued()).when(AssignOfficer(officer="cv-nv"), by="tp-tnmt").then_refused(Code.NOT_PERMITTED)

    @pytest.mark.parametrize("gone", ["tp-nv", "tp-tnmt"])
    def test_who_has_left_neither_lends_nor_borrows(self, gone: str) -> None:
        people = [p.model_copy(update={"active": p.username != gone}) for p in PEOPLE]
        directory = Directory(UNITS, people, substitutions=[acts("tp-tnmt", "tp-nv")])
        outcome = given(issued(), facts=replace(FACTS, directory=directory)).when(
            AssignOfficer(officer="cv-nv"), by="tp-tnmt"
        )
        outcome.then_refused(Code.NOT_PERMITTED)

    def test_what_is_lent_is_not_lent_on(self) -> None:
        chain = facts(acts("tp-tnmt", "tp-nv"), acts("cv-tnmt", "tp-tnmt"))
        outcome = given(issued(), acknowledged(), facts=chain).when(AssignOfficer(officer="cv-nv"), by="cv-tnmt")
        outcome.then_refused(Code.NOT_PERMITTED)


def with_two_parts(role: Role) -> Facts:
    """The person hai-vai holds a role in NV and is a leader; tp-tnmt acts in their place."""
    roles = (*person("x", role, "NV").roles, *person("x", Role.LEADER, "UBQ").roles)
    both = person("hai-vai", None, "NV").model_copy(update={"roles": roles})
    directory = Directory(UNITS, (*PEOPLE, both), substitutions=[acts("tp-tnmt", "hai-vai")])
    return replace(FACTS, directory=directory)


class TestNobodyDecidesOnTheirOwn:
    def test_who_approved_does_not_accept_in_the_leaders_place(self) -> None:
        story = given(issued(), acknowledged(), reported(), facts=facts(acts("tp-nv", "chu-tich")))
        story = story.when(ApproveCompletion(), by="tp-nv").accepted()
        story.when(Accept(), by="tp-nv").then_refused(Code.SAME_PERSON, user="tp-nv")
        story.when(Accept(), by="chu-tich").accepted()

    def test_what_was_reported_in_a_persons_name_that_person_does_not_accept(self) -> None:
        story = given(issued(), acknowledged(), facts=with_two_parts(Role.OFFICER))
        story = story.when(ReportCompletion(result="Xong"), by="tp-tnmt").accepted()
        assert (story.now.reported_by, story.now.reported_for) == ("tp-tnmt", "hai-vai")
        story = story.when(ApproveCompletion(), by="tp-nv").accepted()
        story.when(Accept(), by="hai-vai").then_refused(Code.SAME_PERSON, user="hai-vai")

    def test_what_was_approved_in_a_persons_name_that_person_does_not_accept(self) -> None:
        story = given(issued(), acknowledged(), reported(), facts=with_two_parts(Role.UNIT_HEAD))
        story = story.when(ApproveCompletion(), by="tp-tnmt").accepted()
        assert (story.now.approved_by, story.now.approved_for) == ("tp-tnmt", "hai-vai")
        story.when(Accept(), by="hai-vai").then_refused(Code.SAME_PERSON, user="hai-vai")

    def test_what_was_asked_for_in_a_persons_name_that_person_does_not_grant_or_refuse(self) -> None:
        story = given(issued(1000), acknowledged(), facts=with_two_parts(Role.OFFICER))
        asked = RequestExtension(deadline=Deadline(at=instant(2000)), reason="Chờ số liệu")
        story = story.when(asked, by="tp-tnmt").accepted()
        for by in ("hai-vai", "tp-tnmt"):
            story.when(GrantExtension(), by=by).then_refused(Code.OWN_REQUEST)
            story.when(RefuseExtension(reason="Không"), by=by).then_refused(Code.OWN_REQUEST)
        story.when(GrantExtension(), by="chu-tich").accepted()

    def test_what_was_declined_in_a_persons_name_that_person_does_not_settle(self) -> None:
        story = given(issued(), acknowledged(), facts=with_two_parts(Role.UNIT_HEAD))
        story = story.when(Decline(reason="Không đúng thẩm quyền"), by="tp-tnmt").accepted()
        settle = SettleDecline(settlement=Settlement.SENT_BACK, reason="Đúng việc")
        story.when(settle, by="hai-vai").then_refused(Code.OWN_REQUEST)
        story.when(settle, by="chu-tich").accepted()

    def test_the_absent_persons_own_report_is_not_accepted_in_their_place(self) -> None:
        story = given(issued(), acknowledged(), facts=with_two_parts(Role.UNIT_HEAD))
        story = story.when(ReportCompletion(result="Xong"), by="hai-vai").accepted()
        story.when(Accept(), by="tp-tnmt").then_refused(Code.SAME_PERSON, user="tp-tnmt")

    def test_who_reported_does_not_approve_in_the_heads_place(self) -> None:
        story = given(issued(), acknowledged(), facts=facts(acts("cv-nv", "tp-nv")))
        story = story.when(ReportCompletion(result="Xong"), by="cv-nv").accepted()
        story.when(ApproveCompletion(), by="cv-nv").then_refused(Code.SAME_PERSON, user="cv-nv")
        story.when(ApproveCompletion(), by="tp-nv").accepted()


class TestSeeingAndHearing:
    def test_a_substitute_sees_what_the_absent_sees(self) -> None:
        directory = facts(acts("tp-nv", "chu-tich")).directory
        assert directory.visible_units(directory.people["tp-nv"]) == {unit.code for unit in UNITS}
        assert FACTS.directory.visible_units(FACTS.directory.people["tp-nv"]) == {"NV"}

    @pytest.mark.parametrize("gone", ["chu-tich", "tp-nv"])
    def test_nobody_sees_or_hears_for_or_as_one_who_has_left(self, gone: str) -> None:
        people = [p.model_copy(update={"active": p.username != gone}) for p in PEOPLE]
        directory = Directory(UNITS, people, substitutions=[acts("tp-nv", "chu-tich")])
        assert directory.visible_units(directory.people["tp-nv"]) == (
            {"NV"} if gone == "chu-tich" else {unit.code for unit in UNITS}
        )
        assert (directory.substitute_of("chu-tich") is None) == (gone == "tp-nv")

    def test_notices_go_to_both(self) -> None:
        story = given(issued(), facts=facts(acts("pct", "chu-tich")))
        story.when(ReportProgress(percent=10)).then_told("chu-tich", "pct")

    def test_who_acts_is_not_told_but_the_absent_is(self) -> None:
        story = given(issued(), facts=facts(acts("tp-tnmt", "tp-nv")))
        told = story.when(Comment(text="Đã nhận"), by="tp-tnmt").decided.events[0].informs
        assert "tp-nv" in told
        assert "tp-tnmt" not in told

    def test_the_officers_substitute_hears_of_the_assignment(self) -> None:
        story = given(issued(officer=None), acknowledged(), facts=facts(acts("cv-tnmt", "cv-nv")))
        story.when(AssignOfficer(officer="cv-nv"), by="tp-nv").then_told("cv-nv", "cv-tnmt")


NAMES = ("chu-tich", "pct", "tp-nv", "tp-tnmt")
WISHES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(0, 6), st.integers(0, 6)), max_size=10
)


@for_all(WISHES)
@settings(max_examples=300, deadline=None)
def test_whatever_is_asked_nobody_has_two_substitutes_and_none_leads_back(
    wishes: list[tuple[str, str, int, int]],
) -> None:
    directory = DISTRICT
    for number, (substitute, absent, first, length) in enumerate(wishes):
        day = FIRST + timedelta(days=first)
        wanted = acts(substitute, absent, day, day + timedelta(days=length), number)
        try:
            directory = changed(directory, substituted(directory, wanted))
        except DirectoryError:
            continue
    for offset in range(14):
        day = FIRST + timedelta(days=offset)
        today = [one for one in directory.substitutions.values() if one.holds_on(day)]
        pairs = {one.absent: one.substitute for one in today}
        assert len(pairs) == len(today)
        for name in pairs:
            seen = [name]
            while seen[-1] in pairs:
                seen.append(pairs[seen[-1]])
                assert len(seen) == len({*seen})
