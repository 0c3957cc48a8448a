"""A session opens the API like a token, as long as it lasts; what it changes must come from a page of this site."""

from datetime import timedelta

import httpx
import pytest
from starlette.requests import Request

from api import signins
from api.auth import signed_in, still_signed_in
from api.signing.cookies import COOKIE
from storage.opaque import key_of
from storage.sessions import SessionUser, end_session, open_session
from storage.tokens import make_token
from tests.api.refusals import refused
from tests.api.signing.conftest import House, Open
from tests.api.test_remembered_sign_ins import Clock

ME = "/api/v1/me"
UNSAFE = [("POST", "/me/tokens"), ("POST", "/directives"), ("POST", "/files"), ("POST", "/me/sessions/x/end")]


@pytest.fixture
async def browser(house: House) -> httpx.AsyncClient:
    """A browser in which the head of a department is signed in."""
    return await house.signed_in()


@pytest.mark.parametrize(("method", "path"), UNSAFE)
@pytest.mark.parametrize("page", ["http://evil.example", "null", "", None])
async def test_a_change_by_cookie_from_elsewhere_is_refused(
    browser: httpx.AsyncClient, method: str, path: str, page: str | None
) -> None:
    if page is None:
        del browser.headers["origin"]
    else:
        browser.headers["origin"] = page
    refused(await browser.request(method, f"/api/v1{path}"), 403, "foreign_origin")


