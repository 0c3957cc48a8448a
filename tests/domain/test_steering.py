"""What the issuing side does: accept, reject, withdraw, change the deadline."""

import pytest

from domain.commands import Accept, ApproveCompletion, ChangeDeadline, Deadline, Reject, ReportCompletion, Withdraw
from domain.directory import Grant, Role
from domain.events import CompletionAccepted, CompletionRejected, DeadlineChanged, DirectiveWithdrawn
from domain.facts import Facts
from domain.refusals import Code
from tests.domain.clock import Moment, instant
from tests.domain.district import district, person
from tests.domain.happenings import (
    acknowledged,
    approved,
    deadline_changed,
    issued,
    plan,
    progressed,
    rejected,
    reported,
)
from tests.domain.policies import ONE_LEVEL, POLICIES, SECONDS
from tests.domain.spec import CALENDAR, FACTS, Outcome, Story, given

WORKING = (issued(), acknowledged())


def new_deadline(story: Story, due: Moment, at: Moment = 5) -> Outcome:
    return story.when(ChangeDeadline(deadline=Deadline(at=instant(due)), reason="Thêm việc"), at=at)


def test_with_two_levels_the_issuer_accepts_what_the_head_approved() -> None:
    story = given(*WORKING, reported(at=5))
    story.when(Accept()).then_refused(Code.APPROVAL_MISSING)
    done = story.when(ApproveCompletion()).accepted().when(Accept(note="Tốt"), at=8)
    state = done.then(CompletionAccepted(note="Tốt", late=False)).now
    assert (state.phase, state.closed_at, state.progress_percent) == ("completed", instant(8), 100)
    assert state.pending_steps == ()


def test_with_one_level_the_issuer_accepts_at_once() -> None:
    story = given(issued(policy=ONE_LEVEL), acknowledged(), reported(at=5))
    assert story.when(Accept()).then(CompletionAccepted(late=False)).now.phase == "completed"


@pytest.mark.parametrize(("reported_at", "late"), [(9.999999, False), (10, True), (11, True)])
def test_whether_it_was_late_goes_by_the_report_and_not_by_the_acceptance(reported_at: float, late: bool) -> None:
    told = given(*WORKING).when(ReportCompletion(result="Xong"), by="tp-nv", at=reported_at).accepted()
    assert told.when(Accept(), at=500).then(CompletionAccepted(late=late)).now.late is late


def test_without_a_deadline_nothing_is_late() -> None:
    story = given(issued(None), acknowledged(), reported(at=10_000), approved())
    story.when(Accept()).then(CompletionAccepted(late=False))


@pytest.mark.parametrize("user", ["cv-theo-doi", "tp-nv", "cv-nv", "kiem-tra"])
def test_only_leaders_accept(user: str) -> None:
    given(*WORKING, reported(), approved()).when(Accept(), by=user).then_refused(Code.NOT_PERMITTED, user=user)


def test_another_leader_of_the_scope_may_accept() -> None:
    given(*WORKING, reported(), approved()).when(Accept(), by="pct").accepted()


@pytest.mark.parametrize("user", ["chu-tich", "tp-nv"])
def test_a_result_that_falls_short_goes_back_to_the_unit(user: str) -> None:
    story = given(*WORKING, progressed(80), reported(at=5)).when(Reject(reason="Thiếu số liệu"), by=user, at=6)
    state = story.then(CompletionRejected(reason="Thiếu số liệu")).now
    assert (state.phase, state.rework_count, state.result, state.reported_at) == ("in_progress", 1, None, None)
    assert (state.approved, state.late, state.progress_percent) == (False, False, 80)


def test_the_head_does_not_take_the_own_approval_back() -> None:
    story = given(*WORKING, reported(), approved())
    story.when(Reject(reason="Chưa đạt"), by="tp-nv").then_refused(Code.NOT_PERMITTED, user="tp-nv", command="reject")
    story.when(Reject(reason="Chưa đạt"), by="chu-tich").accepted()


def test_with_one_level_the_head_has_no_say() -> None:
    story = given(issued(policy=ONE_LEVEL), acknowledged(), reported())
    story.when(Reject(reason="Chưa đạt"), by="tp-nv").then_refused(Code.NOT_PERMITTED)


def test_rework_is_approved_and_accepted_anew() -> None:
    story = given(*WORKING, reported(), approved(), rejected())
    assert not story.now.approved
    again = story.when(ReportCompletion(result="Đã sửa"), by="cv-nv").accepted()
    again.when(Accept()).then_refused(Code.APPROVAL_MISSING)
    done = again.when(ApproveCompletion()).accepted().when(Accept()).accepted()
    assert (done.now.result, done.now.rework_count) == ("Đã sửa", 1)


def test_a_report_in_time_that_was_rejected_does_not_save_the_next_one() -> None:
    story = given(*WORKING, reported(at=9), rejected(at=11))
    story = story.when(ReportCompletion(result="Xong"), by="tp-nv", at=12).accepted()
    story.when(Accept()).then(CompletionAccepted(late=True))


