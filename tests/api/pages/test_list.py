"""The list: filters in the address, what they say, and what they come to as a file."""

import pytest

from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.support.office import Office


async def test_filters_live_in_the_address(shared: Office, browse: Browse) -> None:
    await shared.issue(title="Khơi thông cống rãnh tổ 5", lead_unit="TNMT", coordinating_units=[], urgency="khan")
    leader = await browse("chu-tich")
    for query in (
        "q=cong+ranh",
        "q=KHOI+th%C3%B4ng",
        "q=tai+nguyen+cong+ranh",
        "unit=TNMT&q=cong",
        "q=cong&status=open",
    ):
        page = Page((await leader.get(f"/directives?{query}")).text)
        assert "Khơi thông cống rãnh tổ 5" in page.words, query
    page = Page((await leader.get("/directives?q=cong+ranh&unit=TNMT&status=open")).text)
    assert "/directives?q=cong+ranh&status=open" in page.links
    assert "/directives/export?format=xlsx&q=cong+ranh&unit=TNMT&status=open" in page.links
    for query in ("q=cong+ranh&status=completed", "q=cong+ranh&unit=NV", "q=cong+ranh&due_to=2020-01-01"):
        assert "Khơi thông" not in Page((await leader.get(f"/directives?{query}")).text).words, query


async def test_a_number_leads_to_its_directive(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Tìm bằng số")
    answer = await (await browse("chu-tich")).get("/directives", params={"q": issued["code"]})
    assert answer.headers["location"] == f"/directives/{issued['code'].replace('/', '-')}"


@pytest.mark.parametrize(
    "query",
    [
        "status=xong",
        "cell=khong",
        "timeliness=late",
        "awaits=nobody",
        "sort=random",
        "due_from=30/11/2026",
        "due_to=9999-12-31",
        "parent=12",
        "colour=red",
        "q=" + "x" * 300,
        "q=%00",
        "cursor=abc",
    ],
)
async def test_a_filter_that_cannot_be_is_told(browse: Browse, query: str) -> None:
    answer = await (await browse("chu-tich")).get(f"/directives?{query}")
    assert answer.status_code == 422, answer.text
    assert "Yêu cầu chưa hợp lệ" in Page(answer.text).words


async def test_a_long_list_is_paged(shared: Office, browse: Browse) -> None:
    bodies = [
        {
            "title": f"Lật trang {n:02}",
            "content": "x",
            "lead_unit": "P-B",
            "expected_result": "x",
            "deadline": {"working_days": 9},
        }
        for n in range(53)
    ]
    answer = await (await shared.as_("chu-tich")).post("/directives", json={"directives": bodies})
    assert answer.status_code == 201
    ward = await browse("ct-b")
    first = Page((await ward.get("/directives?q=lat+trang&sort=title")).text)
    onward = next(link for link in first.links if "cursor=" in link)
    second = Page((await ward.get(onward)).text)
    assert "Lật trang 00" in first.words
    assert "Lật trang 52" in second.words
    assert "Lật trang 00" not in second.words


async def test_an_overview_figure_opens_to_its_list(shared: Office, browse: Browse) -> None:
    source = {"kind": "plan", "number": "31/KH-UBND"}
    await shared.issue(title="Có trong tổng hợp", source=source, deadline={"working_days": 2})
    leader = await browse("chu-tich")
    page = Page((await leader.get("/overview")).text)
    links = [
        link for link in page.links if link.startswith("/directives?") and ("unit=" in link or "due_from=" in link)
    ]
    assert any("due_from=" in link for link in links)
    for link in (*links[:6], "/directives?source=31%2FKH-UBND"):
        shown = await leader.get(link)
        assert shown.status_code == 200, link
        assert "(0)" not in Page(shown.text).words.split("Excel")[0], link
