"""Who is told of what: the people around the directive, never the one who acted, each once."""

from dataclasses import replace
from typing import Any

import pytest

from domain.audience import INFORMS, OUTBOUND, Parties, people
from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    Attach,
    ChangeDeadline,
    Command,
    Comment,
    Deadline,
    Reject,
    ReportCompletion,
    ReportProgress,
    Tick,
    Withdraw,
)
from domain.directory import Directory, Role, Unit, UnitKind
from domain.officer_commands import AssignOfficer
from domain.policy import Audience, Recipients
from tests.domain.clock import instant
from tests.domain.district import PEOPLE, UNITS, district, person
from tests.domain.happenings import acknowledged, approved, issued, order, reported
from tests.domain.spec import FACTS, UPLOADED, Happened, given
from tests.domain.test_stored_shapes import EVENT_TYPES

WORKING = (issued(), acknowledged())
WAITING = (*WORKING, reported(at=5))
READY = (*WAITING, approved())
FILE = Attach(sha256=UPLOADED.sha256, file_name="Báo cáo.pdf")


@pytest.mark.parametrize(
    ("past", "command", "by", "told"),
    [
        ((), order(), "chu-tich", "tp-nv cv-nv tp-tnmt ct-a"),
        ((issued(),), Acknowledge(), "tp-nv", "chu-tich"),
        (WORKING, AssignOfficer(officer="cv-nv-2"), "tp-nv", "cv-nv-2 cv-nv"),
        (WORKING, ReportProgress(percent=5), "cv-nv", "chu-tich"),
        (WORKING, ReportCompletion(result="Xong"), "cv-nv", "tp-nv chu-tich"),
        (WORKING, ReportCompletion(result="Xong"), "tp-nv", "chu-tich"),
        (WAITING, ApproveCompletion(), "tp-nv", "chu-tich"),
        (WAITING, Reject(reason="Thiếu"), "tp-nv", "cv-nv chu-tich"),
        (READY, Reject(reason="Thiếu"), "chu-tich", "tp-nv cv-nv"),
        (READY, Accept(), "pct", "tp-nv cv-nv chu-tich"),
        (WORKING, Withdraw(reason="Trùng"), "cv-theo-doi", "tp-nv cv-nv tp-tnmt ct-a chu-tich"),
        (WORKING, ChangeDeadline(deadline=Deadline(at=instant(60)), reason="Gấp"), "chu-tich", "tp-nv cv-nv tp-tnmt"),
        (WORKING, Comment(text="Đã xem"), "tp-tnmt", "tp-nv cv-nv chu-tich"),
        (WORKING, Comment(text="Đã xem"), "cv-nv", "tp-nv chu-tich"),
        (WORKING, FILE, "tp-tnmt", "tp-nv cv-nv chu-tich"),
    ],
)
def test_these_people_are_told(past: tuple[Happened, ...], command: Command, by: str, told: str) -> None:
    facts = replace(FACTS, directory=district([person("cv-nv-2", Role.OFFICER, "NV")]))
    given(*past, facts=facts).when(command, by=by).then_told(*told.split())


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (7, "tp-nv cv-nv"),  # a reminder presses the unit
        (10, "tp-nv cv-nv chu-tich cv-theo-doi"),  # a missed deadline is known to both sides
        (12, "chu-tich cv-theo-doi"),
        (14, "chu-tich cv-theo-doi pct"),  # the chairman is issuer and leader, and told once
    ],
)
def test_steps_tell_whom_the_policy_names(second: int, told: str) -> None:
    story = given(*WORKING).when(Tick(), at=second - 0.001).accepted()
    story.when(Tick(), at=second).then_told(*told.split())


def test_a_directive_without_an_officer_tells_the_heads() -> None:
    given(issued(officer=None), acknowledged()).when(Tick(), at=7).then_told("tp-nv")


def test_the_officer_who_is_also_the_head_is_told_once() -> None:
    given(issued(officer="tp-nv")).when(Withdraw(reason="Trùng")).then_told("tp-nv", "tp-tnmt", "ct-a")


def test_an_approval_that_comes_with_the_report_tells_nobody_a_second_time() -> None:
    story = given(*WORKING).when(ReportCompletion(result="Xong"), by="tp-nv").accepted()
    assert story.events[-1].data.informs == ()