@pytest.mark.parametrize("user", ["chu-tich", "pct", "cv-theo-doi"])
def test_the_issuing_side_withdraws(user: str) -> None:
    story = given(*WORKING).when(Withdraw(reason="Trùng"), by=user, at=5)
    state = story.then(DirectiveWithdrawn(reason="Trùng")).now
    assert (state.phase, state.closed_at, state.pending_steps) == ("withdrawn", instant(5), ())


def test_the_unit_does_not_withdraw() -> None:
    given(*WORKING).when(Withdraw(reason="Khó"), by="tp-nv").then_refused(Code.NOT_PERMITTED)


def test_a_new_deadline_has_a_plan_of_its_own_and_the_original_stays() -> None:
    command = ChangeDeadline(deadline=Deadline(at=instant(20)), reason="Thêm việc", decision_number="15/QĐ")
    new_plan = plan(20, at=5, generation=2)
    expected = DeadlineChanged(old_due_at=instant(10), plan=new_plan, reason="Thêm việc", decision_number="15/QĐ")
    state = given(*WORKING).when(command, at=5).then(expected).now
    assert (state.original_due_at, state.due_at, state.due_soon_at) == (instant(10), instant(20), instant(18))
    assert (state.deadline_generation, state.pending_steps) == (2, new_plan.steps)


def test_the_original_stays_through_many_changes() -> None:
    story = given(*WORKING)
    for due in (20, 30, 15):
        story = new_deadline(story, due).accepted()
    assert (story.now.original_due_at, story.now.due_at) == (instant(10), instant(15))
    assert story.now.deadline_generation == 4


def test_the_same_deadline_is_refused() -> None:
    new_deadline(given(*WORKING), 10).then_refused(Code.DEADLINE_UNCHANGED)
    new_deadline(given(*WORKING, deadline_changed(20, at=5)), 20).then_refused(Code.DEADLINE_UNCHANGED)


def test_the_former_deadline_may_come_back() -> None:
    assert new_deadline(given(*WORKING, deadline_changed(20, at=5)), 10).accepted().now.due_at == instant(10)


def test_no_deadline_instead_of_none_is_no_change() -> None:
    command = ChangeDeadline(deadline=Deadline(none_because="Thường xuyên"), reason="Thường xuyên")
    given(issued(None)).when(command).then_refused(Code.DEADLINE_UNCHANGED)


def test_a_deadline_may_be_lifted_and_set_again() -> None:
    lift = ChangeDeadline(deadline=Deadline(none_because="Chờ luật"), reason="Chờ luật")
    lifted = given(*WORKING).when(lift, at=5).accepted()
    assert (lifted.now.due_at, lifted.now.pending_steps, lifted.now.no_deadline_because) == (None, (), "Chờ luật")
    again = new_deadline(lifted, 20).accepted()
    assert (again.now.due_at, again.now.no_deadline_because) == (instant(20), None)
    assert again.now.original_due_at == instant(10)


def test_a_deadline_set_later_leaves_the_original_at_none() -> None:
    state = new_deadline(given(issued(None)), 20).accepted().now
    assert (state.original_due_at, state.due_at) == (None, instant(20))


@pytest.mark.parametrize(("due", "code"), [(5, Code.DEADLINE_IN_PAST), (4e8, Code.DEADLINE_TOO_FAR)])
def test_a_new_deadline_obeys_the_rules_of_the_first(due: float, code: Code) -> None:
    new_deadline(given(*WORKING), due).then_refused(code)


def test_a_new_deadline_follows_the_policy_version_in_force_now() -> None:
    newer = SECONDS.model_copy(update={"version": 2, "reminders": ()})
    facts = Facts(FACTS.directory, {SECONDS.code: newer}, CALENDAR)
    state = new_deadline(given(*WORKING, facts=facts), 20).accepted().now
    assert state.policy_version == "giay@2"
    assert [step.kind for step in state.pending_steps] == ["deadline", "escalation", "escalation"]


def test_a_policy_that_is_gone_is_named() -> None:
    facts = Facts(FACTS.directory, {}, CALENDAR)
    new_deadline(given(*WORKING, facts=facts), 20).then_refused(Code.UNKNOWN_POLICY, policy="giay")


def test_nobody_accepts_what_they_reported_or_approved() -> None:
    both = person("ca-hai", Role.LEADER, "UBQ").model_copy(
        update={"roles": (Grant(role=Role.LEADER, unit="UBQ"), Grant(role=Role.UNIT_HEAD, unit="UBQ"))}
    )
    facts = Facts(district([both]), POLICIES, CALENDAR)
    past = (issued(), acknowledged())
    story = given(*past, facts=facts).when(ReportCompletion(result="Xong"), by="ca-hai").accepted()
    story.when(Accept(), by="ca-hai").then_refused(Code.SAME_PERSON, user="ca-hai")
    assert story.when(Accept(), by="chu-tich").accepted().now.phase == "completed"
