"""GET /directives/export: what the list shows, whole, as CSV, Excel and JSON; never as a formula, never unnoted."""

import csv
import io
from datetime import datetime
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from api import export
from api.report_rows import COLUMNS
from domain.instants import last_day_of, local
from tests.api.refusals import refused
from tests.api.test_reads import reads_of
from tests.support.office import Office

NUMBER = f"{uuid4().int % 10**8:08}/TB-UBND"
FORMULA = '=HYPERLINK("http://x.example";"Hoá đơn")'


@pytest.fixture(scope="session")
async def some(shared: Office) -> dict[str, dict[str, Any]]:
    """Directives of one document, by a short name."""
    source = {"kind": "conclusion_notice", "number": NUMBER, "issued_on": "2026-11-05", "issued_by": "UBND quận"}
    found = {
        "formula": await shared.issue(source=source, title=FORMULA, content="-1+1 @SUM(A1)"),
        "worked": await shared.issue(
            source=source,
            title="Đường Đê",
            content="Ngõ 2,\n“sửa”; xong \ufffe",
            lead_unit="TNMT",
            coordinating_units=["P-A", "VP"],
        ),
        "done": await shared.issue(source=source, title="Báo cáo quý", lead_unit="TNMT", coordinating_units=[]),
        "free": await shared.issue(source=source, title="Việc thường xuyên", deadline={"none_because": "x"}),
    }
    for name, by, command, body in (
        ("worked", "cv-tnmt", "report-progress", {"percent": 20, "difficulties": "Hết khó"}),
        (
            "worked",
            "cv-tnmt",
            "report-progress",
            {"percent": 40, "difficulties": "=Thiếu số liệu", "proposals": "+Thêm người"},
        ),
        ("worked", "tp-tnmt", "request-extension", {"deadline": {"working_days": 30}, "reason": "Chờ"}),
        ("worked", "chu-tich", "grant-extension", {}),
        ("done", "cv-tnmt", "acknowledge", {}),
        ("done", "cv-tnmt", "report-completion", {"result": "Đã xong"}),
        ("done", "tp-tnmt", "approve-completion", {}),
        ("done", "chu-tich", "accept", {}),
    ):
        answer = await shared.do(by, command, found[name], **body)
        assert answer.status_code == 200, answer.text
    return {name: await shared.show(one) for name, one in found.items()}


async def exported(office: Office, format_: str, by: str = "chu-tich", **params: Any) -> Any:
    answer = await (await office.as_(by)).get(
        "/directives/export", params={"format": format_, "source": NUMBER, **params}
    )
    assert answer.status_code == 200, answer.text
    return answer


