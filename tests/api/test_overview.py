"""GET /overview and its charts: each figure is one look away from its list, and nobody is shown what they may not see."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as Tree

import pytest

from api.overviews import Overviews
from domain.state import StatusCell
from tests.api.refusals import refused
from tests.support.office import Office

NUMBER = f"{uuid4().int % 10**8:08}/KH-UBND"
CHARTS = ("cells", "units", "week")


@pytest.fixture(scope="session")
async def some(shared: Office) -> list[dict[str, Any]]:
    """Directives of one document, in several cells."""
    source = {"kind": "plan", "number": NUMBER}
    found = [
        await shared.issue(source=source, deadline={"working_days": 1}),
        await shared.issue(source=source, lead_unit="TNMT", coordinating_units=["P-A"]),
        await shared.issue(source=source, deadline={"none_because": "Việc thường xuyên"}),
        await shared.issue(source=source, lead_unit="P-B", coordinating_units=[]),
    ]
    await shared.do("tp-nv", "request-extension", found[0], deadline={"working_days": 9}, reason="Chờ số liệu")
    await shared.do("chu-tich", "withdraw", found[3], reason="Trùng")
    await shared.do("cv-tnmt", "acknowledge", found[1])
    await shared.do("cv-tnmt", "report-completion", found[1], result="Xong")
    return found


async def overview(office: Office, by: str) -> dict[str, Any]:
    answer = await (await office.as_(by)).get("/overview")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def total(office: Office, by: str, **params: Any) -> int:
    answer = await (await office.as_(by)).get("/directives", params={"limit": 1, **params})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"])


@pytest.mark.parametrize("by", ["chu-tich", "tp-nv", "ct-a"])
async def test_every_figure_leads_to_its_list(shared: Office, some: list[dict[str, Any]], by: str) -> None:
    found = await overview(shared, by)
    assert found["total"] == await total(shared, by) == sum(found["cells"].values())
    assert {*found["cells"]} == {*StatusCell}
    for cell, figure in found["cells"].items():
        assert figure == await total(shared, by, cell=cell)
    assert found["open"] == await total(shared, by, status="open")
    assert found["due_soon"] == await total(shared, by, timeliness="due_soon")
    for unit in found["units"]:
        assert unit["total"] == await total(shared, by, unit=unit["unit"])
        assert unit["cells"]["open_in_time"] == await total(shared, by, unit=unit["unit"], cell="open_in_time")
    sources = {one["source"]: one for one in found["sources"]}
    for number, source in sources.items():
        assert source["open"] == await total(shared, by, source=number, status="open")
    running = {"status": ["issued", "in_progress"], "timeliness": ["in_time", "due_soon"]}
    for day in found["days"]:
        assert day["due"] == await total(shared, by, due_from=day["due_from"], due_to=day["due_to"], **running)
    for awaited, figure in found["awaited"].items():
        assert figure == await total(shared, by, awaits=awaited)
    assert len(found["days"]) == 7


async def test_it_names_units_and_documents(shared: Office, some: list[dict[str, Any]]) -> None:
    found = await overview(shared, "ct-b")
    assert [(one["unit"], one["unit_name"]) for one in found["units"] if one["unit"] == "P-B"] == [("P-B", "Phường B")]
    source = next(one for one in (await overview(shared, "cv-tnmt"))["sources"] if one["source"] == NUMBER)
    assert (source["kind"], source["kind_name"], source["open"]) == ("plan", "Kế hoạch", 3)


async def test_what_is_done_shows_at_once(shared: Office, some: list[dict[str, Any]]) -> None:
    before = await overview(shared, "ct-b")
    directive = await shared.issue(lead_unit="P-B", coordinating_units=[], deadline={"none_because": "x"})
    between = await overview(shared, "ct-b")
    await shared.do("chu-tich", "withdraw", directive, reason="Thử")
    after = await overview(shared, "ct-b")
    moved = [(one["cells"]["open_no_deadline"], one["cells"]["withdrawn"]) for one in (before, between, after)]
    open_, gone = moved[0]
    assert moved == [(open_, gone), (open_ + 1, gone), (open_, gone + 1)]


async def test_who_asks_at_once_shares_one_computation(shared: Office, some: list[dict[str, Any]]) -> None:
    asked, now = Overviews(), datetime.now(UTC)
    found = await asyncio.gather(*(asked.of(shared.pool, None, now) for _ in range(8)))
    assert len({id(one) for one in found}) == 1


@pytest.mark.parametrize("chart", CHARTS)
async def test_charts_are_images_that_can_do_nothing(shared: Office, some: list[dict[str, Any]], chart: str) -> None:
    client = await shared.as_("chu-tich")
    answer = await client.get(f"/overview/{chart}.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["cache-control"] == "no-store"
    title = Tree.fromstring(answer.text).findtext("{http://www.w3.org/2000/svg}title")  # noqa: S314 - our own
    assert title
    assert title.startswith("Nhiệm vụ")
    english = (await client.get(f"/overview/{chart}.svg", params={"lang": "en", "width": 360})).text
    assert '<title id="t">Directives' in english
    assert 'width="360"' in english
    by_header = await client.get(f"/overview/{chart}.svg?width=360", headers={"Accept-Language": "en"})
    assert by_header.text == english


@pytest.mark.parametrize("query", ["lang=fr", "width=500", "width=x", "color=red"])
async def test_a_chart_cannot_be_asked_so(shared: Office, query: str) -> None:
    refused(await (await shared.as_("cv-nv")).get(f"/overview/cells.svg?{query}"), 422, "invalid_parameter")


async def test_charts_are_of_what_the_caller_sees(shared: Office, some: list[dict[str, Any]]) -> None:
    units = (await (await shared.as_("ct-b")).get("/overview/units.svg")).text
    assert "Phòng Tài nguyên" not in units
    anybody = await shared.as_("chu-tich")
    without = await anybody.get(f"{shared.url}/api/v1/overview/cells.svg", headers={"Authorization": ""})
    refused(without, 401, "not_signed_in")
