"""`dondoc issue --dry-run`: every refusal at once, by the very rules, and nothing changed."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from domain.calendar import WorkCalendar
from storage.pool import Pool
from tests.support.command_line import dondoc
from tests.support.office import ISSUE

BAD = [
    ISSUE,
    {**ISSUE, "title": "Không rõ ai làm", "lead_unit": None},
    {**ISSUE, "title": "Đơn vị lạ", "lead_unit": "KHONG-CO"},
    {**ISSUE, "title": "Trường lạ", "colour": "red", "deadline": {"working_days": 5.5}},
    {**ISSUE, "title": "Kế hoạch (Mật)"},
    {**ISSUE, "title": "Đã qua", "deadline": {"at": "2020-01-01"}},
    {**ISSUE, "title": "Cha lạ", "parent": "5d1c2a0e-7b0f-4c7e-9a53-0d0ecd0c0001"},
]
CODES = [
    *(None, "four_clear_incomplete", "unknown_unit", "invalid_field", "classified_refused", "deadline_in_past"),
    "unknown_parent",
]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Seven directives of which six cannot be."""
    path = tmp_path / "in.yaml"
    path.write_text(yaml.safe_dump(BAD, allow_unicode=True), encoding="utf-8")
    return str(path)


async def _counts(pool: Pool) -> tuple[int, ...]:
    counts = "select (select count(*) from events), (select count(*) from commands), (select count(*) from directives)"
    row = await pool.fetchrow(counts)
    assert row is not None
    return tuple(row)


async def test_every_refusal_is_shown_with_its_place_and_nothing_changes(
    on_database: str, pool: Pool, file: str
) -> None:
    before = await _counts(pool)
    told = await asyncio.to_thread(dondoc, "issue", file, "--dry-run", "--as", "chu-tich", "--json")
    told.ended(1, "2. Không rõ ai làm", "3. Đơn vị lạ", "4. Trường lạ", "5. Kế hoạch (Mật)", "6. Đã qua", "7. Cha lạ")
    assert [one.get("refused", {}).get("code") for one in told.json] == CODES
    assert [one["item"] for one in told.json] == [1, 2, 3, 4, 5, 6, 7]
    assert "colour" in told.json[3]["refused"]["detail"]
    assert "deadline.working_days" in told.json[3]["refused"]["detail"], "all faults of an item"
    assert await _counts(pool) == before


@pytest.mark.usefixtures("on_database")
def test_what_would_be_issued_is_shown_with_its_deadline(tmp_path: Path) -> None:
    path, due = tmp_path / "in.yaml", WorkCalendar().shift(date(datetime.now(UTC).year + 1, 6, 28), 0)
    path.write_text(
        yaml.safe_dump({**ISSUE, "deadline": {"at": due.isoformat()}}, allow_unicode=True), encoding="utf-8"
    )
    told = dondoc("issue", str(path), "--dry-run", "--as", "chu-tich").succeeded()
    assert ISSUE["title"] in told.out
    assert f"{due:%d/%m/%Y}" in told.out


@pytest.mark.usefixtures("on_database")
def test_the_rules_ask_who_issues(tmp_path: Path) -> None:
    path = tmp_path / "in.yaml"
    path.write_text(yaml.safe_dump(ISSUE, allow_unicode=True), encoding="utf-8")
    dondoc("issue", str(path), "--dry-run", "--as", "cv-nv").ended(1, "[not_permitted]")
    dondoc("issue", str(path), "--dry-run").ended(2, "--dry-run needs --as USER")
