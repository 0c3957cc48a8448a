"""A provider that is away, slow, or answers nonsense: people are told, nothing waits for long, and nothing is asked elsewhere."""

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web

from api.signing.cookies import COOKIE as SESSION
from api.signing.openid import outbound, remembered
from api.signing.openid.cookie import COOKIE
from api.signing.openid.failures import ProviderAway
from api.signing.openid.outbound import MOST_BYTES, Outbound
from api.signing.openid.remembered import AGAIN, KEEPS, PAUSE, Remembered
from embedded.temporal import free_port
from tests.api.pages.reading import Page
from tests.api.signing.openid.conftest import OpenWay, Way


async def test_a_provider_that_is_away_is_told_and_passwords_go_on(open_way: OpenWay) -> None:
    way = open_way(oidc_issuer=f"http://127.0.0.1:{free_port()}/realms/quan")
    browser = await way.browser()
    answer = await browser.get("/sign-in/openid?next=/directives")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    page = Page(answer.text)
    assert "Chưa kết nối được máy chủ đăng nhập" in page.words
    assert page.form("/sign-in").fields["next"] == ["/directives"]
    assert "/sign-in/openid?next=/directives" in page.links
    assert COOKIE not in browser.cookies
    assert await way.pool.fetchval("select count(*) from openid_attempts") == 0


async def test_one_that_comes_back_is_found_again(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "PAUSE", 0.0)
    way.provider.answers["openid-configuration"] = lambda: web.Response(status=502)
    browser = await way.browser()
    assert (await browser.get("/sign-in/openid")).status_code == 503
    del way.provider.answers["openid-configuration"]
    assert (await browser.get(await way.way_back(browser))).status_code == 303


async def test_one_that_is_slow_is_not_waited_for_and_not_asked_by_everybody(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "SECONDS", 0.2)
    way.provider.delay = 20
    browser = await way.browser()
    began = time.monotonic()
    answers = await asyncio.gather(*(browser.get("/sign-in/openid") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [503] * 5
    assert time.monotonic() - began < 5
    assert way.provider.hits["openid-configuration"] == 1


async def test_one_that_sends_a_little_at_a_time_is_not_waited_for(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "SECONDS", 0.3)

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(dripping, "127.0.0.1", 0)
    place = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    asked = Outbound(place)
    with pytest.raises(ProviderAway, match="Timeout"):
        await asked.get(f"{place}/x")
    await asked.aclose()
    server.close()
    await server.wait_closed()


async def test_away_when_the_browser_comes_back(way: Way) -> None:
    for place in ("token", "jwks"):
        way.provider.answers = {place: lambda: web.Response(status=503, text="<html>")}
        browser = await way.browser()
        came = await browser.get(await way.way_back(browser, "/directives"))
        assert came.status_code == 503
        assert "/sign-in/openid?next=/directives" in Page(came.text).links
        assert SESSION not in browser.cookies


def _long() -> web.Response:
    return web.json_response({"x": "x" * MOST_BYTES})


def _elsewhere() -> web.Response:
    return web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"})


def _compressed() -> web.Response:
    answer = web.json_response({"x": "x" * 1000})
    answer.enable_compression()
    answer.headers["Content-Encoding"] = "gzip"
    return answer


NONSENSE = {
    "not JSON": lambda: web.Response(text="<html>"),
    "a list": lambda: web.json_response([]),
    "nested": lambda: web.Response(text="[" * 100_000),
    "too long": _long,
    "a redirect": _elsewhere,
    "compressed": _compressed,
    "nothing": lambda: web.Response(status=204),
    "empty": lambda: web.json_response({}),
}


@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_in_place_of_a_configuration_is_refused(way: Way, name: str) -> None:
    way.provider.answers["openid-configuration"] = NONSENSE[name]
    assert (await (await way.browser()).get("/sign-in/openid")).status_code == 503


@pytest.mark.parametrize("place", ["token", "jwks", "userinfo"])
@pytest.mark.parametrize("name", NONSENSE)
async def test_nonsense_in_place_of_anything_else_is_refused(way: Way, place: str, name: str) -> None:
    way.provider.account = {"sub": "1"}
    way.provider.userinfo = {"preferred_username": "tp-nv"}
    way.provider.answers[place] = NONSENSE[name]
    browser, came = await way.signed_in()
    assert came.status_code in (401, 503)
    assert SESSION not in browser.cookies


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"jwks_uri": None},
        {"token_endpoint": None},
        {"token_endpoint": 7},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"end_session_endpoint": "http://evil.example/logout"},
        {"code_challenge_methods_supported": ["plain"]},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ],
)
async def test_a_configuration_that_is_unsafe_is_refused(way: Way, change: dict[str, Any]) -> None:
    way.provider.configuration = change
    assert (await (await way.browser()).get("/sign-in/openid")).status_code == 503