def csv_rows(answer: Any) -> list[list[str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def sheet_of(answer: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(answer.content)).active


async def test_csv_is_what_excel_reads(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    answer = await exported(shared, "csv", sort="code")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = csv_rows(answer)
    assert head == [name[0] for name, _ in COLUMNS]
    assert [row[:2] for row in rows] == [[str(n), one["code"]] for n, one in enumerate(some.values(), 1)]
    worked = dict(zip(head, rows[1], strict=True))
    assert worked["Nội dung nhiệm vụ"] == "Đường Đê\nNgõ 2,\n“sửa”; xong \ufffe"
    assert worked["Văn bản giao"] == f"Thông báo kết luận số {NUMBER} ngày 05/11/2026 của UBND quận"
    assert worked["Thời hạn hoàn thành"] == f"{last_day_of(datetime.fromisoformat(some['worked']['due_at'])):%d/%m/%Y}"
    assert worked["Đơn vị phối hợp"] == "Phường A; Văn phòng"
    assert worked["Trạng thái"] == "Đang thực hiện, trong hạn"
    assert worked["Kết quả"] == "Tiến độ 40%"
    old = last_day_of(datetime.fromisoformat(some["worked"]["original_due_at"]))
    assert worked["Gia hạn (số lần, mốc cũ)"] == f"1 lần: {old:%d/%m/%Y}"
    assert (worked["Khó khăn"], worked["Đề xuất"]) == ("'=Thiếu số liệu", "'+Thêm người")
    done = dict(zip(head, rows[2], strict=True))
    assert (done["Trạng thái"], done["Kết quả"]) == ("Hoàn thành trong hạn", "Đã xong")
    assert done["Ngày hoàn thành thực tế"] == f"{local(datetime.fromisoformat(some['done']['reported_at'])):%d/%m/%Y}"
    assert rows[3][4] == "Không thời hạn"
    lines = answer.content.decode().split("\r\n")
    assert lines[-1] == ""
    assert len(lines) == len(rows) + 2  # line ends within a field are plain


async def test_csv_holds_no_formula(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    rows = csv_rows(await exported(shared, "csv"))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert f"'{FORMULA}\n-1+1 @SUM(A1)" in cells


async def test_a_workbook_holds_texts_and_real_dates(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    answer = await exported(shared, "xlsx", sort="code")
    sheet = sheet_of(answer)
    assert sheet.title == "Nhiệm vụ"
    assert [cell.value for cell in sheet[1]] == [name[0] for name, _ in COLUMNS]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:M5")
    formula = sheet["C2"]
    assert (formula.value, formula.data_type, formula.hyperlink) == (f"{FORMULA}\n-1+1 @SUM(A1)", "s", None)
    assert sheet["C3"].value == "Đường Đê\nNgõ 2,\n“sửa”; xong "  # what XML cannot hold is left out
    assert (sheet["L3"].value, sheet["L3"].data_type) == ("=Thiếu số liệu", "s")
    due = last_day_of(datetime.fromisoformat(some["worked"]["due_at"]))
    deadline = sheet["E3"]
    assert (deadline.value.date(), deadline.is_date, deadline.number_format) == (due, True, "dd/mm/yyyy")
    assert sheet["E5"].value == "Không thời hạn"
    assert sheet["J4"].is_date
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [1, 2, 3, 4]
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_json_has_the_items_of_the_list(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    answer = (await exported(shared, "json", sort="-title")).json()
    listed = (
        await (await shared.as_("chu-tich")).get("/directives", params={"source": NUMBER, "sort": "-title"})
    ).json()
    assert answer == {"items": listed["items"], "total": listed["total"]}


@pytest.mark.parametrize("format_", ["csv", "xlsx", "json"])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"status": "open"},
        {"cell": ["completed_in_time", "open_no_deadline"]},
        {"q": "đường"},
        {"unit": "TNMT"},
        {"q": "khong-co"},
    ],
)
@pytest.mark.parametrize("by", ["chu-tich", "ct-a"])
async def test_it_has_what_the_list_has(
    shared: Office,
    some: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    format_: str,
    params: dict[str, Any],
    by: str,
) -> None:
    monkeypatch.setattr(export, "SIZE", 2)
    client = await shared.as_(by)
    listed = (await client.get("/directives", params={"source": NUMBER, "sort": "due_at", **params})).json()
    codes = [item["code"] for item in listed["items"]]
    answer = await exported(shared, format_, by, sort="due_at", **params)
    match format_:
        case "csv":
            found = [row[1] for row in csv_rows(answer)[1:]]
        case "xlsx":
            found = [row[1].value for row in sheet_of(answer).iter_rows(min_row=2)]
        case _:
            found = [item["code"] for item in answer.json()["items"]]
    assert found == codes
    assert (by == "ct-a") <= (some["formula"]["code"] not in found)


async def test_the_language_is_the_one_asked_for(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    client = await shared.as_("chu-tich")
    english = await exported(shared, "csv", lang="en")
    assert csv_rows(english)[0] == [name[1] for name, _ in COLUMNS]
    assert english.headers["content-language"] == "en"
    today = f"{local(datetime.fromisoformat(some['done']['issued_at'])):%Y-%m-%d}"
    assert f'filename="directives-{today[:7]}' in english.headers["content-disposition"]
    by_header = await client.get(f"/directives/export?format=csv&source={NUMBER}", headers={"Accept-Language": "en"})
    assert by_header.content == english.content
    assert 'filename="nhiem-vu-' in (await exported(shared, "xlsx")).headers["content-disposition"]


async def test_it_is_noted_before_it_is_given(shared: Office, some: dict[str, dict[str, Any]]) -> None:
    await exported(shared, "csv", by="tp-tnmt", q="x" * 200, issuer="y" * 200, officer="z" * 200)
    noted = next(item for item in await reads_of(shared, user="tp-tnmt", limit=200) if item["kind"] == "export")
    assert (noted["subject"], noted["role"], noted["role_over"]) == (None, "unit_head", "TNMT")
    assert noted["detail"].startswith(f"format=csv&source={NUMBER.replace('/', '%2F')}&q=xxx")
    assert len(noted["detail"]) == 500


async def test_more_than_the_limit_is_refused(
    shared: Office, some: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST", 3)
    before = len(await reads_of(shared, user="ct-b", limit=200))
    client = await shared.as_("chu-tich")
    problem = refused(await client.get(f"/directives/export?format=json&source={NUMBER}"), 422, "export_too_large")
    assert (problem["total"], problem["limit"]) == (4, 3)
    assert "4" in problem["detail"]
    assert len(await reads_of(shared, user="ct-b", limit=200)) == before


@pytest.mark.parametrize(
    "query", ["", "format=pdf", "format=csv&lang=fr", "format=csv&limit=5", "format=csv&cell=late"]
)
async def test_what_cannot_be_is_refused(shared: Office, query: str) -> None:
    refused(await (await shared.as_("cv-nv")).get(f"/directives/export?{query}"), 422, "invalid_parameter")
