"""Extensions: who asks when and how often, who decides, and what stays on record of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.commands import Deadline, GrantExtension, RefuseExtension, ReportCompletion, RequestExtension, Source
from domain.directory import Grant, Role
from domain.events import ExtensionGranted, ExtensionRefused, ExtensionRequested
from domain.ledgers import ExtensionStatus
from domain.policy import SourceKind
from domain.refusals import Code
from domain.state import Timeliness
from domain.terms import StopCause
from tests.domain.clock import Moment, instant, wall_clock
from tests.domain.district import district, person
from tests.domain.happenings import (
    acknowledged,
    approved,
    extension_granted,
    extension_refused,
    extension_requested,
    issued,
    missed,
    order,
    plan,
    reassigned,
    reported,
    withdrawn,
)
from tests.domain.policies import SECONDS
from tests.domain.spec import FACTS, given

WORKING = (issued(), acknowledged())


def ask(until: Moment = 60) -> RequestExtension:
    return RequestExtension(deadline=Deadline(at=instant(until)), reason="Chờ số liệu")


def test_the_unit_asks_with_the_reason_and_the_issuer_and_the_office_hear_of_it() -> None:
    outcome = given(*WORKING).when(ask())
    story = outcome.then(
        ExtensionRequested(number=1, due_at=instant(10), asked_due_at=instant(60), reason="Chờ số liệu")
    )
    outcome.then_told("chu-tich", "cv-theo-doi")
    (extension,) = story.now.extensions
    assert (extension.status, extension.requested_by, extension.old_due_at) == ("pending", "tp-nv", instant(10))
    assert story.now.due_at == instant(10), "asking alone moves nothing"


def test_a_grant_moves_the_deadline_and_keeps_old_new_reason_and_decider() -> None:
    story = (
        given(*WORKING, extension_requested(60, at=2))
        .when(GrantExtension(note="Lần cuối"), at=4)
        .then(
            ExtensionGranted(
                number=1,
                requested_by="tp-nv",
                reason="Chờ số liệu",
                old_due_at=instant(10),
                plan=plan(60, at=4, generation=2),
                note="Lần cuối",
            )
        )
    )
    state, (extension,) = story.now, story.now.extensions
    assert (state.original_due_at, state.due_at) == (instant(10), instant(60))
    assert extension.model_dump(exclude={"number", "requested_at"}) == {
        "status": ExtensionStatus.GRANTED,
        "requested_by": "tp-nv",
        "requested_for": None,
        "reason": "Chờ số liệu",
        "old_due_at": instant(10),
        "asked_due_at": instant(60),
        "new_due_at": instant(60),
        "decided_by": "chu-tich",
        "decided_at": instant(4),
        "note": "Lần cuối",
    }


def test_the_decider_may_choose_another_deadline() -> None:
    chosen = GrantExtension(deadline=Deadline(at=instant(30)))
    story = given(*WORKING, extension_requested(60)).when(chosen).accepted()
    assert (story.now.due_at, story.now.extensions[0].asked_due_at) == (instant(30), instant(60))


def test_a_refusal_keeps_the_deadline_and_says_why() -> None:
    story = (
        given(*WORKING, extension_requested(60, at=2))
        .when(RefuseExtension(reason="Việc gấp"), at=3)
        .then(ExtensionRefused(number=1, requested_by="tp-nv", reason="Việc gấp"))
    )
    assert story.now.due_at == instant(10)
    assert (story.now.extensions[0].status, story.now.extensions[0].note) == ("refused", "Việc gấp")


@pytest.mark.parametrize("user", ["tp-nv", "cv-nv"])
def test_the_unit_decides_no_request(user: str) -> None:
    for command in (GrantExtension(), RefuseExtension(reason="x")):
        given(*WORKING, extension_requested(60)).when(command, by=user).then_refused(Code.NOT_PERMITTED)


def test_nobody_decides_an_own_request_whatever_roles_they_hold() -> None:
    both = person("kiem-nhiem", Role.UNIT_HEAD, "NV")
    both = both.model_copy(update={"roles": (*both.roles, Grant(role=Role.LEADER, unit="UBQ"))})
    facts = replace(FACTS, directory=district([both]))
    story = given(*WORKING, facts=facts).when(ask(), by="kiem-nhiem").accepted()
    for command in (GrantExtension(), RefuseExtension(reason="x")):
        story.when(command, by="kiem-nhiem").then_refused(Code.OWN_REQUEST, user="kiem-nhiem")
    story.when(GrantExtension(), by="chu-tich").accepted()


def test_one_request_at_a_time() -> None:
    given(*WORKING, extension_requested(60)).when(ask(70)).then_refused(Code.EXTENSION_PENDING, number="1")


def test_there_must_be_a_request_to_decide_and_the_second_of_two_deciders_is_told_so() -> None:
    for command in (GrantExtension(), RefuseExtension(reason="x")):
        given(*WORKING).when(command).then_refused(Code.EXTENSION_NOT_PENDING)
        decided = given(*WORKING, extension_requested(60), extension_granted(60, at=1))
        decided.when(command, by="pct").then_refused(Code.EXTENSION_NOT_PENDING)


def test_at_most_as_many_as_the_policy_says_are_granted_refused_ones_do_not_count() -> None:
    story = given(
        *WORKING,
        extension_requested(20),
        extension_granted(20, at=0),
        extension_requested(25, old=20, number=2),
        extension_refused(number=2),
        extension_requested(30, old=20, number=3),
        extension_granted(30, at=0, old=20, number=3, generation=3),
    )
    refusal = story.when(ask()).then_refused(
        Code.EXTENSIONS_USED_UP, granted="2", policy="giay@1", rule="extensions.most_granted"
    )
    assert "giay@1, extensions.most_granted" in refusal.message("en")


def test_a_count_lowered_meanwhile_binds_the_decision_too() -> None:
    none = SECONDS.model_copy(
        update={"version": 2, "extensions": SECONDS.extensions.model_copy(update={"most_granted": 0})}
    )
    facts = replace(FACTS, policies={**FACTS.policies, "giay": none})
    story = given(*WORKING, extension_requested(60), facts=facts)
    story.when(GrantExtension()).then_refused(Code.EXTENSIONS_USED_UP, policy="giay@2")
    story.when(RefuseExtension(reason="Hết lượt")).accepted()


DUE = wall_clock("2026-03-12 00:00")
"""24:00 on Wednesday 11 March 2026. Thirty days later is Friday 10 April; seven days later Wednesday 18 March."""


@pytest.mark.parametrize(
    ("higher", "last"), [(False, "2026-04-10"), (True, "2026-03-18")], ids=["own authority", "higher authority"]
)
def test_it_may_be_asked_for_until_the_end_of_a_day_after_the_deadline(*, higher: bool, last: str) -> None:
    source = Source(kind=SourceKind.RESOLUTION, number="5/NQ", higher_authority=higher)
    story = given().when(order(source=source, policy="thuong", deadline=Deadline(at=DUE))).accepted()
    close = wall_clock(f"{last} 00:00") + timedelta(days=1)
    asked = RequestExtension(deadline=Deadline(at=close + timedelta(days=30)), reason="Chờ số liệu")
    story.when(asked, at=close - timedelta(microseconds=1)).accepted()
    story.when(asked, at=close).then_refused(Code.EXTENSION_TOO_LATE, last_day=last, policy="thuong@1")


def test_a_last_day_that_is_off_runs_to_the_next_working_day() -> None:
    due = wall_clock("2026-03-20 00:00")  # 24:00 on Thursday the 19th; thirty days later is Saturday 18 April
    story = given().when(order(policy="thuong", deadline=Deadline(at=due))).accepted()
    late = RequestExtension(deadline=Deadline(at=wall_clock("2026-06-01 17:00")), reason="Chờ số liệu")
    story.when(late, at=wall_clock("2026-04-20 23:59")).accepted()
    story.when(late, at=wall_clock("2026-04-21 00:00")).then_refused(Code.EXTENSION_TOO_LATE, last_day="2026-04-20")


@pytest.mark.parametrize("until", [5, 10])
def test_what_is_asked_for_must_lie_after_the_deadline(until: float) -> None:
    given(*WORKING).when(ask(until)).then_refused(Code.EXTENSION_NOT_LATER)
    chosen = GrantExtension(deadline=Deadline(at=instant(until)))
    given(*WORKING, extension_requested(60)).when(chosen).then_refused(Code.EXTENSION_NOT_LATER)


def test_no_deadline_cannot_be_asked_for_or_extended() -> None:
    open_end = RequestExtension(deadline=Deadline(none_because="Thường xuyên"), reason="x")
    given(*WORKING).when(open_end).then_refused(Code.EXTENSION_NOT_LATER)
    given(issued(None)).when(ask()).then_refused(Code.NO_DEADLINE_TO_EXTEND)


def test_a_closed_directive_is_not_extended() -> None:
    given(issued(), withdrawn()).when(ask()).then_refused(Code.NOT_POSSIBLE_NOW, phase="withdrawn")


def test_a_deadline_that_was_missed_stays_missed_and_the_new_one_counts_from_now_on() -> None:
    story = given(*WORKING, missed(), extension_requested(60, at=15)).when(GrantExtension(), at=20).accepted()
    assert story.now.missed_at == instant(10)
    assert story.now.timeliness(instant(20)) is Timeliness.IN_TIME


def test_a_request_decided_after_the_report_makes_the_report_one_in_time() -> None:
    story = given(*WORKING, extension_requested(20, at=8), reported(at=15, late=True))
    assert story.now.late
    granted = story.when(GrantExtension(), at=25).accepted()
    assert granted.now.due_at == instant(20)
    assert not granted.now.late
    assert given(*WORKING, reported(at=15, late=True), approved()).now.late


def test_the_time_in_which_nobody_decided_is_kept() -> None:
    story = given(*WORKING, extension_requested(60, at=2), extension_refused(at=7))
    (stop,) = story.now.stopped_time
    assert (stop.cause, stop.since, stop.until) == (StopCause.EXTENSION_UNDECIDED, instant(2), instant(7))
    assert not stop.moves_deadline


def test_a_request_lapses_with_the_end_or_with_another_unit() -> None:
    for ending in (withdrawn(at=5), reassigned(at=5)):
        state = given(*WORKING, extension_requested(60, at=2), ending).now
        assert state.extensions[0].status is ExtensionStatus.LAPSED
        assert state.stopped_time[0].until == instant(5)
        assert state.pending_extension is None


def test_reporting_does_not_wait_for_the_answer() -> None:
    given(*WORKING, extension_requested(60)).when(ReportCompletion(result="Xong")).accepted()