async def test_an_answer_that_is_too_long_is_not_taken_however_right_it_is(way: Way) -> None:
    way.provider.configuration = {"padding": "x" * (MOST_BYTES // 2)}
    assert (await (await way.browser()).get("/sign-in/openid")).status_code == 303
    way.provider.account |= {"padding": "x" * 100_000}
    way.provider.answers["jwks"] = lambda: web.json_response({"keys": [way.provider.key.jwk], "x": "x" * MOST_BYTES})
    assert (await way.signed_in())[1].status_code == 503


@pytest.mark.parametrize("member", ["token_endpoint", "jwks_uri"])
async def test_no_other_host_than_the_issuers_is_asked(way: Way, member: str) -> None:
    asked: list[bytes] = []

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(other, "127.0.0.1", 0)
    way.provider.configuration = {member: f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"}
    _, came = await way.signed_in()
    assert came.status_code == 503
    assert asked == []
    server.close()
    await server.wait_closed()


async def test_a_provider_that_takes_no_secret_of_ours_is_told(way: Way) -> None:
    way.provider.configuration = {"token_endpoint_auth_methods_supported": ["private_key_jwt"]}
    assert (await way.signed_in())[1].status_code == 503
    assert way.provider.hits["token"] == 0


class Well:
    """Something to fetch, and a clock that a test moves."""

    def __init__(self) -> None:
        self.drawn, self.dry, self.now = 0, False, 1000.0
        self.kept = Remembered(self.draw, lambda: self.now)

    async def draw(self) -> object:
        self.drawn += 1
        await asyncio.sleep(0)
        if self.dry:
            raise ProviderAway("dry")
        return object()


async def test_what_was_fetched_is_kept_for_a_while() -> None:
    well = Well()
    assert len({id(one) for one in await asyncio.gather(*(well.kept.get() for _ in range(9)))}) == 1
    well.now += KEEPS - 1
    await well.kept.get()
    assert well.drawn == 1
    well.now += 2
    await well.kept.get()
    assert well.drawn == 2


async def test_a_failure_is_everybodys_for_a_moment() -> None:
    well = Well()
    well.dry = True
    outcomes = await asyncio.gather(*(well.kept.get() for _ in range(9)), return_exceptions=True)
    assert {type(one) for one in outcomes} == {ProviderAway}
    assert well.drawn == 1
    well.dry, well.now = False, well.now + PAUSE
    await well.kept.get()
    assert well.drawn == 2


async def test_something_newer_is_fetched_at_most_so_often() -> None:
    well = Well()
    first = await well.kept.get()
    newer = await asyncio.gather(*(well.kept.again(first) for _ in range(9)))
    assert {id(one) for one in newer} == {id(newer[0])} != {id(first)}
    assert well.drawn == 2
    assert await well.kept.again(newer[0]) is newer[0]
    assert well.drawn == 2
    well.now += AGAIN
    assert await well.kept.again(newer[0]) is not newer[0]
    assert well.drawn == 3
