"""The way in and out by forms, and what becomes of a form whose session has ended."""

from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from starlette.requests import Request

from api.signing.cookies import COOKIE, session_in
from storage.passwords import set_password
from storage.sessions import end_sessions_of
from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.support.office import Office
from tests.support.plain_http import TRUST

PASSWORD = "bồ câu trắng 2026"


async def stranger(office: Office) -> httpx.AsyncClient:
    await set_password(office.pool, "pct", PasswordHash.recommended().hash(PASSWORD))
    headers = {"Accept": "text/html", "Origin": office.url}
    return httpx.AsyncClient(base_url=office.url, headers=headers, timeout=30, verify=TRUST)


async def test_a_page_leads_to_the_sign_in_and_back(shared: Office) -> None:
    async with await stranger(shared) as client:
        asked = await client.get("/directives?status=open&q=đất")
        assert asked.status_code == 303
        form = Page((await client.get(asked.headers["location"])).text).form("/sign-in")
        wrong = await client.post("/sign-in", data={**form.fields, "username": "pct", "password": "sai"})
        assert wrong.status_code == 401
        page = Page(wrong.text)
        assert page.form("/sign-in").fields["username"] == ["pct"]
        assert "sai" not in page.form("/sign-in").fields.get("password", [])
        right = await client.post("/sign-in", data={**form.fields, "username": "pct", "password": PASSWORD})
        assert right.status_code == 303
        assert right.headers["location"] == "/directives?status=open&q=%C4%91%E1%BA%A5t"
        assert (await client.get("/")).status_code == 200
        left = await client.post("/sign-out")
        assert left.headers["location"] == "/sign-in"
        assert (await client.get("/")).status_code == 303


async def test_nobody_is_led_out_of_the_house(shared: Office) -> None:
    async with await stranger(shared) as client:
        for onward in (
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/\r\nX: y",
        ):
            body = {"username": "pct", "password": PASSWORD, "next": onward}
            answer = await client.post("/sign-in", data=body)
            assert answer.headers["location"] == "/"


async def test_what_was_typed_survives_the_end_of_the_session(shared: Office, browse: Browse) -> None:
    issued = await shared.issue(title="Hết phiên giữa chừng")
    address = f"/directives/{issued['code'].replace('/', '-')}/do/comment"
    writer = await browse("pct")
    command_id = Page((await writer.get(address)).text).form(address).fields["command_id"][0]
    await end_sessions_of(shared.pool, "pct")
    await set_password(shared.pool, "pct", PasswordHash.recommended().hash(PASSWORD))
    writer.cookies.delete(COOKIE)
    typed = {"text": "Ý kiến <dài> & quan trọng", "command_id": command_id}
    met = await writer.post(address, data=typed)
    assert met.status_code == 401
    form = Page(met.text).form("/sign-in")
    assert form.fields["kept.text"] == [typed["text"]]
    entered = await writer.post("/sign-in", data={**form.fields, "username": "pct", "password": PASSWORD})
    assert entered.status_code == 200
    again = Page(entered.text).form(address)
    assert again.fields == {name: [value] for name, value in typed.items()}
    assert (await writer.post(again.action, data=again.fields)).status_code == 303
    assert await shared.types(issued) == ["DirectiveIssued", "Commented"]


async def test_pages_say_what_browsers_may_do_with_them(shared: Office, browse: Browse) -> None:
    answer = await (await browse("chu-tich")).get("/")
    assert answer.headers["content-security-policy"].startswith("default-src 'self';")
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "vi"
    missing = await (await browse("chu-tich")).get("/khong-co")
    assert missing.status_code == 404
    assert "Không tìm thấy" in Page(missing.text).words
    assert missing.headers["content-security-policy"].startswith("default-src 'self';")


async def test_static_files_are_kept_for_ever_under_an_address_of_their_content(shared: Office, browse: Browse) -> None:
    client = await browse("chu-tich")
    text = (await client.get("/")).text
    start = text.index("/static/")
    sheet = await client.get(text[start : text.index('"', start)])
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sheet.headers["content-encoding"] == "gzip"
    assert (await client.get("/static/000000000000/dondoc.css")).headers["cache-control"] == "no-store"
    for name in ("../app.py", "dondoc.py", "%2e%2e%2fapp.py"):
        assert (await client.get(f"/static/0/{name}")).status_code == 404


async def test_a_foreign_form_is_not_kept_to_be_sent_from_here(shared: Office) -> None:
    issued = await shared.issue(title="Biểu mẫu của trang lạ")
    address = f"/directives/{issued['code'].replace('/', '-')}/do/withdraw"
    async with await stranger(shared) as client:
        for origin in ("https://evil.example", "null"):
            met = await client.post(address, data={"reason": "từ trang lạ"}, headers={"Origin": origin})
            assert met.status_code == 303
            assert "từ trang lạ" not in met.text


async def test_passwords_are_kept_nowhere(shared: Office) -> None:
    async with await stranger(shared) as client:
        body = {"current": "bí mật cũ nào đó", "new": "bí mật mới nào đó", "again": "bí mật mới nào đó"}
        met = await client.post("/account/password", data=body)
        assert met.status_code == 303
        assert "bí mật" not in met.text


async def test_files_that_could_not_be_kept_are_told(shared: Office) -> None:
    issued = await shared.issue(title="Hết phiên khi gửi tệp")
    address = f"/directives/{issued['code'].replace('/', '-')}/do/report-progress"
    async with await stranger(shared) as client:
        file = {"files": ("bien-ban.pdf", b"%PDF-1.7", "application/pdf")}
        met = await client.post(address, data={"percent": "20"}, files=file)
        assert met.status_code == 401
        form = Page(met.text).form("/sign-in")
        entered = await client.post("/sign-in", data={**form.fields, "username": "pct", "password": PASSWORD})
        page = Page(entered.text)
        assert "bien-ban.pdf" in page.words
        assert page.form(address).fields == {"percent": ["20"]}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=a"),
        (b"a=" + b"&a=" * 3000, "application/x-www-form-urlencoded"),
        (b"%FF=%FE", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--a\r\n\r\n", "multipart/form-data; boundary=a"),
    ],
)
async def test_a_body_that_is_no_form_is_told(shared: Office, browse: Browse, content: bytes, kind: str) -> None:
    issued = await shared.issue(title="Thân không phải biểu mẫu")
    at = f"/directives/{issued['code'].replace('/', '-')}/do/comment"
    async with await stranger(shared) as nobody:
        for client, address in ((nobody, "/sign-in"), (nobody, at), (await browse("chu-tich"), at)):
            answer = await client.post(address, content=content, headers={"Content-Type": kind})
            assert answer.status_code in (303, 401, 415, 422), (address, answer.text)


async def test_no_page_leads_out_of_the_house(shared: Office) -> None:
    async with await stranger(shared) as client:
        answer = await client.get(f"{shared.url}//evil.example/x")
        assert answer.status_code == 404
        assert "evil.example" not in answer.text


async def test_over_https_only_the_cookie_that_no_other_site_can_set_is_believed(
    shared: Office, browse: Browse
) -> None:
    client = await browse("cv-tnmt")
    request = Request(
        {
            "type": "http",
            "scheme": "https",
            "headers": [(b"host", b"dondoc.example"), (b"cookie", f"{COOKIE}={client.cookies[COOKIE]}".encode())],
            "app": FastAPI(),
            "path": "/",
        }
    )
    request.app.state.services = SimpleNamespace(public_url=None)
    assert session_in(request) is None
