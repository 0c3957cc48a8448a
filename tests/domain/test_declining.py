"""A unit that is not competent gives the directive back, and the issuing side settles it."""

from dataclasses import replace

import pytest

from domain.commands import Deadline, Decline, SettleDecline, Tick
from domain.directory import Grant, Role
from domain.events import DeclineSettled, DirectiveDeclined, DirectiveReassigned, DirectiveWithdrawn
from domain.policy import StopClock
from domain.refusals import Code
from domain.state import Phase, StatusCell, Timeliness
from domain.terms import Settlement, StopCause
from tests.domain.clock import instant
from tests.domain.district import district, person
from tests.domain.happenings import acknowledged, declined, delegated, issued
from tests.domain.policies import POLICIES, SECONDS
from tests.domain.spec import FACTS, given

NOT_OURS = Decline(reason="Không thuộc thẩm quyền", proposed_unit="TNMT")


def settle(settlement: Settlement, **fields: object) -> SettleDecline:
    return SettleDecline.model_validate({"settlement": settlement, "reason": "Đã xem xét", **fields})


def test_the_head_says_why_and_who_ought_to_have_it() -> None:
    outcome = given(issued(officer=None)).when(NOT_OURS, at=3)
    story = outcome.then(DirectiveDeclined(reason="Không thuộc thẩm quyền", proposed_unit="TNMT"))
    outcome.then_told("chu-tich", "cv-theo-doi")
    assert (story.now.phase, story.now.declined_by) == (Phase.DECLINED, "tp-nv")
    assert story.now.stopped_time[0].cause is StopCause.DECLINE_UNDECIDED


@pytest.mark.parametrize("user", ["cv-nv", "tp-tnmt", "chu-tich", "cv-theo-doi"])
def test_only_the_head_of_the_unit_gives_it_back(user: str) -> None:
    given(issued()).when(NOT_OURS, by=user).then_refused(Code.NOT_PERMITTED)


def test_the_unit_that_is_proposed_is_another_one_that_there_is() -> None:
    given(issued()).when(Decline(reason="x", proposed_unit="NV")).then_refused(Code.UNIT_UNCHANGED, unit="NV")
    given(issued()).when(Decline(reason="x", proposed_unit="XX")).then_refused(Code.UNKNOWN_UNIT, unit="XX")


def test_what_was_delegated_has_to_end_first() -> None:
    story = given(issued(), delegated())
    story.when(NOT_OURS).then_refused(Code.OPEN_SUBDIRECTIVES, subdirectives=("2026/0201",))


def test_while_it_lies_with_the_issuer_the_clock_runs_on_by_the_default() -> None:
    story = given(issued(), declined(at=3))
    story.when(Tick(), at=20).then_nothing()
    assert story.now.timeliness(instant(11)) is Timeliness.OVERDUE


def test_upheld_the_directive_ends_and_counts_as_withdrawn() -> None:
    story = given(issued(), declined(at=3)).when(settle(Settlement.UPHELD), at=5)
    ended = story.then(
        DeclineSettled(settlement=Settlement.UPHELD, declined_by="tp-nv", reason="Đã xem xét", working_days=0),
        DirectiveWithdrawn(reason="Đã xem xét"),
    )
    assert ended.now.status_cell(instant(100)) is StatusCell.WITHDRAWN
    assert ended.now.stopped_time[0].until == instant(5)


@pytest.mark.parametrize(("past", "phase"), [((), Phase.ISSUED), ((acknowledged(),), Phase.IN_PROGRESS)])
def test_sent_back_the_unit_goes_on_from_where_it_was(past: tuple[object, ...], phase: Phase) -> None:
    story = given(issued(), *past, declined(at=3)).when(settle(Settlement.SENT_BACK), at=5)  # type: ignore[arg-type]
    back = story.then(
        DeclineSettled(settlement=Settlement.SENT_BACK, declined_by="tp-nv", reason="Đã xem xét", working_days=0)
    )
    assert (back.now.phase, back.now.declined_by) == (phase, None)


def test_sent_back_the_time_it_lay_is_given_back_where_the_policy_says_so() -> None:
    given_back = SECONDS.model_copy(update={"stop_clock": StopClock(decline=True)})
    facts = replace(FACTS, policies={**POLICIES, "giay": given_back})
    story = given(issued(), facts=facts).when(NOT_OURS, at=3).accepted()
    assert story.now.timeliness(instant(11)) is Timeliness.IN_TIME
    back = story.when(settle(Settlement.SENT_BACK), at=20).accepted()
    assert back.now.due_at is not None
    assert back.now.due_at > instant(20)


def test_sent_back_with_another_deadline() -> None:
    story = given(issued(), declined(at=3))
    back = story.when(settle(Settlement.SENT_BACK, deadline={"at": instant(60)}), at=5).accepted()
    assert (back.now.due_at, back.now.original_due_at) == (instant(60), instant(10))


def test_reassigned_another_unit_begins() -> None:
    story = given(issued(), acknowledged(), declined(at=3)).when(settle(Settlement.REASSIGNED, lead_unit="TNMT"), at=5)
    moved = story.then(
        DeclineSettled(settlement=Settlement.REASSIGNED, declined_by="tp-nv", reason="Đã xem xét", working_days=0),
        DirectiveReassigned(from_unit="NV", to_unit="TNMT", previous_officer="cv-nv", reason="Đã xem xét"),
    )
    assert (moved.now.phase, moved.now.lead_unit) == (Phase.ISSUED, "TNMT")


def test_a_unit_is_named_exactly_when_it_is_reassigned() -> None:
    for wrong in ({"settlement": "reassigned"}, {"settlement": "upheld", "lead_unit": "TNMT"}):
        with pytest.raises(ValueError, match="lead_unit is given exactly when"):
            SettleDecline.model_validate({**wrong, "reason": "x"})
    with pytest.raises(ValueError, match="ends gets no deadline"):
        SettleDecline(settlement=Settlement.UPHELD, reason="x", deadline=Deadline(working_days=3))


@pytest.mark.parametrize("user", ["tp-nv", "cv-theo-doi", "tp-tnmt"])
def test_leaders_settle_it(user: str) -> None:
    given(issued(), declined()).when(settle(Settlement.SENT_BACK), by=user).then_refused(Code.NOT_PERMITTED)


def test_nobody_settles_an_own_decline() -> None:
    both = person("tp-nv", Role.UNIT_HEAD, "NV")
    both = both.model_copy(
        update={"username": "kiem-nhiem", "roles": (*both.roles, Grant(role=Role.LEADER, unit="UBQ"))}
    )
    facts = replace(FACTS, directory=district([both]))
    story = given(issued(), facts=facts).when(NOT_OURS, by="kiem-nhiem").accepted()
    story.when(settle(Settlement.UPHELD), by="kiem-nhiem").then_refused(Code.OWN_REQUEST, user="kiem-nhiem")


def test_the_second_of_two_who_settle_is_told_that_it_is_settled() -> None:
    story = given(issued(), declined()).when(settle(Settlement.SENT_BACK)).accepted()
    story.when(settle(Settlement.UPHELD), by="pct").then_refused(Code.NOT_POSSIBLE_NOW, phase="issued")
