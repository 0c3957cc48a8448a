"""The way in through a provider when everybody does as they should."""

from typing import Any

import httpx
import pytest

from api.signing.cookies import COOKIE as SESSION
from api.signing.cookies import HOST_COOKIE as HOST_SESSION
from api.signing.openid.cookie import COOKIE, HOST_COOKIE
from api.signing.openid.setup import CALLBACK
from storage.opaque import key_of
from tests.api.pages.reading import Page
from tests.api.signing.conftest import PASSWORD, SITE, Open
from tests.api.signing.openid.conftest import OpenWay, Way, parameters
from tests.support.openid_provider import Key, OpenIDProvider


async def test_from_the_sign_in_page_to_the_page_that_was_wanted(way: Way) -> None:
    browser = await way.browser()
    asked = await browser.get("/account?x=đất", follow_redirects=True)
    link = next(link for link in Page(asked.text).links if link.startswith("/sign-in/openid"))
    assert "Đăng nhập bằng Cổng quận" in Page(asked.text).words
    arrived = await browser.get(link, follow_redirects=True)
    assert arrived.status_code == 200, arrived.text
    assert str(arrived.url) == f"{SITE}/account?x=%C4%91%E1%BA%A5t"
    assert "tp-nv" in Page(arrived.text).words
    assert [redirect.status_code for redirect in arrived.history] == [303, 302, 303]


async def test_the_browser_then_holds_a_session_and_nothing_of_the_way(way: Way) -> None:
    browser, came = await way.signed_in()
    assert (came.status_code, came.headers["location"]) == (303, "/account")
    assert [*browser.cookies.keys()] == [SESSION]
    answer = await browser.get("/api/v1/me/sessions")
    (mine,) = answer.json()["items"]
    assert (mine["current"], mine["key"]) == (True, key_of(browser.cookies[SESSION]))
    assert await way.pool.fetchval("select count(*) from openid_attempts") == 0


async def test_the_cookie_of_the_way_is_for_this_host_and_unseen_by_scripts(way: Way) -> None:
    set_cookie = (await (await way.browser()).get("/sign-in/openid")).headers["set-cookie"]
    assert set_cookie.startswith(f"{COOKIE}=do_")
    for part in ("HttpOnly", "SameSite=lax", "Max-Age=600", "Path=/"):
        assert part in set_cookie


async def test_over_https_it_goes_no_other_way(open_way: OpenWay, provider: OpenIDProvider) -> None:
    site = "https://nhiemvu.example"
    provider.redirect_uris = {site + CALLBACK}
    way = open_way(public_url=site)
    browser = await way.browser(site=site)
    arrived = await browser.get("/sign-in/openid?next=/account", follow_redirects=True)
    assert str(arrived.url) == f"{site}/account"
    assert [*browser.cookies.keys()] == [HOST_SESSION]
    begun = await browser.get("/sign-in/openid")
    assert begun.headers["set-cookie"].startswith(f"{HOST_COOKIE}=")
    assert "Secure" in begun.headers["set-cookie"]
    # Under the plain name another host of the domain could have set it.
    back = (await browser.get(begun.headers["location"])).headers["location"]
    planted = await way.browser(site=site)
    planted.cookies.set(COOKIE, browser.cookies[HOST_COOKIE])
    assert (await planted.get(back)).status_code == 401


async def test_the_provider_is_told_a_challenge_and_a_nonce_of_this_sign_in_alone(way: Way) -> None:
    browser = await way.browser()
    one, two = [parameters((await browser.get("/sign-in/openid")).headers["location"]) for _ in range(2)]
    assert one["redirect_uri"] == SITE + CALLBACK
    assert one["scope"].split() == ["openid", "profile", "email"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name]) == 43
        assert one[name] != two[name]
    assert len({one["state"], one["nonce"], one["code_challenge"]}) == 3


async def test_what_the_browser_holds_is_kept_nowhere(way: Way) -> None:
    browser = await way.browser()
    begun = await browser.get("/sign-in/openid")
    stored = await way.pool.fetchval("select openid_attempts::text from openid_attempts")
    for secret in (browser.cookies[COOKIE], *parameters(begun.headers["location"]).values()):
        assert secret not in stored
        assert browser.cookies[COOKIE] not in begun.headers["location"]