def test_a_unit_without_a_head_is_told_through_the_nearest_head_above() -> None:
    team = Unit(code="NV-TO", name="Tổ hồ sơ", kind=UnitKind.DEPARTMENT, parent="NV")
    parties = Parties(lead_unit="NV-TO", coordinating_units=("NV-TO",), issuer="chu-tich")
    for audience in (Audience.LEAD_UNIT_HEADS, Audience.COORDINATING_UNITS):
        assert people((audience,), parties, district(units=[team])) == ("tp-nv",)
        own = district([person("to-truong", Role.UNIT_HEAD, "NV-TO")], [team])
        assert people((audience,), parties, own) == ("to-truong",)


def test_where_nobody_is_found_nobody_is_told() -> None:
    parties = Parties(lead_unit="VP", issuer="chu-tich")
    assert people((Audience.LEAD_UNIT_HEADS, Audience.OFFICER), parties, district()) == ()


def test_all_heads_of_a_unit_are_told_but_none_that_has_left() -> None:
    more = [person("pp-nv", Role.UNIT_HEAD, "NV"), person("cu-nv", Role.UNIT_HEAD, "NV", active=False)]
    parties = Parties(lead_unit="NV", issuer="chu-tich")
    assert people((Audience.LEAD_UNIT_HEADS,), parties, district(more)) == ("tp-nv", "pp-nv")


def test_audiences_are_told_in_their_order_each_person_once() -> None:
    parties = Parties(lead_unit="NV", officer="cv-nv", issuer="pct")
    everyone = (Audience.ISSUER, Audience.LEADERS, Audience.OFFICER, Audience.LEAD_UNIT_HEADS)
    assert people(everyone, parties, district()) == ("pct", "chu-tich", "cv-nv", "tp-nv")
    assert people(everyone, parties, district(), but="pct") == ("chu-tich", "cv-nv", "tp-nv")


def test_recipients_are_found_by_role_and_place_in_the_tree() -> None:
    higher = Unit(code="TP", name="Thành phố", kind=UnitKind.OFFICE)
    under = [unit.model_copy(update={"parent": "TP"}) if unit.code == "UBQ" else unit for unit in UNITS]
    city = person("ct-tp", Role.LEADER, "TP")
    tree = Directory((higher, *under), (*PEOPLE, city))
    parties = Parties(lead_unit="NV", issuer="pct", issuing_unit="UBQ")

    def told(**fields: Any) -> tuple[str, ...]:
        return people((Recipients(**fields),), parties, tree)

    assert told(role=Role.UNIT_HEAD) == ("tp-nv",)
    assert told(role=Role.LEADER) == ("chu-tich", "pct"), "the nearest unit above that has one"
    assert told(role=Role.LEADER, up=1) == ("ct-tp",)
    assert told(role=Role.LEADER, up=9) == ("ct-tp",), "where the tree ends, its highest"
    assert told(role=Role.UNIT_HEAD, of="issuing_unit") == (), "nobody heads the committee here"
    assert told(role=Role.LEADER, of="issuing_unit") == ("chu-tich", "pct")


def test_every_event_type_has_its_audience_or_is_none_of_peoples_business() -> None:
    steps, audit = {"ReminderDue", "Escalated"}, {"SignalRefused", "NotificationSent", "NotificationFailed"}
    told_below = {"SubdirectiveIssued", "SubdirectiveDeadlineChanged"}
    told_with_the_issue = {"DirectiveBegun"}
    assert {*INFORMS} | steps | audit | told_below | told_with_the_issue == {*EVENT_TYPES}
    assert {*INFORMS}.isdisjoint(steps | audit | told_below | told_with_the_issue)


def test_small_talk_stays_in_the_house() -> None:
    assert {*EVENT_TYPES} - OUTBOUND == {
        "DirectiveAcknowledged",
        "DirectiveBegun",
        "ProgressReported",
        "Commented",
        "FileAttached",
        "SubdirectiveIssued",
        "SubdirectiveDeadlineChanged",
        "SubdirectiveClosed",
        "SignalRefused",
        "NotificationSent",
        "NotificationFailed",
    }
