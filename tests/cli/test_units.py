"""`dondoc units`: brought in all or none, and only what makes a directory."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command_line import Outcome, dondoc

pytestmark = pytest.mark.usefixtures("on_database")

NEW = {"code": "P-C", "name": "Phường C", "kind": "ward", "parent": "UBQ"}


def imported(folder: Path, units: Any, *words: str) -> Outcome:
    file = folder / "units.yaml"
    file.write_text(yaml.safe_dump({"units": units}, allow_unicode=True), encoding="utf-8")
    return dondoc("units", "import", str(file), *words)


def listed() -> dict[str, dict[str, Any]]:
    return {unit["code"]: unit for unit in dondoc("units", "list", "--json").succeeded().json}


def test_new_units_come_in_and_known_ones_are_brought_up_to_date(tmp_path: Path) -> None:
    child = {"code": "TDP-1", "name": "Tổ dân phố 1", "kind": "ward", "parent": "P-C"}
    renamed = {"code": "NV", "name": unicodedata.normalize("NFD", "Phòng Nội vụ và Lao động"), "kind": "department"}
    told = imported(tmp_path, [child, NEW, {**renamed, "parent": "UBQ"}], "--json")  # a child before its parent
    answer = told.succeeded().json
    assert (answer["units"], answer["new"], answer["dry_run"]) == (3, 2, False)
    assert listed()["TDP-1"]["parent"] == "P-C"
    assert listed()["NV"]["name"] == "Phòng Nội vụ và Lao động"
    assert "2 mới · 3 units, 2 new" not in told.out
    assert "3 units, 0 new" in imported(tmp_path, [child, NEW, {**renamed, "parent": "UBQ"}]).succeeded().out
    assert "Tổ dân phố 1" in dondoc("units", "list").succeeded().out


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ([{**NEW, "parent": "P-D"}, {**NEW, "code": "P-D", "parent": "P-C"}], "form a cycle"),
        ([{**NEW, "parent": "P-C"}], "form a cycle"),
        ([{"code": "UBQ", "name": "Ủy ban", "kind": "office", "parent": "NV"}], "form a cycle"),
        ([{**NEW, "parent": "KHONG-CO"}], "names the unknown parent KHONG-CO"),
        ([NEW, {**NEW, "name": "Phường C nữa"}], "named twice: P-C"),
        ([{**NEW, "code": "P C"}], "item 2: code"),
        ([{**NEW, "kind": "castle"}], "item 2: kind"),
        ([{**NEW, "colour": "red"}], "item 2: colour"),
        (["P-C"], "item 2"),
    ],
    ids=["two", "self", "known", "parent", "twice", "code", "kind", "field", "text"],
)
def test_what_makes_no_directory_is_refused_and_nothing_of_the_file_comes_in(
    tmp_path: Path, bad: list[Any], said: str
) -> None:
    before = listed()
    imported(tmp_path, [{**NEW, "code": "P-GOOD"}, *bad]).ended(1, said)
    assert listed() == before


@pytest.mark.parametrize("content", ["units: []", "wards: [1]", "- 1", "", "units: [", "\x00"])
def test_a_file_that_lists_no_units_ends_with_2(tmp_path: Path, content: str) -> None:
    file = tmp_path / "units.yaml"
    file.write_text(content, encoding="utf-8")
    dondoc("units", "import", str(file)).ended(2, str(file))


def test_json_will_do(tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    file.write_text(json.dumps({"units": [NEW]}, indent="\t"), encoding="utf-8-sig")
    dondoc("units", "import", str(file)).succeeded()
    assert "P-C" in listed()
