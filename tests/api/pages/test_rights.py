"""Role by page: who gets in, who is told that it is not theirs, and that nothing of a foreign unit shows anywhere."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from api.pages import PAGES
from api.pages.command_forms import COMMAND_FORMS
from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.support.office import Office

EVERYONE = ("chu-tich", "cv-theo-doi", "tp-nv", "cv-nv", "ct-a", "kiem-tra", "quan-tri")
ISSUERS = ("chu-tich", "cv-theo-doi")

OPEN_TO: dict[str, tuple[str, ...]] = {
    "/": EVERYONE,
    "/directives": EVERYONE,
    "/directives/export?format=csv": EVERYONE,
    "/overview": EVERYONE,
    "/notices": EVERYONE,
    "/account": EVERYONE,
    "/account/password": EVERYONE,
    "/account/notifications": EVERYONE,
    "/issue": ISSUERS,
    "/issue/deadline?working_days=3": EVERYONE,
}
"""The pages that are not about one directive."""

FOREIGN = (
    "",
    "?version=1",
    "/do/acknowledge",
    "/do/comment",
    "/do/withdraw",
)
"""What there is of a directive, after its address."""


@pytest.mark.parametrize("who", EVERYONE)
async def test_who_gets_in_where(browse: Browse, who: str) -> None:
    client = await browse(who)
    for address, allowed in OPEN_TO.items():
        answer = await client.get(address)
        assert answer.status_code == (200 if who in allowed else 403), (who, address)


async def test_nobody_gets_in_without_a_session(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Chỉ người đăng nhập")
    client = await browse("ct-a")
    for address in (*OPEN_TO, f"/directives/{issued['code'].replace('/', '-')}"):
        answer = await client.get(address, headers={"Cookie": ""})
        assert answer.status_code == 303, address
        assert answer.headers["location"].startswith("/sign-in?next="), address
    assert (await client.get("/live", headers={"Cookie": "", "Accept": "text/event-stream"})).status_code == 401


async def test_nothing_of_a_foreign_unit_shows(shared: Office, browse: Browse) -> None:
    secret = "Việc riêng của phòng Nội vụ"
    issued = await shared.issue(title=secret, coordinating_units=[], source={"kind": "plan", "number": "99/KH-NV"})
    at = f"/directives/{issued['code'].replace('/', '-')}"
    stranger = await browse("ct-a")
    for rest in FOREIGN:
        assert (await stranger.get(at + rest)).status_code == 404, rest
    for command in COMMAND_FORMS:
        assert (await stranger.get(f"{at}/do/{command}")).status_code == 404, command
        assert (await stranger.post(f"{at}/do/{command}", data={"text": "x", "reason": "x"})).status_code == 404, (
            command
        )
    for address in ("/", "/directives", "/directives?q=viec+rieng", "/directives?unit=NV", "/overview", "/notices"):
        text = (await stranger.get(address)).text
        assert secret not in text, address
        assert "99/KH-NV" not in text, address
    for format_ in ("csv", "xlsx"):
        assert secret.encode() not in (await stranger.get(f"/directives/export?format={format_}")).content
    bulk = await stranger.post(
        "/directives/bulk",
        data={"command": "comment", "directives": [at[12:]], "text": "x", "command_id": issued["id"]},
    )
    assert "Không tìm thấy nhiệm vụ." in Page(bulk.text).words
    assert secret not in bulk.text
    assert await shared.types(issued) == ["DirectiveIssued"]


def _posted(routes: Iterable[Any]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()):
            yield route.path
        yield from _posted(getattr(getattr(route, "original_router", None), "routes", ()))


POSTED = sorted({path for module in PAGES for path in _posted(module.router.routes)})
HARMLESS = {"/language", "/guide/hide"}
"""What these set is one browser's own choice of how pages look."""


def test_there_are_forms_to_be_tried() -> None:
    assert len(POSTED) > 25
    assert set(POSTED) > HARMLESS


@pytest.mark.parametrize("path", POSTED)
async def test_no_form_is_taken_from_a_foreign_page(shared: Office, browse: Browse, path: str) -> None:
    issued = await shared.issue(title="Trang lạ không làm được gì")
    number = issued["code"].replace("/", "-")
    filled = {
        "reference": number,
        "command": "withdraw",
        "username": "tp-nv",
        "code": "thuong",
        "size": "1",
        "key": "0",
    }
    address = re.sub(r"\{(\w+)(:\w+)?\}", lambda match: filled.get(match[1], str(UUID(int=0))), path)
    body = {"reason": "x", "text": "x", "directives": number, "command": "withdraw", "username": "x", "password": "x"}
    for who in ("chu-tich", "quan-tri"):
        client = await browse(who)
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = await client.post(address, data=body, headers=headers)
            assert answer.status_code == (303 if path in HARMLESS else 403), (who, address, answer.text[:200])
    assert await shared.types(issued) == ["DirectiveIssued"]


async def test_one_command_for_many(shared: Office, browse: Browse) -> None:
    first, second = [await shared.issue(title=f"Việc hàng loạt {n}") for n in (1, 2)]
    numbers = [one["code"].replace("/", "-") for one in (first, second)]
    office = await browse("cv-theo-doi")
    asked = await office.get("/directives/bulk", params={"directives": numbers, "command": "comment"})
    form = Page(asked.text).form("/directives/bulk")
    assert form.fields["directives"] == numbers
    missing = await office.post("/directives/bulk", data=form.fields)
    assert missing.status_code == 422
    assert "in-text-fault" in Page(missing.text).ids
    for _ in range(2):
        done = await office.post("/directives/bulk", data={**form.fields, "text": "Đề nghị báo cáo"})
        assert "2 nhiệm vụ đã được ghi nhận." in Page(done.text).words
    assert await shared.types(first) == ["DirectiveIssued", "Commented"]
    refused = await office.post("/directives/bulk", data={**form.fields, "command": "accept", "directives": numbers})
    assert refused.status_code == 422


async def test_many_lead_back_to_the_list_as_it_was_filtered(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Việc lọc rồi xử lý hàng loạt")
    office = await browse("cv-theo-doi")
    listed = await office.get("/directives", params={"q": 'lọc "rồi" xử lý', "unit": "NV"})
    filters = Page(listed.text).form("/directives/bulk").fields["filters"][0]
    back = f"/directives?{filters}"
    assert (await office.get(back)).status_code == 200
    chosen = {"directives": issued["code"].replace("/", "-"), "command": "comment", "filters": filters}
    asked = await office.get("/directives/bulk", params=chosen)
    form = Page(asked.text).form("/directives/bulk")
    missing = await office.post("/directives/bulk", data=form.fields)
    done = await office.post("/directives/bulk", data={**form.fields, "text": "Đề nghị báo cáo"})
    for answer in (asked, missing, done):
        assert f'href="{escape(back)}"' in answer.text
    nothing = await office.get("/directives/bulk", params={"command": "comment", "filters": filters})
    assert nothing.headers["location"] == f"{back}&done=nothing"
    hostile = await office.get("/directives/bulk", params={**chosen, "filters": '"><script>1</script>'})
    assert "<script>1" not in hostile.text
    for elsewhere in ("//evil.example", "\r\nSet-Cookie: a=b", "@evil.example/#"):
        led = await office.get("/directives/bulk", params={"command": "comment", "filters": elsewhere})
        assert led.headers["location"].startswith("/directives?")
        assert "set-cookie" not in led.headers
