"""Coordinating units report their own part, in time or late on their own account."""

from dataclasses import replace

import pytest

from domain.commands import ReportPart
from domain.directory import Role
from domain.events import PartResultReported
from domain.refusals import Code
from tests.domain.clock import instant
from tests.domain.district import district, person
from tests.domain.happenings import acknowledged, issued, reported
from tests.domain.spec import FACTS, given

DONE = ReportPart(result="Đã rà soát phần đất đai")


def test_the_unit_beside_reports_and_the_lead_unit_hears_of_it() -> None:
    outcome = given(issued(), acknowledged()).when(DONE, at=5)
    story = outcome.then(PartResultReported(unit="TNMT", result="Đã rà soát phần đất đai", late=False))
    outcome.then_told("tp-nv", "cv-nv")
    (part,) = story.now.parts
    assert (part.unit, part.reported_at, part.late) == ("TNMT", instant(5), False)
    assert story.now.phase == "in_progress", "a part moves nothing of the whole"


def test_late_is_the_parts_own_and_not_the_directives() -> None:
    story = given(issued(), acknowledged(), reported(at=9)).when(DONE, at=10).accepted()
    assert story.now.parts[0].late
    assert not story.now.late


def test_the_first_report_counts_a_later_one_corrects_it() -> None:
    story = given(issued()).when(DONE, at=5).accepted().when(ReportPart(result="Bổ sung phụ lục"), at=20).accepted()
    (part,) = story.now.parts
    assert (part.result, part.late) == ("Bổ sung phụ lục", False)


@pytest.mark.parametrize("user", ["tp-nv", "cv-nv", "ct-a", "chu-tich"])
def test_only_coordinating_units_have_a_part(user: str) -> None:
    given(issued()).when(DONE, by=user).then_refused(Code.NOT_PERMITTED)


def test_who_stands_for_several_names_the_one() -> None:
    both = person("pho-khoi", Role.UNIT_HEAD, "UBQ")
    facts = replace(FACTS, directory=district([both]))
    story = given(issued(coordinating_units=("TNMT", "P-A")), facts=facts)
    story.when(DONE, by="pho-khoi").then_refused(Code.UNIT_AMBIGUOUS, units=("TNMT", "P-A"))
    named = story.when(ReportPart(unit="P-A", result="Xong"), by="pho-khoi")
    named.then(PartResultReported(unit="P-A", result="Xong", late=False))
    story.when(ReportPart(unit="P-B", result="Xong"), by="pho-khoi").then_refused(Code.NOT_PERMITTED)


def test_without_a_deadline_nothing_is_late() -> None:
    assert not given(issued(None)).when(DONE, at=10_000).accepted().now.parts[0].late
