"""Sub-directives: given down to several units at once, within the parent's bounds, and heard of above."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    ChangeDeadline,
    Deadline,
    Delegate,
    GrantExtension,
    Reject,
    ReportCompletion,
    Withdraw,
)
from domain.decision import Elsewhere
from domain.directory import Role, Unit, UnitKind
from domain.event_values import Actor, WaivedPoint
from domain.events import (
    DirectiveIssued,
    SubdirectiveClosed,
    SubdirectiveDeadlineChanged,
    SubdirectiveIssued,
)
from domain.facts import Facts
from domain.ids import directive_id_for, part_command_id
from domain.issuing import numbered, unnumbered
from domain.refusals import Code
from domain.terms import ClearPoint
from tests.domain.clock import instant
from tests.domain.district import district
from tests.domain.happenings import (
    acknowledged,
    approved,
    below,
    child_closed,
    delegated,
    extension_requested,
    issued,
    order,
    reported,
    withdrawn,
)
from tests.domain.spec import DIRECTIVE, FACTS, Story, given

BESIDE = issued(coordinating_units=("P-A", "P-B"), informed_units=())
TO_WARDS = Delegate(units=("P-A", "P-B"), title="Rà soát tại phường")


def under(*past: object, **changes: object) -> Facts:
    """The facts of a directive whose parent has this past."""
    parent = given(*past).now.model_copy(update={"id": below(99), "code": "2026/0100", **changes})  # type: ignore[arg-type]
    return replace(FACTS, parent=parent)


def children_of(story: Story, command: Delegate, by: str = "chu-tich") -> tuple[Elsewhere, ...]:
    return story.when(command, by=by).decided.elsewhere


def test_one_call_gives_each_unit_a_directive_of_its_own() -> None:
    outcome = given(BESIDE, acknowledged()).when(TO_WARDS, by="tp-nv", at=3)
    children = outcome.decided.elsewhere
    assert [child.state for child in children] == [None, None]
    issues = [event for child in children for event in child.events if isinstance(event, DirectiveIssued)]
    assert [(issue.lead_unit, issue.parent, issue.above) for issue in issues] == [
        ("P-A", DIRECTIVE, ("NV",)),
        ("P-B", DIRECTIVE, ("NV",)),
    ]
    assert {issue.title for issue in issues} == {"Rà soát tại phường"}
    assert {issue.content for issue in issues} == {"Rà soát, bổ sung hồ sơ cán bộ của các phòng."}
    assert {issue.expected_result for issue in issues} == {"Báo cáo rà soát"}
    assert {issue.plan.due_at for issue in issues} == {instant(10)}, "the parent's, where none is named"
    assert [issue.informs for issue in issues] == [("ct-a",), ("ct-b",)]
    story = outcome.then(
        *(
            SubdirectiveIssued(subdirective=child.directive_id, code="2026/0123", lead_unit=unit, due_at=instant(10))
            for child, unit in zip(children, TO_WARDS.units, strict=True)
        )
    )
    assert [child.lead_unit for child in story.now.open_subdirectives] == ["P-A", "P-B"]


def test_ids_derive_from_the_command_so_a_repeat_issues_the_same() -> None:
    outcome = given(BESIDE).when(TO_WARDS)
    command_ids = [part_command_id(outcome.envelope.command_id, n) for n in (0, 1)]
    assert [child.command_id for child in outcome.decided.elsewhere] == command_ids
    assert [child.directive_id for child in outcome.decided.elsewhere] == [*map(directive_id_for, command_ids)]


def test_each_gets_a_number_and_the_parent_knows_it() -> None:
    decided = given(BESIDE).when(TO_WARDS).decided
    wanted = unnumbered(DIRECTIVE, decided)
    assert wanted == [child.directive_id for child in decided.elsewhere]
    filled = numbered(DIRECTIVE, decided, dict(zip(wanted, ("2026/0200", "2026/0201"), strict=True)))
    events = [*filled.events, *(event for child in filled.elsewhere for event in child.events)]
    assert [event.code for event in events if isinstance(event, SubdirectiveIssued | DirectiveIssued)] == [
        "2026/0200",
        "2026/0201",
    ] * 2


def test_the_leader_gives_to_any_unit_under_the_committee() -> None:
    assert len(children_of(given(issued()), TO_WARDS)) == 2


@pytest.mark.parametrize(
    ("units", "code", "named"),
    [
        (("P-A", "XX"), Code.UNKNOWN_UNIT, "XX"),
        (("P-A", "P-A"), Code.UNIT_NAMED_TWICE, "P-A"),
        (("P-A", "NV"), Code.DELEGATION_CYCLE, "NV"),
        (("P-A", "VP"), Code.DELEGATION_CYCLE, "VP"),
    ],
)
def test_one_wrong_unit_refuses_them_all(units: tuple[str, ...], code: Code, named: str) -> None:
    given(issued(above=("VP",))).when(Delegate(units=units)).then_refused(code, unit=named)


def test_a_head_gives_to_units_below_or_beside_only() -> None:
    given(BESIDE).when(Delegate(units=("P-A", "TNMT")), by="tp-nv").then_refused(
        Code.NOT_SUBORDINATE, unit="TNMT", over="NV"
    )
    team = Unit(code="NV-TO", name="Tổ hồ sơ", kind=UnitKind.DEPARTMENT, parent="NV")
    facts = replace(FACTS, directory=district(units=[team]))
    assert len(given(issued(), facts=facts).when(Delegate(units=("NV-TO",)), by="tp-nv").decided.elsewhere) == 1


def test_an_officer_delegates_nothing() -> None:
    given(BESIDE).when(TO_WARDS, by="cv-nv").then_refused(Code.NOT_PERMITTED)


@pytest.mark.parametrize(
    "deadline", [Deadline(at=instant(11)), Deadline(none_because="Thường xuyên")], ids=["later", "none"]
)
def test_its_deadline_lies_within_the_parents(deadline: Deadline) -> None:
    refused = given(BESIDE).when(Delegate(units=("P-A",), deadline=deadline))
    refused.then_refused(Code.DEADLINE_PAST_PARENT, parent="2026/0123")
    inside = Delegate(units=("P-A",), deadline=Deadline(at=instant(8)))
    assert given(BESIDE).when(inside).accepted().now.subdirectives[0].due_at == instant(8)


def test_under_a_parent_without_deadline_there_may_be_any_or_none() -> None:
    story = given(issued(None, no_deadline_because="Thường xuyên"))
    (child,) = children_of(story, Delegate(units=("P-A",)))
    assert isinstance(child.events[0], DirectiveIssued)
    assert child.events[0].no_deadline_because == "Thường xuyên"
    given(issued(None)).when(Delegate(units=("P-A",), deadline=Deadline(at=instant(50)))).accepted()


def test_a_directive_issued_under_another_is_heard_of_there() -> None:
    facts = under(issued())
    outcome = given(facts=facts).when(order(parent=below(99)))
    outcome.then_above(SubdirectiveIssued(subdirective=DIRECTIVE, code="2026/0123", lead_unit="NV", due_at=instant(10)))
    assert outcome.accepted().now.above == ("NV",)


def test_under_a_parent_that_is_unknown_or_has_ended_nothing_is_issued() -> None:
    given().when(order(parent=UUID(int=7))).then_refused(Code.UNKNOWN_PARENT)
    given(facts=under(issued(), withdrawn())).when(order(parent=below(99))).then_refused(
        Code.PARENT_CLOSED, parent="2026/0100"
    )
    later = order(parent=below(99), deadline=Deadline(at=instant(11)))
    given(facts=under(issued())).when(later).then_refused(Code.DEADLINE_PAST_PARENT)


CHILD = (issued(parent=below(99)), acknowledged())


def test_the_parent_hears_of_the_end_and_of_moved_deadlines() -> None:
    facts = under(issued(60), delegated())
    accepted = given(*CHILD, reported(), approved(), facts=facts).when(Accept())
    accepted.then_above(SubdirectiveClosed(subdirective=DIRECTIVE, completed=True, late=False))
    cancelled = given(*CHILD, facts=facts).when(Withdraw(reason="Trùng"))
    cancelled.then_above(SubdirectiveClosed(subdirective=DIRECTIVE, completed=False, late=False))
    moved = given(*CHILD, facts=facts).when(ChangeDeadline(deadline=Deadline(at=instant(20)), reason="Thêm việc"))
    moved.then_above(SubdirectiveDeadlineChanged(subdirective=DIRECTIVE, due_at=instant(20)))
    extended = given(*CHILD, extension_requested(30), facts=facts).when(GrantExtension())
    extended.then_above(SubdirectiveDeadlineChanged(subdirective=DIRECTIVE, due_at=instant(30)))


def test_a_parent_that_has_ended_hears_nothing_more() -> None:
    given(*CHILD, facts=under(issued(60), withdrawn())).when(Withdraw(reason="Trùng")).then_above()


def test_a_moved_deadline_stays_within_the_parents_and_around_the_childrens() -> None:
    facts = under(issued(60))
    too_far = Deadline(at=instant(61))
    moved = ChangeDeadline(deadline=too_far, reason="Thêm việc")
    given(*CHILD, facts=facts).when(moved).then_refused(Code.DEADLINE_PAST_PARENT)
    given(*CHILD, extension_requested(61), facts=facts).when(GrantExtension()).then_refused(Code.DEADLINE_PAST_PARENT)
    story = given(issued(), delegated(due=9))
    sooner = ChangeDeadline(deadline=Deadline(at=instant(8)), reason="Gấp")
    story.when(sooner).then_refused(Code.DEADLINE_BEFORE_SUBDIRECTIVES, subdirectives=("2026/0201",))
    given(issued(), delegated(due=9), child_closed()).when(sooner).accepted()


def test_a_parent_does_not_end_over_open_ones_unless_somebody_says_why_that_is_right() -> None:
    working = given(issued(), acknowledged(), delegated(), delegated("P-B", number=2), child_closed())
    refused = working.when(ReportCompletion(result="Xong"))
    refused.then_refused(Code.OPEN_SUBDIRECTIVES, subdirectives=("2026/0202",))
    waived = working.when(ReportCompletion(result="Xong", waive_open="Phường B không còn việc"))
    story = waived.accepted()
    assert waived.decided.events[0].model_dump()["waives_open"] == "Phường B không còn việc"
    story = story.when(ApproveCompletion(), at=5).accepted()
    story.when(Accept(), at=6).then_refused(Code.OPEN_SUBDIRECTIVES)
    story.when(Accept(waive_open="Đồng ý"), at=6).accepted()
    working.when(Withdraw(reason="Trùng")).then_refused(Code.OPEN_SUBDIRECTIVES)
    working.when(Withdraw(reason="Trùng", waive_open="Phường vẫn làm")).accepted()


def test_a_waiver_where_nothing_is_open_is_not_kept() -> None:
    story = given(issued(), acknowledged(), delegated(), child_closed())
    report = story.when(ReportCompletion(result="Xong", waive_open="Thừa"))
    assert report.decided.events[0].model_dump()["waives_open"] is None


def test_what_a_head_delegated_that_head_steers_and_accepts() -> None:
    delegating = Actor(user="tp-nv", name="Đồng chí tp-nv", unit="NV", role=Role.UNIT_HEAD, over="NV")
    child = given().goes_on(
        issued(lead_unit="P-A", parent=below(99), coordinating_units=()).data, delegating, instant(0)
    )
    later = ChangeDeadline(deadline=Deadline(at=instant(20)), reason="Thêm việc")
    child.when(later, by="tp-nv", at=1).accepted()
    child.when(later, by="tp-tnmt", at=1).then_refused(Code.NOT_PERMITTED)
    at_work = child.when(Acknowledge(), by="ct-a").accepted()
    waiting = at_work.when(ReportCompletion(result="Xong"), by="ct-a").accepted()
    assert waiting.now.approved, "the head of the ward reported it"
    waiting.when(Reject(reason="Thiếu"), by="ct-a").then_refused(Code.NOT_PERMITTED)
    waiting.when(Reject(reason="Thiếu"), by="tp-nv").accepted()
    waiting.when(Accept(), by="ct-a").then_refused(Code.NOT_PERMITTED)
    waiting.when(Accept(), by="tp-nv").accepted()
    waiting.when(Accept(), by="chu-tich").accepted()


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        (Delegate(units=("P-A",)), ("time", "result")),
        (Delegate(units=("P-A",), expected_result="Danh sách"), ("time",)),
        (Delegate(units=("P-A",), deadline=Deadline(at=instant(9))), ("result",)),
        (Delegate(units=("P-A",), deadline=Deadline(at=instant(9)), expected_result="Danh sách"), ()),
    ],
)
def test_what_stays_unclear_below_stays_waived(command: Delegate, kept: tuple[str, ...]) -> None:
    waivers = tuple(WaivedPoint(item=item, reason="Chờ luật") for item in (ClearPoint.TIME, ClearPoint.RESULT))
    story = given(issued(None, expected_result=None, waivers=waivers, coordinating_units=("P-A",), informed_units=()))
    ((child, *_),) = (part.events for part in children_of(story, command))
    assert isinstance(child, DirectiveIssued)
    assert tuple(waiver.item for waiver in child.waivers) == kept