async def test_the_session_that_the_browser_carried_is_ended(way: Way) -> None:
    await way.house.give("cv-nv")
    browser = await way.browser()
    await browser.post("/sign-in", data={"username": "cv-nv", "password": PASSWORD})
    carried = browser.cookies[SESSION]
    await browser.get(await way.way_back(browser))
    assert browser.cookies[SESSION] != carried
    assert await way.sessions() == 1
    assert (await browser.get("/api/v1/me")).json()["username"] == "tp-nv"


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA", "Ed25519"])
async def test_keys_of_all_allowed_kinds_are_taken(way: Way, alg: str) -> None:
    way.provider.key = Key.new(alg)
    if alg == "Ed25519":
        way.provider.twist = lambda claims: {name: claims[name] for name in claims if name != "at_hash"}
    assert (await way.signed_in())[1].status_code == 303


@pytest.mark.parametrize("offered", [["client_secret_basic"], ["client_secret_post"], None])
async def test_the_secret_goes_the_way_that_the_provider_offers(way: Way, offered: list[str] | None) -> None:
    way.provider.configuration = {"token_endpoint_auth_methods_supported": offered}
    assert (await way.signed_in())[1].status_code == 303


async def test_a_public_client_needs_none(open_way: OpenWay, provider: OpenIDProvider) -> None:
    provider.client_secret = None
    assert (await open_way().signed_in())[1].status_code == 303


async def test_two_processes_share_the_ways_under_way(way: Way, open_way: OpenWay) -> None:
    browser = await way.browser()
    back = await way.way_back(browser)
    open_way()  # nothing of the first one is remembered here
    assert (await browser.get(back)).status_code == 303


async def test_new_keys_are_fetched_when_the_provider_signs_with_one(way: Way) -> None:
    assert (await way.signed_in())[1].status_code == 303
    assert way.provider.hits["jwks"] == 1
    assert (await way.signed_in())[1].status_code == 303
    assert way.provider.hits["jwks"] == 1, "remembered"
    way.provider.key = Key.new()
    assert (await way.signed_in())[1].status_code == 303
    assert way.provider.hits["jwks"] == 2
    assert way.provider.hits["openid-configuration"] == 1


async def test_a_site_with_several_keys_is_understood(way: Way) -> None:
    odd: list[Any] = [
        {"kty": "PQ", "kid": "1"},
        {"kty": "RSA", "kid": "2"},
        "x",
        {"kty": "oct", "kid": way.provider.key.kid, "k": "AA"},
    ]
    way.provider.published = [*odd, Key.new("RS256").jwk, way.provider.key.jwk]
    assert (await way.signed_in())[1].status_code == 303


async def test_nobody_is_led_out_of_the_house(way: Way) -> None:
    for onward in ("https://evil.example/", "//evil.example", "/\\evil.example", "/" + "x" * 2000):
        browser = await way.browser()
        came = await browser.get(await way.way_back(browser, onward))
        assert came.headers["location"] == "/"


async def test_signing_out_offers_the_way_out_of_the_provider_too(way: Way) -> None:
    browser, _ = await way.signed_in()
    left = await browser.post("/sign-out")
    assert left.headers["location"] == "/sign-in?left=1"
    assert await way.sessions() == 0
    page = Page((await browser.get(left.headers["location"])).text)
    assert "/sign-in/openid/leave" in page.links
    out = await browser.get("/sign-in/openid/leave")
    address, _, query = out.headers["location"].partition("?")
    assert address == f"{way.provider.issuer}/logout"
    assert parameters(f"?{query}") == {"client_id": "dondoc", "post_logout_redirect_uri": f"{SITE}/sign-in"}


async def test_a_provider_without_that_way_is_left_here_alone(way: Way) -> None:
    way.provider.configuration = {"end_session_endpoint": None}
    assert (await (await way.browser()).get("/sign-in/openid/leave")).headers["location"] == "/sign-in"


async def test_where_nothing_is_configured_there_is_no_such_way(open_house: Open) -> None:
    house = await open_house()
    browser = await house.browser()
    assert "openid" not in (await browser.get("/sign-in")).text
    for address in ("/sign-in/openid", "/sign-in/openid/callback?code=x&state=y", "/sign-in/openid/leave"):
        assert (await browser.get(address)).status_code == 404
    assert (await browser.post("/sign-out")).headers["location"] == "/sign-in"


async def test_the_button_is_a_link_that_needs_no_script_and_no_form(way: Way) -> None:
    answer: httpx.Response = await (await way.browser()).get("/sign-in?next=/directives")
    page = Page(answer.text)
    assert "/sign-in/openid?next=/directives" in page.links
    assert "<script" not in answer.text
    assert page.form("/sign-in").fields["next"] == ["/directives"]
