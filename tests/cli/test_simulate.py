"""`dondoc simulate`: figures for people and machines, policies side by side, and a history into an empty record."""

import asyncio
import json
from pathlib import Path

import pytest
import yaml

from console.past import fill_the_past
from domain.calendar import WorkCalendar
from embedded.running import Running
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import load_reference
from tests.cli.test_calendar import OFF
from tests.support.command_line import dondoc

SMALL = ("simulate", "--directives", "40", "--months", "1", "--from", "2026-02")
SILENT = {
    "policies": [{"code": "thuong", "version": 2, "name_vi": "Không nhắc", "name_en": "Silent", "acceptance_levels": 1}]
}


@pytest.fixture
def silent(tmp_path: Path) -> str:
    """A policy that reminds nobody."""
    file = tmp_path / "silent.yaml"
    file.write_text(yaml.safe_dump(SILENT, allow_unicode=True), encoding="utf-8")
    return str(file)


pytestmark = pytest.mark.usefixtures("nothing_configured")


def test_it_needs_neither_servers_nor_a_folder(nothing_configured: Path) -> None:
    told = dondoc(*SMALL, "--seed", "7", "--json").succeeded()
    again = dondoc(*SMALL, "--seed", "7", "--json").succeeded()
    assert told.out == again.out
    (report,) = told.json["reports"]
    assert sum(report["cells"].values()) == report["issued"] >= 40
    assert not nothing_configured.exists()


def test_two_sets_of_policies_stand_side_by_side(silent: str) -> None:
    out = dondoc(*SMALL, "--policy", "default", "--policy", silent).succeeded().out
    (header,) = [line for line in out.splitlines() if "silent.yaml" in line and "default" in line]
    assert "±" in header
    (reminders,) = [line for line in out.splitlines() if line.startswith(" Lượt đôn đốc")]
    first, second, difference = (int(word) for word in reminders.split()[-3:])
    assert second < first
    assert difference == second - first


def test_units_without_people_are_staffed(tmp_path: Path) -> None:
    units = [
        {"code": "UB", "name": "Ủy ban nhân dân xã", "kind": "office"},
        {"code": "VH", "name": "Văn hoá", "kind": "department", "parent": "UB"},
        {"code": "KT", "name": "Kinh tế", "kind": "department", "parent": "UB"},
    ]
    file = tmp_path / "units.yaml"
    file.write_text(yaml.safe_dump({"units": units}, allow_unicode=True), encoding="utf-8")
    (report,) = dondoc(*SMALL, "--units", str(file), "--json").succeeded().json["reports"]
    assert {unit["unit"] for unit in report["units"]} <= {"UB", "VH", "KT"}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--from", "2026-13"), 2, "2026-13"),
        (("--directives", "0"), 2, "--directives"),
        (("--months", "0"), 2, "--months"),
        (("--policy", "không-có.yaml"), 2, "không-có.yaml"),
        (("--write", "--policy", "default"), 2, "--write"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what(words: tuple[str, ...], code: int, says: str) -> None:
    dondoc("simulate", "--directives", "5", "--months", "1", *words).ended(code, says)


@pytest.mark.parametrize(
    ("option", "content", "says"),
    [
        ("--behaviour", {"working": {"in_time": 2}}, "working.in_time"),
        ("--policy", {"policies": [{**SILENT["policies"][0], "acceptance_levels": 5}]}, "acceptance_levels"),
        ("--units", {"units": [{"code": "A", "name": "A", "kind": "ward", "parent": "B"}]}, "B"),
    ],
)
def test_a_file_that_cannot_be_is_refused_and_its_field_named(
    tmp_path: Path, option: str, content: object, says: str
) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    dondoc(*SMALL, option, str(file)).ended(1, says)


def test_a_history_is_written_once_into_an_empty_record(on_database: str) -> None:
    told = dondoc(*SMALL, "--seed", "7", "--write", "--json").succeeded()
    (report,) = told.json["reports"]
    listed = dondoc("list", "--limit", "500", "--json").succeeded().json
    assert listed["total"] == report["issued"] >= 40
    dondoc(*SMALL, "--write").ended(1, "empty")
    assert dondoc("list", "--limit", "1", "--json").succeeded().json["total"] == report["issued"]


def test_a_history_does_not_lie_in_the_future(on_database: str) -> None:
    dondoc("simulate", "--directives", "5", "--months", "1", "--from", "2199-01", "--write").ended(1, "--from")


async def calendars_of(pool: Pool) -> set[str]:
    """The calendar versions under which deadlines were set."""
    events = [json.loads(item.canonical) for item in await PostgresEventStore(pool).events_after(0, 10_000)]
    return {one["data"]["plan"]["calendar_version"] for one in events if one["type"] == "DirectiveIssued"}


@pytest.mark.parametrize("by", ["simulate --write", "demo"])
async def test_a_history_is_planned_under_the_calendar_of_the_record(
    on_database: str, pool: Pool, temporal_address: str, task_queue: str, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    day = ("calendar", "add", f"{OFF}", "--kind", "day_off", "--reason", "Bão", "--decision", "1/QĐ")
    (await asyncio.to_thread(dondoc, *day)).succeeded()
    if by == "demo":
        monkeypatch.setenv("DONDOC_TASK_QUEUE", task_queue)
        past = await fill_the_past(pool, Running(0, "", on_database, temporal_address, None))
        assert past is not None
        assert past.taken_up > 0
    else:
        (await asyncio.to_thread(dondoc, *SMALL, "--write")).succeeded()
    decided = (await load_reference(pool)).calendar.version
    assert decided != WorkCalendar().version
    assert await calendars_of(pool) == {decided}
