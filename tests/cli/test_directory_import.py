"""Lists of units and people: shown before they come in, dated, and refused with every bad row and its cell."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from tests.support.command_line import Outcome, dondoc

pytestmark = pytest.mark.usefixtures("on_database")


def sheet(folder: Path, title: str, *lines: list[Any]) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for line in lines:
        page.append(line)
    written = BytesIO()
    book.save(written)
    file = folder / "list.xlsx"
    file.write_bytes(written.getvalue())
    return file


def listed(what: str, *words: str) -> dict[str, dict[str, Any]]:
    key = "code" if what == "units" else "username"
    return {one[key]: one for one in dondoc(what, "list", "--json", *words).succeeded().json}


HEADER = ["code", "name", "aliases", "kind", "parent"]


def test_a_dry_run_shows_the_difference_and_records_nothing(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        "Đơn vị",
        HEADER,
        ["NV", "Phòng Nội vụ và Lao động", None, "department", "UBQ"],
        ["P-C", "Phường C", "PC; phường Xê", "ward", "UBQ"],
        ["P-A", "Phường A", None, "ward", "P-C"],
        ["VP", "Văn phòng", None, "office", "UBQ"],
    )
    before = listed("units")
    words = ("units", "import", str(file), "--from", "2026-12-01", "--dry-run")
    told = dondoc(*words).succeeded().out
    assert "name: Phòng Nội vụ → Phòng Nội vụ và Lao động" in told
    assert "4 units, 1 new, 1 unchanged" in told
    changes = {one["code"]: one for one in dondoc(*words, "--json").succeeded().json["changes"]}
    assert {code: one["kind"] for code, one in changes.items()} == {"NV": "renamed", "P-C": "new", "P-A": "moved"}
    assert changes["P-A"]["fields"] == {"parent": {"old": "UBQ", "new": "P-C"}}
    assert changes["P-C"]["fields"]["aliases"]["new"] == "PC, phường Xê"
    assert {one["since"] for one in changes.values()} == {"2026-12-01"}
    assert listed("units") == before


def test_an_import_from_a_day_holds_from_that_day(tmp_path: Path) -> None:
    file = sheet(tmp_path, "Đơn vị", HEADER, ["NV", "Phòng Nội vụ mới", None, "department", "UBQ"])
    dondoc("units", "import", str(file), "--from", "2199-01-01", "--decision", "9/NQ").succeeded()
    assert listed("units")["NV"]["name"] == "Phòng Nội vụ"
    assert listed("units", "--on", "2199-01-01")["NV"]["name"] == "Phòng Nội vụ mới"


def test_every_bad_row_of_a_sheet_is_told_with_its_cell_and_nothing_comes_in(tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        "Đơn vị",
        HEADER,
        ["P-GOOD", "Phường tốt", None, "ward", "UBQ"],
        ["P C", "Phường C", None, "ward", "UBQ"],
        [],
        ["P-D", "Phường D", None, "castle", "UBQ"],
        ["P-E", "Phường E", None, "ward", "KHONG-CO"],
        ["P-GOOD", "Phường tốt nữa", None, "ward", "UBQ"],
        ["P-F", "Phường F", None, "ward", "P-G"],
        ["P-G", "Phường G", None, "ward", "P-F"],
        ["P-H", "Phường H", None, "ward", "P-D"],
    )
    before = listed("units")
    for words in ((), ("--dry-run",)):
        told = dondoc("units", "import", str(file), *words).ended(
            1,
            *("Đơn vị!A3: code", "Đơn vị!D5: kind", "Đơn vị!E6: parent", "Đơn vị!A7: code"),
            *("Đơn vị!E8: parent", "Đơn vị!E9: parent"),
        )
        assert "P-H" not in told.err, "its parent stands in the sheet, in a row that is told already"
        assert "!A2" not in told.err
    assert listed("units") == before


def test_people_come_from_a_sheet_too_and_all_their_faults_are_told(tmp_path: Path) -> None:
    header = ["username", "full_name", "unit", "email", "roles", "active"]
    good = sheet(
        tmp_path,
        "Người dùng",
        header,
        ["cv-nv", "Đồng chí cv-nv", "TNMT", "cv-nv@van-xuan.example", "officer@TNMT", "có"],
        ["cv-moi", "Chuyên viên mới", "VP", None, "office@UBQ; officer@VP", None],
        ["ct-a", "Đồng chí ct-a", "P-A", "ct-a@van-xuan.example", "unit_head@P-A", "không"],
    )
    told = dondoc("users", "import", str(good), "--dry-run").succeeded().out
    assert "unit: NV → TNMT" in told
    assert "active: true → false" in told
    assert "cv-moi" not in listed("users")
    dondoc("users", "import", str(good)).succeeded()
    assert listed("users")["cv-nv"]["roles"] == [{"role": "officer", "unit": "TNMT"}]
    assert not listed("users")["ct-a"]["active"]
    bad = sheet(
        tmp_path,
        "Người dùng",
        header,
        ["x 1", "X", "VP", None, "office@VP", None],
        ["x-2", "X", "KHONG-CO", None, "king@VP", None],
        ["x-3", "X", "VP", "nowhere", "office@VP", "maybe"],
        ["x-4", "X", "KHONG-CO", None, "office@VP, office@VP", None],
    )
    dondoc("users", "import", str(bad)).ended(
        1,
        *("Người dùng!A2: username", "Người dùng!E3: roles.0.role", "Người dùng!D4: email", "Người dùng!F4: active"),
        *("Người dùng!C5: unit", "Người dùng!E5: roles"),
    )
    assert not {"x-2", "x-3", "x-4"} & listed("users").keys()


def test_of_yaml_every_bad_entry_is_told_with_its_number_and_field(tmp_path: Path) -> None:
    file = tmp_path / "units.yaml"
    units = [
        {"code": "P C", "name": "Phường C", "kind": "ward"},
        {"code": "P-D", "name": "Phường D", "kind": "ward", "parent": "KHONG-CO"},
        "P-E",
        {"code": "P-F", "name": "Phường F", "kind": "ward", "colour": "red"},
    ]
    file.write_text(yaml.safe_dump({"units": units}, allow_unicode=True), encoding="utf-8")
    dondoc("units", "import", str(file)).ended(1, "item 1: code", "item 2: parent", "item 3", "item 4: colour")


@pytest.mark.parametrize("word", ["2026-13-01", "mai"])
def test_what_is_no_day_ends_with_2(tmp_path: Path, word: str) -> None:
    file = sheet(tmp_path, "Đơn vị", HEADER, ["P-C", "Phường C", None, "ward", "UBQ"])
    dondoc("units", "import", str(file), "--from", word).ended(2, "--from")


def act(*words: str) -> Outcome:
    return dondoc("units", *words)


def test_units_are_renamed_moved_merged_split_and_ended_by_single_acts() -> None:
    act("rename", "VP", "Văn phòng HĐND và UBND", "--on", "2026-01-01", "--decision", "1/NQ").succeeded()
    act(
        "merge", "NV", "TNMT", "--into", "NVMT", "--name", "Phòng Nội vụ - Môi trường", "--on", "2026-01-02"
    ).succeeded()
    act("split", "P-A", "--into", "P-C=Phường C", "--into", "P-B", "--main", "P-C", "--on", "2026-01-03").succeeded()
    act("move", "P-C", "--under", "P-B", "--on", "2026-01-04").succeeded()
    act("end", "VP", "--successor", "NVMT", "--on", "2026-01-05").succeeded()
    now = listed("units")
    assert {code: unit["parent"] for code, unit in now.items()} == {
        "UBQ": None,
        "NVMT": "UBQ",
        "P-B": "UBQ",
        "P-C": "P-B",
    }
    assert listed("units", "--on", "2026-01-01")["VP"]["name"] == "Văn phòng HĐND và UBND"
    assert {"NV", "TNMT", "P-A", "VP"} <= listed("units", "--on", "2025-12-31").keys()
    assert listed("users")["cv-nv"]["unit"] == "NVMT"
    assert "NV (Phòng Nội vụ): kết thúc" in act("list").succeeded().out


def test_a_single_act_can_be_looked_at_first() -> None:
    told = act("merge", "P-A", "--into", "P-B", "--on", "2026-07-01", "--dry-run").succeeded().out
    assert "kết thúc · ended" in told
    assert "unit: P-A → P-B" in told
    assert "P-A" in listed("units", "--on", "2026-07-01")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rename", "KHONG-CO", "X"), "there is no unit KHONG-CO"),
        (("move", "UBQ", "--under", "NV"), "form a cycle"),
        (("merge", "P-A", "--into", "P-X"), "successor P-X"),
        (("end", "P-A"), "names the unknown unit P-A"),
        (("split", "P-A", "--into", "P-B", "--main", "P-B"), "two other units at least"),
    ],
    ids=["unknown", "circle", "into nothing", "people left", "split into one"],
)
def test_what_contradicts_is_refused(words: tuple[str, ...], said: str) -> None:
    before = listed("units")
    act(*words).ended(1, said)
    assert listed("units") == before


def test_rows_that_name_an_ended_unit_are_told_its_successor(tmp_path: Path) -> None:
    act("merge", "P-A", "--into", "P-B", "--on", "2026-01-01").succeeded()
    lines = (["P-A", "Phường A", None, "ward", "UBQ"], ["TDP-1", "Tổ dân phố 1", None, "ward", "P-A"])
    units = sheet(tmp_path, "Đơn vị", HEADER, *lines)
    dondoc("units", "import", str(units)).ended(
        1, "Đơn vị!A2: code", "P-A has ended on 2026-01-01", "Đơn vị!E3: parent", "successor is P-B (Phường B)"
    )
    people = sheet(tmp_path, "S", ["username", "full_name", "unit", "roles"], ["x", "X", "P-A", "officer@P-A"])
    dondoc("users", "import", str(people)).ended(1, "S!C2: unit", "S!D2: roles", "successor is P-B (Phường B)")
