"""Patterns of work that no single rule shows by itself, played from end to end through the rules."""

from dataclasses import replace

from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    Decline,
    Delegate,
    Reassign,
    Reject,
    ReportCompletion,
    ReportPart,
    ReportProgress,
    Resume,
    SettleDecline,
    Suspend,
    Tick,
    Withdraw,
)
from domain.desk import Waits, waits_for
from domain.directory import Role
from domain.events import DirectiveBegun, DirectiveIssued, Escalated
from domain.facts import Facts
from domain.officer_commands import AssignOfficer, Claim
from domain.refusals import Code
from domain.state import Phase
from domain.terms import Settlement, StopCause
from tests.domain.clock import instant
from tests.domain.district import district, person
from tests.domain.happenings import (
    acknowledged,
    child_closed,
    delegated,
    issued,
    missed,
    order,
    progressed,
    reported,
)
from tests.domain.policies import POLICIES, SECONDS
from tests.domain.spec import CALENDAR, FACTS, Story, given

AT_ONCE = SECONDS.model_copy(update={"code": "hoa-toc-ngay", "begins": "issued"})
MORE = Facts(district([person("cv-an", Role.OFFICER, "NV")]), POLICIES | {AT_ONCE.code: AT_ONCE}, CALENDAR)


def on_desk_of(username: str, story: Story) -> Waits | None:
    return waits_for(story.now, story.facts.directory.people[username], story.facts.directory)


def test_the_whole_case_stays_with_the_officer_it_was_given_to() -> None:
    story = given(issued(officer=None), facts=MORE).when(Claim(start=True), by="cv-an").accepted()
    for command in (ReportProgress(percent=60), ReportCompletion(result="Xong")):
        story = story.when(command, by="cv-an").accepted()
    rework = story.when(Reject(reason="Thiếu hai phòng")).then_told("tp-nv", "cv-an").accepted()
    reminded = rework.when(Tick(), at=7).then_told("tp-nv", "cv-an").accepted()
    again = reminded.when(ReportCompletion(result="Đủ cả"), by="cv-an").accepted()
    done = again.when(ApproveCompletion()).accepted().when(Accept()).accepted()
    assert (done.now.officer, done.now.phase) == ("cv-an", Phase.COMPLETED), "nobody named anyone on the way"


def test_rework_goes_to_whoever_did_the_work() -> None:
    story = given(issued(officer=None), acknowledged(), facts=MORE).when(AssignOfficer(officer="cv-an")).accepted()
    story = story.when(ReportCompletion(result="Xong"), by="cv-an").accepted()
    back = story.when(Reject(reason="Chưa đạt")).accepted()
    assert on_desk_of("cv-an", back) is Waits.WORK
    assert on_desk_of("cv-nv", back) is None


def test_all_officers_are_offered_it_until_one_takes_it() -> None:
    story = given(issued(officer=None), facts=MORE)
    assert [on_desk_of(user, story) for user in ("cv-an", "cv-nv", "tp-nv")] == [Waits.OFFER] * 3
    taken = story.when(Claim(), by="cv-an").accepted()
    assert [on_desk_of(user, taken) for user in ("cv-an", "cv-nv", "tp-nv")] == [Waits.WORK, None, None]


def test_the_unit_is_offered_it_and_may_say_no() -> None:
    offered = given(issued(officer=None))
    offered.when(Acknowledge()).accepted()
    declined = offered.when(Decline(reason="Không thuộc thẩm quyền")).accepted()
    assert on_desk_of("tp-nv", declined) is None
    assert on_desk_of("chu-tich", declined) is Waits.DECISION


def test_it_is_given_out_before_it_may_be_worked_on() -> None:
    hold = Suspend(cause=StopCause.FUNDING, reason="Thực hiện từ khi có kinh phí", until=instant(5))
    early = given().when(order(officer="cv-nv")).then_told("tp-nv", "cv-nv", "tp-tnmt", "ct-a").accepted()
    early = early.when(hold).accepted()
    early.when(Acknowledge(), at=3).then_refused(Code.NOT_POSSIBLE_NOW)
    assert early.now.officer == "cv-nv"
    begun = early.when(Tick(), at=5).accepted()
    begun.when(Acknowledge(), at=6).accepted()


def test_the_unit_is_told_the_moment_it_is_issued() -> None:
    given().when(order(officer=None)).then_told("tp-nv", "tp-tnmt", "ct-a")


def test_the_officer_is_found_when_the_work_is_due_and_not_before() -> None:
    waiting = given(issued(officer=None), acknowledged(at=1), facts=MORE)
    late = waiting.when(Claim(), by="cv-an", at=6).accepted()
    assert (late.now.officer, late.now.officer_since) == ("cv-an", instant(6))


def test_of_several_that_are_offered_the_officer_takes_any_in_any_order() -> None:
    urgent, slow = (given(issued(due, officer=None), facts=MORE) for due in (5, 100))
    assert [on_desk_of("cv-an", story) for story in (urgent, slow)] == [Waits.OFFER, Waits.OFFER]
    begun = slow.when(Claim(start=True), by="cv-an").accepted()
    assert begun.now.phase is Phase.IN_PROGRESS
    assert on_desk_of("cv-an", urgent) is Waits.OFFER


