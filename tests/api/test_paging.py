"""Pages: in every order, each directive is visited exactly once, also when others are issued meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.text import fold
from tests.support.office import ISSUE, Office

NUMBER = f"{uuid4().hex[:8]}/KH-UBND"
FIRST = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
TITLES = ["Ấp Đông", "áo", "Đường", "dân", "Ăn", "đất", "Zalo", "bản", "Bản", "bản"]


@pytest.fixture(scope="session")
async def some(shared: Office) -> list[dict[str, Any]]:
    """Directives with titles and deadlines of which some are the same and some deadlines are missing."""
    deadlines = [{"at": (FIRST + timedelta(days=n // 2)).isoformat()} for n in range(7)] + [{"none_because": "x"}] * 3
    items = [{**ISSUE, "title": t, "deadline": d} for t, d in zip(TITLES, deadlines, strict=True)]
    body = {"directives": items, "source": {"kind": "plan", "number": NUMBER}}
    answer = await (await shared.as_("chu-tich")).post("/directives", json=body)
    assert answer.status_code == 201, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def pages(office: Office, sort: str, limit: int) -> list[list[dict[str, Any]]]:
    leader, found = await office.as_("chu-tich"), []
    params: dict[str, Any] = {"source": NUMBER, "sort": sort, "limit": limit}
    while True:
        answer = await leader.get("/directives", params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["total"] == len(TITLES)
        found.append(page["items"])
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


KEYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "code": lambda item: item["code"],
    "issued_at": lambda item: item["issued_at"],
    "due_at": lambda item: item["due_at"] or "~",
    "-due_at": lambda item: item["due_at"] or "",
    "title": lambda item: fold(item["title"]),
}
"""By what each order sorts; directives without a deadline come last either way."""


@pytest.mark.parametrize("name", ["code", "issued_at", "due_at", "title"])
@pytest.mark.parametrize("direction", ["", "-"])
async def test_every_order_visits_each_exactly_once(
    shared: Office, some: list[dict[str, Any]], direction: str, name: str
) -> None:
    sort = direction + name
    key = KEYS.get(sort) or KEYS[name]
    expected = sorted(some, key=lambda item: (key(item), item["id"]), reverse=bool(direction))
    for limit in (1, 3, 10, 200):
        visited = await pages(shared, sort, limit)
        assert [item["id"] for page in visited for item in page] == [item["id"] for item in expected]
        assert all(len(page) == limit for page in visited[:-1])


async def test_the_newest_come_first_unless_asked_otherwise(shared: Office, some: list[dict[str, Any]]) -> None:
    leader = await shared.as_("chu-tich")
    plain = (await leader.get("/directives", params={"source": NUMBER})).json()
    newest = (await leader.get("/directives", params={"source": NUMBER, "sort": "-issued_at"})).json()
    assert plain == newest


async def test_what_is_issued_meanwhile_moves_no_page(shared: Office, some: list[dict[str, Any]]) -> None:
    leader, seen = await shared.as_("chu-tich"), []
    params: dict[str, Any] = {"unit": "P-B", "limit": 2}
    before = [(await shared.issue(lead_unit="P-B"))["id"] for _ in range(5)]
    while True:
        page = (await leader.get("/directives", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        await shared.issue(lead_unit="P-B")
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert len(seen) == len({*seen})
    assert {*before} <= {*seen}


async def test_numbers_of_five_digits_come_after_those_of_four(shared: Office) -> None:
    year, pool = int((await shared.issue())["code"][:4]), shared.pool
    last = await pool.fetchval("select last from code_counters where year = $1", year)
    number = f"{uuid4().hex[:8]}"
    source = {"kind": "plan", "number": number}
    try:
        await pool.execute("update code_counters set last = 9998 where year = $1", year)
        codes = [(await shared.issue(source=source))["code"] for _ in range(3)]
    finally:
        await pool.execute("update code_counters set last = $2 where year = $1", year, last)
    assert codes == [f"{year}/9999", f"{year}/10000", f"{year}/10001"]
    leader = await shared.as_("chu-tich")
    page = (await leader.get("/directives", params={"source": number, "sort": "code"})).json()
    assert [item["code"] for item in page["items"]] == codes
    reference = codes[1].replace("/", "-")
    assert (await leader.get(f"/directives/{reference}")).json()["code"] == codes[1]
