"""`dondoc issue`: the same directives from every kind of file, all or none."""

import asyncio
import json
import unicodedata
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from openpyxl import Workbook

from tests.support.command_line import Outcome, dondoc
from tests.support.office import ISSUE, Office

SOURCE = {"kind": "conclusion_notice", "number": "12/TB-UBND", "issued_on": "2026-11-02", "issued_by": "UBND quận"}


async def issue(file: Path | str, *words: str, stdin: bytes = b"") -> Outcome:
    return await asyncio.to_thread(dondoc, "issue", str(file), "--as", "chu-tich", "--json", *words, stdin=stdin)


async def issued(file: Path | str, stdin: bytes = b"") -> list[dict[str, Any]]:
    states: list[dict[str, Any]] = (await issue(file, stdin=stdin)).succeeded().json
    return states


def one(title: str, **changes: Any) -> dict[str, Any]:
    return {**ISSUE, "title": title, **changes}


def workbook(header: list[str], *rows: list[Any]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


async def test_one_directive_from_yaml(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(yaml.safe_dump(one("Một việc"), allow_unicode=True), encoding="utf-8")
    (state,) = await issued(file)
    assert (state["title"], state["phase"], state["issuer"]["user"]) == ("Một việc", "issued", "chu-tich")
    assert (await office.show(state))["id"] == state["id"]


async def test_many_from_json_as_a_program_writes_it(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "many.json"  # tabs and escaped pairs: JSON that is no YAML
    body = {"source": SOURCE, "directives": [one("Việc một"), one("Việc hai 🚩", source={"kind": "plan"})]}
    file.write_text(json.dumps(body, indent="\t"), encoding="utf-8")
    first, second = await issued(file)
    assert (first["title"], second["title"]) == ("Việc một", "Việc hai 🚩")
    assert first["source"]["number"] == "12/TB-UBND", "the shared source"
    assert second["source"]["kind"] == "plan", "its own source"
    assert int(second["code"][-4:]) == int(first["code"][-4:]) + 1


@pytest.mark.parametrize("form", ["yaml", "json", "xlsx"])
async def test_every_form_comes_through_stdin_too(office: Office, form: str) -> None:
    content = {
        "yaml": yaml.safe_dump([one("Từ stdin")]).encode(),
        "json": json.dumps(one("Từ stdin")).encode("utf-8-sig"),
        "xlsx": workbook(
            ["title", "content", "lead_unit", "deadline.working_days", "expected_result"],
            ["Từ stdin", "Nội dung", "NV", 3, "Báo cáo"],
        ),
    }[form]
    (state,) = await issued("-", stdin=content)
    assert state["title"] == "Từ stdin"


async def test_a_sheet_means_what_its_cells_show(office: Office, tmp_path: Path) -> None:
    year = datetime.now(UTC).year + 1
    plain = {"content": "a", "lead_unit": "NV", "expected_result": "x"}
    source = {"source.kind": "plan", "source.issued_on": date(2026, 11, 2)}
    rows: list[dict[str, Any]] = [
        {"title": "Đến hết ngày", "deadline.at": date(year, 12, 31), "source.number": 15, **source},
        {"title": "Đến giờ này", "deadline.at": datetime.fromisoformat(f"{year}-12-31T09:30"), "source.number": 15.0}
        | {"coordinating_units": "TNMT;\nP-A", **source},
        {},
        {"title": 2026, "deadline.working_days": "7", "coordinating_units": "TNMT, P-A"},
        {"title": "Không hạn", "deadline.none_because": "Việc thường xuyên"},
    ]
    header = list(dict.fromkeys(name for row in [plain, *rows] for name in row))
    file = tmp_path / "viec.xlsx"
    file.write_bytes(
        workbook(header, *[[({**plain, **row} if row else {}).get(name) for name in header] for row in rows])
    )
    day, instant, days, without = await issued(file)
    assert day["due_at"] == f"{year}-12-31T17:00:00.000000Z", "24:00 of the day in Việt Nam"
    assert instant["due_at"] == f"{year}-12-31T02:30:00.000000Z", "the clock time in Việt Nam: a sheet knows no zones"
    assert instant["coordinating_units"] == days["coordinating_units"] == ["TNMT", "P-A"]
    assert day["source"]["number"] == instant["source"]["number"] == "15"
    assert day["source"]["issued_on"] == "2026-11-02"
    assert days["title"] == "2026"
    assert days["due_at"] is not None
    assert without["due_at"] is None


@pytest.mark.parametrize("form", ["yaml", "json", "xlsx"])
async def test_decomposed_letters_are_composed(office: Office, tmp_path: Path, form: str) -> None:
    typed = unicodedata.normalize("NFD", "Rà soát hồ sơ đất đai")  # as macOS and some office programs write it
    file = tmp_path / f"nfd.{form}"
    if form == "xlsx":
        header = ["title", "content", "lead_unit", "deadline.working_days", "expected_result"]
        file.write_bytes(workbook(header, [typed, typed, "NV", 3, typed]))
    else:
        text = json.dumps(one(typed), ensure_ascii=False) if form == "json" else f"title: {typed}\n{_rest()}"
        file.write_text(text, encoding="utf-8")
    (state,) = await issued(file)
    assert state["title"] == unicodedata.normalize("NFC", typed) != typed


def _rest() -> str:
    return yaml.safe_dump({key: value for key, value in ISSUE.items() if key != "title"}, allow_unicode=True)


async def test_a_bad_one_among_many_is_named_by_its_place_and_none_is_issued(office: Office, tmp_path: Path) -> None:
    title = f"Việc {uuid4().hex}"
    file = tmp_path / "many.yaml"
    file.write_text(yaml.safe_dump([one(title), one(title), one(title, lead_unit="KHONG-CO")]), encoding="utf-8")
    refused = await issue(file)
    refused.ended(1, "Không có đơn vị KHONG-CO", "[unknown_unit]", "item 3")
    assert refused.json["code"] == "unknown_unit", "with --json the problem document is on stdout"
    listed = await asyncio.to_thread(dondoc, "list", "--q", title, "--json")
    assert listed.succeeded().json["total"] == 0


async def test_a_refusal_comes_in_the_language_asked_for(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_LANGUAGE", "en")
    file = tmp_path / "one.yaml"
    file.write_text(yaml.safe_dump(one("x", lead_unit="KHONG-CO")), encoding="utf-8")
    (await issue(file)).ended(1, "There is no unit KHONG-CO")


async def test_the_same_key_issues_once(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(yaml.safe_dump(one(f"Việc {uuid4().hex}")), encoding="utf-8")
    key = uuid4().hex
    first = (await issue(file, "--key", key)).succeeded().json
    assert (await issue(file, "--key", key)).succeeded().json[0]["id"] == first[0]["id"]


async def test_somebody_unknown_cannot_issue(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(yaml.safe_dump(ISSUE), encoding="utf-8")
    (await asyncio.to_thread(dondoc, "issue", str(file), "--as", "nobody")).ended(1, "There is no user nobody")
    (await asyncio.to_thread(dondoc, "issue", str(file), "--token", "dd_x")).ended(1, "[not_signed_in]")
    (await asyncio.to_thread(dondoc, "issue", str(file))).ended(2, "--as")