def test_what_is_not_done_in_time_goes_up_and_from_there_to_another() -> None:
    overdue = given(issued(), acknowledged(), missed()).when(Tick(), at=12.5)
    assert any(isinstance(event, Escalated) and "chu-tich" in event.informs for event in overdue.decided.events)
    moved = overdue.accepted().when(Reassign(lead_unit="TNMT", reason="Quá hạn"), at=13).accepted()
    assert (moved.now.lead_unit, moved.now.tenures[0].overdue_from) == ("TNMT", instant(10))


def test_a_part_that_is_not_needed_any_more_is_skipped_and_the_whole_goes_on() -> None:
    parent = given(issued(), acknowledged(), delegated("P-A"))
    parent.when(ReportCompletion(result="Xong")).then_refused(Code.OPEN_SUBDIRECTIVES)
    skipped = given(issued(), acknowledged(), delegated("P-A"), child_closed(completed=False))
    assert skipped.when(ReportCompletion(result="Xong")).accepted().now.phase is Phase.AWAITING_ACCEPTANCE


def test_work_that_need_not_be_done_ends_without_a_result() -> None:
    story = given(issued(), acknowledged()).when(Decline(reason="Đã có đơn vị khác làm")).accepted()
    ended = story.when(SettleDecline(settlement=Settlement.UPHELD, reason="Đúng, trùng việc")).accepted()
    assert (ended.now.phase, ended.now.result) == (Phase.WITHDRAWN, None)
    given(issued(), acknowledged()).when(Withdraw(reason="Trùng")).accepted()


def test_work_begins_before_anybody_took_it_on_or_was_named() -> None:
    story = given(issued(officer=None)).when(ReportProgress(percent=20), by="cv-nv").accepted()
    assert (story.now.officer, story.now.progress_percent) == (None, 20)


def test_a_part_is_done_before_the_lead_unit_has_begun() -> None:
    story = given(issued(officer=None)).when(ReportPart(result="Đã có số liệu đất đai"), by="cv-tnmt").accepted()
    assert (story.now.phase, story.now.parts[0].unit) == (Phase.ISSUED, "TNMT")


def test_a_part_that_was_reported_is_done_again() -> None:
    story = given(issued()).when(ReportPart(result="Số liệu sơ bộ"), by="cv-tnmt").accepted()
    again = story.when(ReportPart(result="Số liệu đã rà lại"), by="cv-tnmt").accepted()
    assert [part.result for part in again.now.parts] == ["Số liệu đã rà lại"]


def test_a_policy_has_the_unit_at_work_from_the_issue_on() -> None:
    outcome = given(facts=MORE).when(order(policy=AT_ONCE.code, officer=None))
    assert [type(event) for event in outcome.decided.events] == [DirectiveIssued, DirectiveBegun]
    story = outcome.accepted()
    assert story.now.phase is Phase.IN_PROGRESS
    story.when(ReportCompletion(result="Xong"), by="cv-nv").accepted()
    assert given().when(order()).accepted().now.phase is Phase.ISSUED, "not under the other policies"


def test_what_is_delegated_under_such_a_policy_begins_at_once_too() -> None:
    known = replace(MORE, parent=None)
    parent = given(facts=known).when(order(policy=AT_ONCE.code)).accepted()
    (child,) = parent.when(Delegate(units=("P-A",))).decided.elsewhere
    assert [type(event) for event in child.events] == [DirectiveIssued, DirectiveBegun]


def test_one_officer_has_several_in_hand_at_once() -> None:
    stories = [given(issued(due), progressed(10)) for due in (10, 20, 30)]
    for story in stories:
        assert on_desk_of("cv-nv", story) is Waits.WORK
        story.when(ReportProgress(percent=30), by="cv-nv").accepted()


def test_a_head_at_work_calls_in_others_and_stays_responsible() -> None:
    working = given(issued(), progressed(40))
    helped = working.when(Delegate(units=("TNMT",), title="Cung cấp số liệu đất đai"), by="tp-nv")
    (child,) = helped.decided.elsewhere
    assert isinstance(child.events[0], DirectiveIssued)
    assert child.events[0].lead_unit == "TNMT"
    assert (helped.accepted().now.lead_unit, helped.accepted().now.officer) == ("NV", "cv-nv")


def test_whoever_stopped_it_lets_it_go_on_from_where_it_stood() -> None:
    stopped = given(issued(), progressed(40)).when(Suspend(cause=StopCause.OTHER, reason="Chờ hướng dẫn")).accepted()
    stopped.when(ReportProgress(percent=50)).then_refused(Code.NOT_POSSIBLE_NOW)
    going = stopped.when(Resume()).accepted()
    assert (going.now.phase, going.now.progress_percent, going.now.officer) == (Phase.IN_PROGRESS, 40, "cv-nv")


def test_two_acts_of_one_case_need_two_people() -> None:
    both = person("kiem-nhiem", Role.LEADER, "UBQ")
    both = both.model_copy(update={"roles": (*both.roles, *person("x", Role.UNIT_HEAD, "NV").roles)})
    facts = replace(FACTS, directory=district([both]))
    story = given(issued(), acknowledged(), reported(), facts=facts)
    approved = story.when(ApproveCompletion(), by="kiem-nhiem").accepted()
    approved.when(Accept(), by="kiem-nhiem").then_refused(Code.SAME_PERSON)
    approved.when(Accept(), by="pct").accepted()
