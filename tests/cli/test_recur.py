"""`dondoc recur …`: set up from a file, looked at, paused, resumed, backfilled, ended."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.domain.recurrences import MONTHLY, TEMPLATE
from tests.support.command_line import Outcome, dondoc
from tests.support.office import Office

FILE = """\
template:
  title: Báo cáo tháng {month}/{year}
  content: Báo cáo kết quả từ {from} đến {to}.
  lead_unit: NV
  expected_result: Báo cáo
rule:
  every: month
  issue: {day: 1, at: 10:30}
  due: {day: 20}
first_on: 2026-01-01
"""


async def recur(*words: str, by: str | None = "chu-tich", stdin: bytes = b"") -> Outcome:
    sender = ("--as", by) if by else ()
    return await asyncio.to_thread(dondoc, "recur", *words, *sender, stdin=stdin)


async def told(*words: str, by: str | None = "chu-tich") -> Any:
    return (await recur(*words, "--json", by=by)).succeeded().json


@pytest.fixture
async def one(office: Office, tmp_path: Path) -> dict[str, Any]:
    """A recurrence, set up from YAML."""
    file = tmp_path / "recurrence.yaml"
    file.write_text(FILE, encoding="utf-8")
    found: dict[str, Any] = await told("add", str(file))
    return found


async def test_one_from_yaml_with_its_clock_time_and_days_as_written(one: dict[str, Any]) -> None:
    assert (one["title"], one["first_on"]) == ("Báo cáo tháng {month}/{year}", "2026-01-01")
    assert one["rule"]["issue"] == {"day": 1, "later": 0, "at": "10:30"}
    assert one["next"][0]["issue_at"].endswith("T03:30:00.000000Z")


async def test_one_from_json_on_stdin_under_a_key(office: Office) -> None:
    body, key = json.dumps({"template": TEMPLATE, "rule": MONTHLY}).encode(), str(uuid4())
    ids = {(await recur("add", "-", "--json", "--key", key, stdin=body)).succeeded().json["id"] for _ in range(2)}
    assert len(ids) == 1


async def test_show_and_list_say_what_the_api_says(office: Office, one: dict[str, Any]) -> None:
    await told("backfill", one["id"], "--from", "2026-01", "--to", "2026-02")
    by_api = (await (await office.as_("chu-tich")).get(f"/recurrences/{one['id']}")).json()
    assert await told("show", one["id"], by=None) == by_api
    listed = await told("list", "--status", "active", "--limit", "1000", by=None)
    assert [item for item in listed["items"] if item["id"] == one["id"]] == [
        {name: by_api[name] for name in by_api if name not in ("changes", "occurrences")}
    ]
    issued = await asyncio.to_thread(dondoc, "list", "--recurrence", one["id"], "--sort", "due_at", "--json")
    assert [state["recurrence"]["period"] for state in issued.succeeded().json["items"]] == ["2026-01", "2026-02"]


async def test_the_life_of_one_as_people_read_it(one: dict[str, Any]) -> None:
    assert "Tạm dừng" in (await recur("pause", one["id"], "--reason", "Nghỉ hè")).succeeded().out
    refused = (await recur("backfill", one["id"], "--from", "2026-01", "--to", "2026-01")).ended(1, "Tạm dừng")
    assert "[recurrence_not_in_status]" in refused.err
    assert "Đang chạy" in (await recur("resume", one["id"])).succeeded().out
    filled = (await recur("backfill", one["id"], "--from", "2026-01", "--to", "2026-01")).succeeded().out
    assert "2026-01: đã giao · issued" in filled
    assert "Báo cáo tháng 01/2026" in filled
    assert "Đã kết thúc" in (await recur("end", one["id"])).succeeded().out
    shown = (await recur("show", one["id"], by=None)).succeeded().out
    for words in (
        "Tạm dừng, Đồng chí chu-tich: Nghỉ hè",
        "Giao bù 2026-01 … 2026-01",
        "Kết thúc",
        "Báo cáo tháng 01/2026",
    ):
        assert words in shown
    assert one["id"] in (await recur("list", "--limit", "1000", by=None)).succeeded().out


async def test_a_backfill_over_its_bounds_is_refused(one: dict[str, Any]) -> None:
    for first, last, code in (("2025-12", "2026-01", "period_out_of_reach"), ("2026-1", "2026-02", "unknown_period")):
        (await recur("backfill", one["id"], "--from", first, "--to", last)).ended(1, f"[{code}]")


async def test_what_is_no_recurrence_is_told_apart(office: Office, tmp_path: Path) -> None:
    unknown = str(uuid4())
    (await recur("show", unknown, by=None)).ended(1, "dondoc recur list")
    (await recur("end", unknown)).ended(1, "[unknown_recurrence]")
    for words in (("show", "2026-01"), ("pause", "x")):
        (await recur(*words, by=None)).ended(2, "UUID")
    (await recur("add", str(tmp_path / "none.yaml"))).ended(2, "none.yaml")
    (await recur("add", "-", stdin=b"- 1")).ended(2, "template")
    (await recur("add", "-", stdin=b"{}")).ended(1, "[field_missing]")
