"""What the lead unit does: take on, name an officer, report; and remarks by everyone around."""

import pytest

from domain.commands import Acknowledge, ApproveCompletion, Comment, ReportCompletion, ReportProgress
from domain.directory import Role
from domain.events import (
    Commented,
    CompletionApproved,
    CompletionReported,
    DirectiveAcknowledged,
    ProgressReported,
)
from domain.facts import Facts
from domain.officer_commands import AssignOfficer
from domain.officer_events import OfficerAssigned
from domain.refusals import Code
from tests.domain.clock import instant
from tests.domain.district import district, person
from tests.domain.happenings import acknowledged, approved, issued, missed, progressed, reported
from tests.domain.policies import ONE_LEVEL, POLICIES
from tests.domain.spec import CALENDAR, given

WORKING = (issued(), acknowledged())


@pytest.mark.parametrize("user", ["tp-nv", "cv-nv"])
def test_the_unit_takes_it_on(user: str) -> None:
    story = given(issued()).when(Acknowledge(note="Đã rõ"), by=user).then(DirectiveAcknowledged(note="Đã rõ"))
    assert story.now.phase == "in_progress"


def test_it_is_taken_on_once() -> None:
    given(*WORKING).when(Acknowledge()).then_refused(Code.NOT_POSSIBLE_NOW, command="acknowledge", phase="in_progress")


def test_the_head_names_the_officer_and_the_one_before_is_kept() -> None:
    facts = Facts(district([person("cv-nv-2", Role.OFFICER, "NV")]), POLICIES, CALENDAR)
    story = given(*WORKING, facts=facts).when(AssignOfficer(officer="cv-nv-2", note="Nghỉ phép"))
    after = story.then(OfficerAssigned(officer="cv-nv-2", previous_officer="cv-nv", note="Nghỉ phép"))
    assert (after.now.officer, after.now.phase) == ("cv-nv-2", "in_progress")


def test_naming_an_officer_does_not_take_the_directive_on() -> None:
    story = given(issued(officer=None)).when(AssignOfficer(officer="cv-nv")).then(OfficerAssigned(officer="cv-nv"))
    assert (story.now.officer, story.now.phase) == ("cv-nv", "issued")


def test_the_same_officer_again_is_refused() -> None:
    given(*WORKING).when(AssignOfficer(officer="cv-nv")).then_refused(Code.OFFICER_UNCHANGED, officer="cv-nv")


@pytest.mark.parametrize("officer", ["cv-tnmt", "khong-co"])
def test_the_officer_belongs_to_the_lead_unit(officer: str) -> None:
    outcome = given(*WORKING).when(AssignOfficer(officer=officer))
    outcome.then_refused(Code.UNKNOWN_OFFICER, officer=officer, unit="NV")


def test_progress_is_reported_with_its_words() -> None:
    command = ReportProgress(percent=40, note="Xong đợt một", difficulties="Thiếu người", proposals="Thêm một tuần")
    expected = ProgressReported(percent=40, note="Xong đợt một", difficulties="Thiếu người", proposals="Thêm một tuần")
    state = given(*WORKING).when(command, at=4).then(expected).now
    assert (state.progress_percent, state.progress_reports, state.last_progress_at) == (40, 1, instant(4))


def test_the_first_progress_takes_the_directive_on() -> None:
    assert given(issued()).when(ReportProgress(percent=0)).accepted().now.phase == "in_progress"


def test_an_honest_correction_downwards_is_taken() -> None:
    story = given(*WORKING, progressed(40)).when(ReportProgress(percent=25)).accepted()
    assert (story.now.progress_percent, story.now.progress_reports) == (25, 2)


def test_an_officers_result_waits_for_the_head() -> None:
    story = given(*WORKING).when(ReportCompletion(result="Xong"), by="cv-nv", at=5)
    state = story.then(CompletionReported(result="Xong", late=False)).now
    assert (state.phase, state.result, state.reported_at) == ("awaiting_acceptance", "Xong", instant(5))
    assert not state.approved


def test_a_heads_own_report_carries_the_approval() -> None:
    story = given(*WORKING).when(ReportCompletion(result="Xong"), by="tp-nv")
    assert story.then(CompletionReported(result="Xong", late=False), CompletionApproved()).now.approved


@pytest.mark.parametrize("user", ["tp-nv", "cv-nv"])
def test_with_one_level_nobody_needs_to_approve(user: str) -> None:
    story = given(issued(policy=ONE_LEVEL), acknowledged()).when(ReportCompletion(result="Xong"), by=user)
    after = story.then(CompletionReported(result="Xong", late=False))
    assert after.now.approved
    after.when(ApproveCompletion()).then_refused(Code.NOT_POSSIBLE_NOW)


def test_the_head_approves_once() -> None:
    story = given(*WORKING, reported()).when(ApproveCompletion(note="Đạt")).then(CompletionApproved(note="Đạt"))
    assert story.now.approved
    still_possible = [
        "report-part",
        "grant-extension",
        "refuse-extension",
        "accept",
        "reject",
        "withdraw",
        "comment",
        "attach",
    ]
    story.when(ApproveCompletion()).then_refused(Code.NOT_POSSIBLE_NOW, possible=tuple(still_possible))


@pytest.mark.parametrize("user", ["cv-nv", "chu-tich", "tp-tnmt"])
def test_nobody_but_the_head_of_the_unit_approves(user: str) -> None:
    given(*WORKING, reported()).when(ApproveCompletion(), by=user).then_refused(Code.NOT_PERMITTED, user=user)


@pytest.mark.parametrize("user", ["chu-tich", "cv-theo-doi", "tp-nv", "cv-nv", "tp-tnmt", "cv-tnmt", "ct-a"])
def test_everyone_around_may_remark_and_nothing_moves(user: str) -> None:
    before = given(*WORKING, reported(), approved())
    after = before.when(Comment(text="Đề nghị nêu rõ"), by=user).then(Commented(text="Đề nghị nêu rõ"))
    unmoved = after.now.model_copy(update={"version": before.now.version})
    assert unmoved == before.now


def test_a_unit_that_is_not_named_may_not_remark() -> None:
    given(*WORKING).when(Comment(text="Xin ý kiến"), by="ct-b").then_refused(Code.NOT_PERMITTED, command="comment")


def test_a_report_made_in_time_is_not_late_because_the_tick_was_recorded_first() -> None:
    story = given(*WORKING, missed(at=60)).when(ReportCompletion(result="Xong"), by="tp-nv", at=9).accepted()
    assert story.now.late is False
