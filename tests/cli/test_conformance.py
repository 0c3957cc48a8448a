"""`dondoc audit conformance`: verdicts for people and machines, exit codes, and the net as a file."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from audit.conformance.pnml import NAMESPACE
from audit.conformance.table import RULES
from console.audit import conformance_report
from domain.events import ReminderDue
from storage.pool import Pool
from tests.conformance import altering as alter
from tests.conformance import plants_of_people, stories
from tests.conformance.recording import write
from tests.support.command_line import Outcome, dondoc

AT = ("--at", stories.late().book.as_of.isoformat())
WELL = stories.extended().history
BADLY = plants_of_people.accepted_without_approval()

pytestmark = pytest.mark.usefixtures("on_database")


async def judged(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, "audit", "conformance", *words)


async def test_a_clean_record_conforms(pool: Pool) -> None:
    await write(pool, WELL)
    told = (await judged("--all", *AT, "--json")).succeeded().json
    assert told["directives"] == []
    summary = told["summary"]
    assert (summary["judged"], summary["conforms"], summary["deviates"]) == (1, 1, 0)
    assert [row["rule"] for row in summary["rules"]] == [rule.code for rule in RULES]
    words = (await judged("--all", *AT)).succeeded().out
    assert "1 nhiệm vụ: 1 phù hợp, 0 sai lệch · directives: 1 conform, 0 deviate" in words


async def test_a_deviation_names_its_rule_and_its_events_and_ends_with_1(pool: Pool) -> None:
    await write(pool, BADLY.history)
    ended = await judged("--all", *AT, "--json")
    assert ended.code == 1
    (one,) = ended.json["directives"]
    assert (one["code"], one["verdict"], one["words"]["vi"]) == ("2026/0001", "deviates", "sai lệch")
    found = {rule["rule"]: rule["findings"] for rule in one["rules"]}
    cited = {event["global_position"] for finding in found["approved_first"] for event in finding["events"]}
    accepted = BADLY.history.entries[-1].event
    assert len(BADLY.history.entries) in cited
    (finding,) = found["approved_first"]
    assert finding["policy"] == "giay@1"
    assert finding["events"][-1] == {
        "directive_id": str(accepted.directive_id),
        "global_position": len(BADLY.history.entries),
        "stream_version": accepted.stream_version,
        "type": "CompletionAccepted",
    }
    words = await judged("2026/0001", *AT)
    assert words.code == 1
    assert "approved_first" in words.out
    assert "1 sai lệch" in words.out


async def test_one_that_is_named_is_told_with_every_rule_that_applies(pool: Pool) -> None:
    await write(pool, WELL)
    (one,) = (await judged("2026-0001", *AT, "--json")).succeeded().json["directives"]
    assert one["verdict"] == "conforms"
    outcomes = {rule["rule"]: rule["outcome"] for rule in one["rules"]}
    assert outcomes["extensions_at_most"] == "conforms"
    assert outcomes["told_above"] == "not_applicable"
    words = (await judged("2026/0001", *AT)).succeeded().out
    assert "extensions_at_most" in words


async def test_a_unit_has_its_own(pool: Pool) -> None:
    told = stories.below()
    assert told.history.above is not None
    await write(pool, told.history, told.history.above)
    for unit, count in (("P-A", 1), ("NV", 1), ("UBQ", 2), ("TNMT", 0)):
        ended = (await judged("--unit", unit, *AT, "--json")).succeeded()
        assert ended.json["summary"]["judged"] == count, unit


async def test_a_long_table_is_cut(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance_report, "MOST_ROWS", 1)
    await write(pool, BADLY.history)
    assert "dòng nữa" in (await judged("--all", *AT)).out


async def test_what_is_wanted_has_to_be_said(pool: Pool) -> None:
    for words in (
        (),
        ("--all", "--unit", "NV"),
        ("2026/0001", "--all"),
        ("--net", "--all"),
        ("--all", "--window", "0"),
    ):
        (await judged(*words)).ended(2, " · ")
    (await judged("--all", "--at", "hôm qua")).ended(2, "hôm qua")
    (await judged("2026/9999")).ended(1, "2026/9999")
    (await judged(str(uuid4()))).ended(1)
    (await judged("--unit", "XX")).ended(1, "XX")


async def test_the_window_is_the_auditors_to_choose(pool: Pool) -> None:
    whole = stories.late().history
    reminder = alter.the(whole, alter.of(ReminderDue), 0)
    await write(pool, alter.later(whole, reminder, timedelta(minutes=3)))
    narrow = await judged("--all", "--window", "1", "--json")
    assert narrow.code == 1
    assert "reminder_in_time" in {rule["rule"] for rule in narrow.json["directives"][0]["rules"]}
    (await judged("--all", "--window", "60", "--json")).succeeded()


async def test_the_net_is_written(pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "net.pnml"
    told = (await judged("--net", "-o", str(file), "--policy", "khan@1", "--json")).succeeded().json
    root = ET.fromstring(file.read_bytes())  # noqa: S314 - our own document
    assert sum(1 for _ in root.iter(f"{{{NAMESPACE}}}transition")) == told["transitions"]
    assert sum(1 for _ in root.iter(f"{{{NAMESPACE}}}place")) == told["places"]
    assert told["policy"] == "khan@1"
    assert "khan@1" in (await judged("--net", "--policy", "khan")).succeeded().out
    (await judged("--net", "--policy", "xyz")).ended(1, "xyz")
    (await judged("--net", "-o", str(tmp_path / "no" / "net.pnml"))).ended(2, "net.pnml")
