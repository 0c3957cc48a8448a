"""`dondoc simulate`: figures for people and machines, policies side by side, and a history into an empty record."""

from pathlib import Path

import pytest
import yaml

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


def test_a_history_goes_by_the_records_own_calendar(on_database: str) -> None:
    off = ("calendar", "add-swap", "--off", "2026-02-10", "--work", "2026-02-28", "--decision", "15/QĐ-UBND")
    dondoc(*off).succeeded()
    dondoc(*SMALL, "--write").succeeded()
    items = dondoc("list", "--limit", "500", "--json").succeeded().json["items"]
    assert {item["calendar_version"].partition(".")[0] for item in items} == {"vn-2"}
    assert not [item for item in items if item["issued_at"].startswith("2026-02-10T")]
