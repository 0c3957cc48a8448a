"""The cookie of a session: as strict as the way to the browser allows."""

import httpx
import pytest

from api.signing.cookies import COOKIE, HOST_COOKIE
from tests.api.signing.conftest import SITE, House, Open, enter, leave


def flags(answer: httpx.Response) -> dict[str, set[str]]:
    """Each cookie that is set, with its attributes."""
    found = {}
    for line in answer.headers.get_list("set-cookie"):
        pair, *attributes = line.split("; ")
        found[pair.partition("=")[0]] = {one.lower() for one in attributes}
    return found


async def test_over_plain_http_it_is_what_browsers_take_there(house: House) -> None:
    answer = await enter(await house.browser())
    assert flags(answer) == {COOKIE: {"httponly", "samesite=lax", "path=/"}}


@pytest.mark.parametrize(
    ("site", "public"),
    [("https://dondoc.example", None), ("https://dondoc.example", "https://dondoc.example")],
)
async def test_over_https_it_is_for_this_host_and_https_alone(open_house: Open, site: str, public: str | None) -> None:
    house = await open_house(public_url=public)
    await house.give("tp-nv")
    browser = await house.browser(site)
    assert flags(await enter(browser)) == {HOST_COOKIE: {"httponly", "samesite=lax", "path=/", "secure"}}
    assert (await browser.get("/api/v1/me")).json()["username"] == "tp-nv"


async def test_behind_a_proxy_that_ends_tls_the_public_url_says_so(open_house: Open) -> None:
    house = await open_house(public_url="https://dondoc.example")
    await house.give("tp-nv")
    inside = await house.browser("http://dondoc.example", page="https://dondoc.example")
    answer = await enter(inside)
    assert flags(answer) == {HOST_COOKIE: {"httponly", "samesite=lax", "path=/", "secure"}}
    session = answer.cookies[HOST_COOKIE]
    assert (await inside.get("/api/v1/me", headers={"Cookie": f"{HOST_COOKIE}={session}"})).status_code == 200


async def test_it_ends_with_the_browser_and_is_for_one_host(house: House) -> None:
    (attributes,) = flags(await enter(await house.browser())).values()
    assert not [one for one in attributes if one.startswith(("max-age", "expires", "domain"))]


async def test_signing_out_takes_it_away(house: House) -> None:
    browser = await house.signed_in()
    assert browser.cookies.get(COOKIE)
    answer = await leave(browser)
    assert not browser.cookies.get(COOKIE)
    assert flags(answer)[COOKIE] >= {"max-age=0", "path=/", "httponly"}


async def test_over_https_signing_out_takes_both_away(open_house: Open) -> None:
    house = await open_house()
    await house.give("tp-nv")
    browser = await house.signed_in(site="https://dondoc.example")
    found = flags(await leave(browser))
    assert {*found} == {COOKIE, HOST_COOKIE}
    assert all(attributes >= {"max-age=0", "path=/", "secure"} for attributes in found.values())


async def test_the_stricter_cookie_goes_before_the_other(house: House) -> None:
    mine = (await house.signed_in("tp-nv")).cookies[COOKIE]
    planted = (await house.signed_in("cv-nv")).cookies[COOKIE]
    browser = await house.browser(SITE)
    answer = await browser.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={planted}; {HOST_COOKIE}={mine}"})
    assert answer.json()["username"] == "tp-nv"


async def test_answers_depend_on_the_cookie(house: House) -> None:
    answer = await (await house.signed_in()).get("/api/v1/me")
    assert "Cookie" in answer.headers["vary"]
    assert answer.headers["cache-control"] == "no-store"