@pytest.mark.parametrize(("method", "path"), UNSAFE)
async def test_a_change_by_cookie_from_here_goes_on_to_its_own_checks(
    browser: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await browser.request(method, f"/api/v1{path}")
    assert answer.json()["code"] not in ("foreign_origin", "not_signed_in")


@pytest.mark.parametrize("page", ["http://evil.example", "null", None])
async def test_a_token_needs_no_origin(house: House, page: str | None) -> None:
    token = await make_token(house.pool, "tp-nv", "test")
    program = await house.browser(page=page or "x")
    if page is None:
        del program.headers["origin"]
    program.headers["authorization"] = f"Bearer {token}"
    assert (await program.post("/api/v1/me/tokens", json={"label": "máy quét"})).status_code == 201


async def test_reading_by_cookie_needs_no_origin(browser: httpx.AsyncClient) -> None:
    for page in ("http://evil.example", "null"):
        assert (await browser.get(ME, headers={"Origin": page})).status_code == 200
    assert (await browser.options(ME, headers={"Origin": "null"})).status_code == 405


async def test_who_is_not_signed_in_is_told_so_wherever_they_come_from(house: House) -> None:
    stranger = await house.browser(page="http://evil.example")
    refused(await stranger.post("/api/v1/me/tokens", json={"label": "x"}), 401, "not_signed_in")
    stranger.cookies.set(COOKIE, "ds_made-up", domain="dondoc.example", path="/")
    refused(await stranger.post("/api/v1/me/tokens", json={"label": "x"}), 401, "not_signed_in")


async def test_with_a_public_url_only_its_pages_count(open_house: Open) -> None:
    house = await open_house(public_url="http://nhiemvu.example")
    await house.give("tp-nv")
    site = {"site": "http://dondoc.example:8080", "page": "http://nhiemvu.example"}
    browser = await house.signed_in(**site)
    assert (await browser.post("/api/v1/me/tokens", json={"label": "x"})).status_code == 201
    answer = await browser.post("/api/v1/me/tokens", json={"label": "x"}, headers={"Origin": site["site"]})
    refused(answer, 403, "foreign_origin")


async def test_a_token_goes_before_a_cookie(house: House, browser: httpx.AsyncClient) -> None:
    token = await make_token(house.pool, "cv-nv", "test")
    assert (await browser.get(ME, headers={"Authorization": f"Bearer {token}"})).json()["username"] == "cv-nv"
    for value in ("Bearer dd_wrong", "Bearer", "bearer x"):
        refused(await browser.get(ME, headers={"Authorization": value}), 401, "not_signed_in")
    answer = await browser.get(ME, headers={"Authorization": "Basic cHJveHk6eA=="})
    assert answer.json()["username"] == "tp-nv", "what a proxy in front asks for is none of ours"


async def test_a_session_is_no_token_and_a_token_no_session(house: House, browser: httpx.AsyncClient) -> None:
    session = browser.cookies[COOKIE]
    token = await make_token(house.pool, "tp-nv", "test")
    other = await house.browser()
    assert (await browser.get(ME)).status_code == 200
    refused(await other.get(ME, headers={"Authorization": f"Bearer {session}"}), 401, "not_signed_in")
    assert (await other.get(ME, headers={"Authorization": f"Bearer {token}"})).status_code == 200
    refused(await other.get(ME, headers={"Cookie": f"{COOKIE}={token}"}), 401, "not_signed_in")


@pytest.mark.parametrize("column", ["idle_until", "expires_at"])
async def test_a_session_whose_time_is_over_opens_nothing(house: House, column: str) -> None:
    browser = await house.signed_in()
    await house.pool.execute(f"update sessions set {column} = now() - interval '1 second'")  # noqa: S608 - of two
    house.services.sign_ins.forget("tp-nv")  # a second has passed
    refused(await browser.get(ME), 401, "not_signed_in")


async def test_how_long_sessions_last_is_a_setting(open_house: Open) -> None:
    house = await open_house(session_idle_minutes=7, session_hours=3)
    await house.give("tp-nv")
    await house.signed_in()
    row = await house.pool.fetchrow(
        "select idle_until - created_at as idle, expires_at - created_at as lasts from sessions"
    )
    assert row is not None
    assert (row["idle"], row["lasts"]) == (timedelta(minutes=7), timedelta(hours=3))


async def test_a_person_who_has_left_is_signed_in_nowhere(house: House, browser: httpx.AsyncClient) -> None:
    await house.pool.execute("update users set active = false where username = 'tp-nv'")
    house.services.sign_ins.forget("tp-nv")
    refused(await browser.get(ME), 401, "not_signed_in")


async def test_what_is_ended_elsewhere_opens_nothing_once_the_moment_is_over(house: House) -> None:
    clock = Clock()
    sign_ins = signins.SignIns(house.pool, clock)
    session = await open_session(house.pool, "tp-nv", "", idle=timedelta(hours=1), lasts=timedelta(hours=1))
    found = await sign_ins.user_of_session(session)
    assert isinstance(found, SessionUser)
    assert (found.username, found.must_change) == ("tp-nv", False)
    await end_session(house.pool, session)
    clock.now += signins.SECONDS - 0.01
    assert await sign_ins.user_of_session(session) == found
    clock.now += 0.01
    assert await sign_ins.user_of_session(session) is None


async def test_what_is_ended_here_opens_nothing_at_once_and_others_are_remembered(house: House) -> None:
    sign_ins = signins.SignIns(house.pool, Clock())
    hour = timedelta(hours=1)
    mine, other = [await open_session(house.pool, who, "", idle=hour, lasts=hour) for who in ("tp-nv", "cv-nv")]
    assert await sign_ins.user_of_session(mine) is not None
    theirs = await sign_ins.user_of_session(other)
    for session in (mine, other):
        await end_session(house.pool, session)
    sign_ins.forget("tp-nv")
    assert await sign_ins.user_of_session(mine) is None
    assert await sign_ins.user_of_session(other) == theirs


async def test_a_stream_that_goes_on_by_itself_does_not_keep_a_session(house: House) -> None:
    browser = await house.signed_in()
    session = browser.cookies[COOKIE]
    cookie = (b"cookie", f"{COOKIE}={session}".encode())
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [cookie], "app": house.app})

    async def last_seen() -> object:
        house.services.sign_ins.forget("tp-nv")
        return await house.pool.fetchval(
            "select last_seen_at from sessions where encode(session_hash, 'hex') = $1", key_of(session)
        )

    await house.pool.execute("update sessions set last_seen_at = last_seen_at - interval '2 minutes'")
    before = await last_seen()
    caller = await still_signed_in(request)
    assert (caller.person.username, caller.by_session) == ("tp-nv", True)
    assert await last_seen() == before
    await signed_in(request)
    assert await last_seen() != before
