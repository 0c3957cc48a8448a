"""Attacks on the way in, and tokens that prove nothing: each is refused, and nobody is signed in."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from aiohttp import web
from limits import RateLimitItemPerMinute

from api.signing.cookies import COOKIE as SESSION
from api.signing.openid import client as client_module
from api.signing.openid import remembered
from api.signing.openid.cookie import COOKIE
from api.signing.openid.setup import CALLBACK
from storage.opaque import key_of
from tests.api.pages.reading import Page
from tests.api.signing.conftest import PASSWORD, SITE
from tests.api.signing.openid.conftest import OpenWay, Way, parameters
from tests.support.openid_provider import Claims, Key, OpenIDProvider

NOW = time.time()


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def with_(**changes: Any) -> Callable[[Claims], Claims]:
    return lambda claims: claims | changes


async def refused(way: Way, status: int = 401) -> str:
    """Go the whole way; why nobody was let in, as the log has it."""
    with structlog.testing.capture_logs() as logs:
        browser, came = await way.signed_in()
    assert came.status_code == status, came.text
    assert SESSION not in browser.cookies
    assert await way.sessions() == 0
    assert "/sign-in/openid?next=/account" in Page(came.text).links, "the way to try again"
    (reason,) = [entry["reason"] for entry in logs if entry["event"] == "sign_in.refused"]
    return str(reason)


# Tokens


TWISTED = {
    "wrong nonce": (with_(nonce="another"), "nonce"),
    "no nonce": (without("nonce"), "nonce"),
    "wrong audience": (with_(aud="another-site"), "aud"),
    "several audiences without us": (with_(aud=["a", "b"]), "aud"),
    "several audiences, authorized for none": (with_(aud=["dondoc", "another-site"]), "azp"),
    "authorized for another": (with_(aud=["dondoc", "another-site"], azp="another-site"), "azp"),
    "authorized for another alone": (with_(azp="another-site"), "azp"),
    "no audience": (without("aud"), "aud"),
    "empty audience": (with_(aud=[]), "aud"),
    "wrong issuer": (with_(iss="https://evil.example"), "iss"),
    "no issuer": (without("iss"), "iss"),
    "no subject": (without("sub"), "sub"),
    "empty subject": (with_(sub=""), "sub"),
    "expired": (with_(exp=int(NOW) - 3600), "expired"),
    "expired a minute and a bit ago": (with_(exp=int(NOW) - 65), "expired"),
    "never expires": (without("exp"), "exp"),
    "expires at no number": (with_(exp="2099-01-01"), "exp"),
    "expires never and nowhere": (with_(exp=float("nan")), "exp"),
    "not yet valid": (with_(nbf=int(NOW) + 3600), "not yet valid"),
    "of the future": (with_(iat=int(NOW) + 3600), "in the future"),
    "access token of another": (with_(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "at_hash"),
}


@pytest.mark.parametrize("name", TWISTED)
async def test_a_token_that_says_the_wrong_thing_is_refused(way: Way, name: str) -> None:
    way.provider.twist, named = TWISTED[name]
    assert named in (await refused(way)).lower()


async def test_one_of_several_audiences_is_enough_if_it_is_authorized(way: Way) -> None:
    way.provider.twist = with_(aud=["dondoc", "another-site"], azp="dondoc")
    assert (await way.signed_in())[1].status_code == 303


async def test_clocks_may_differ_a_little(way: Way) -> None:
    way.provider.twist = with_(exp=int(time.time()) - 30, iat=int(time.time()) + 30)
    assert (await way.signed_in())[1].status_code == 303


@pytest.mark.parametrize("spelled", ["none", "None", "NONE", ""])
async def test_an_unsigned_token_is_refused(way: Way, spelled: str) -> None:
    key = way.provider.key
    way.provider.twist = _instead(way, lambda claims: f"{_b64({'alg': spelled, 'kid': key.kid})}.{_b64(claims)}.")
    assert "algorithm" in (await refused(way)).lower()


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(way: Way) -> None:
    way.provider.key = Key.new("RS256")
    way.provider.header = {"alg": "HS256"}
    assert "HS256 is not allowed" in await refused(way)


@pytest.mark.parametrize("alg", ["RS384", "PS256", "ES256K", "A128KW", "RSA-OAEP", 7, ["RS256"], None])
async def test_other_algorithms_are_refused(way: Way, alg: object) -> None:
    header = {"alg": alg, "kid": way.provider.key.kid}
    way.provider.twist = _instead(way, lambda claims: f"{_b64(header)}.{_b64(claims)}.AAAA")
    assert (await refused(way)).startswith("id token:")


async def test_an_algorithm_that_is_not_the_keys_own_is_refused(way: Way) -> None:
    signing = Key.new("ES256", kid="one")
    way.provider.key = signing
    way.provider.published = [signing.jwk | {"alg": "ES384"}]
    await refused(way)


async def test_a_token_signed_with_another_key_under_the_same_name_is_refused(way: Way) -> None:
    way.provider.published = [Key.new("ES256", kid=way.provider.key.kid).jwk]
    assert "BadSignature" in await refused(way)


async def test_a_token_that_brings_its_own_key_is_refused(way: Way) -> None:
    known, own = way.provider.key, Key.new("ES256")
    way.provider.published = [known.jwk]
    way.provider.key = own
    way.provider.header = {"kid": known.kid, "jwk": own.jwk, "jku": "https://evil.example/jwks"}
    assert "BadSignature" in await refused(way)


async def test_a_critical_header_that_is_not_understood_is_refused(way: Way) -> None:
    way.provider.header = {"crit": ["b64x"], "b64x": True}
    await refused(way)


async def test_a_short_rsa_key_is_passed_over(way: Way) -> None:
    weak = way.provider.key.jwk | {
        "kty": "RSA",
        "alg": "RS256",
        "n": base64.urlsafe_b64encode(b"\xf1" * 127 + b"\x01").decode().rstrip("="),
        "e": "AQAB",
    }
    weak = {name: weak[name] for name in ("kty", "kid", "alg", "n", "e")}
    way.provider.published = [weak, Key.new().jwk]
    await refused(way)


async def test_an_encryption_key_signs_nothing(way: Way) -> None:
    way.provider.published = [way.provider.key.jwk | {"use": "enc"}, Key.new().jwk]
    await refused(way)


async def test_a_token_without_the_name_of_its_key_is_taken_only_if_there_is_one_key(way: Way) -> None:
    way.provider.header = {"kid": None}
    assert (await way.signed_in())[1].status_code == 303
    way.provider.published = [Key.new().jwk, way.provider.key.jwk]
    way.house.services.openid = client_module.OpenID(way.house.services.openid.setup)  # type: ignore[union-attr]
    _, came = await way.signed_in()
    assert came.status_code == 401
    await way.house.services.openid.provider.aclose()


async def test_an_unknown_key_is_asked_for_once_and_then_not_for_a_while(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.provider.published = [Key.new().jwk]
    assert "No key for kid" in await refused(way)
    assert way.provider.hits["jwks"] == 2
    for _ in range(3):
        await refused(way)
    assert way.provider.hits["jwks"] == 2
    monkeypatch.setattr(remembered, "AGAIN", 0.0)
    await refused(way)
    assert way.provider.hits["jwks"] == 3


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "." * 4, "é.é.é", "e30.e30.", "[" * 50_000, "x" * 200_000, 7, None, {"alg": "none"}]
)
async def test_what_is_no_token_is_refused(way: Way, token: object) -> None:
    told = {"access_token": "x", "token_type": "Bearer", "id_token": token}
    way.provider.answers["token"] = lambda: web.json_response(told)
    await refused(way)


async def test_claims_nested_without_end_are_refused(way: Way) -> None:
    key = way.provider.key
    deep = base64.urlsafe_b64encode(b'{"a":' + b"[" * 90_000).rstrip(b"=").decode()
    head = _b64({"alg": "ES256", "kid": key.kid})
    signature = key._signature("ES256", f"{head}.{deep}".encode())
    token = f"{head}.{deep}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    way.provider.twist = _instead(way, lambda _: token)
    assert (await refused(way)).startswith("id token:")


# The way


async def test_a_way_begun_in_another_browser_ends_there(way: Way) -> None:
    """Login CSRF: the attacker's own return address, opened in the victim's browser, would sign the victim in as the attacker."""
    attacker, victim = await way.browser("10.6.6.6"), await way.browser()
    trap = await way.way_back(attacker)
    for _ in range(2):
        met = await victim.get(trap)
        assert met.status_code == 401
        assert f"Hãy đăng nhập lại từ trang {SITE}" in Page(met.text).words
        assert SESSION not in victim.cookies
        await way.way_back(victim)  # now with a way of the victim's own under way
    assert way.provider.hits["token"] == 0
    assert await way.sessions() == 0


async def test_a_trap_does_not_end_what_is_under_way(way: Way) -> None:
    victim = await way.browser()
    own = await way.way_back(victim)
    await victim.get(f"{CALLBACK}?code=x&state=y")
    assert (await victim.get(own)).status_code == 303


async def test_a_stolen_code_is_worth_nothing_in_a_way_of_ones_own(way: Way) -> None:
    """Code injection: PKCE and the nonce bind the code to the browser for which the provider made it."""
    victim, attacker = await way.browser(), await way.browser("10.6.6.6")
    stolen = parameters(await way.way_back(victim))["code"]
    own = parameters(await way.way_back(attacker))
    injected = await attacker.get(CALLBACK, params=own | {"code": stolen})
    assert injected.status_code == 401
    assert SESSION not in attacker.cookies
    assert way.provider.hits["token"] == 1


async def test_a_return_address_opens_nothing_twice(way: Way) -> None:
    browser = await way.browser()
    back = await way.way_back(browser)
    cookie = browser.cookies[COOKIE]
    assert (await browser.get(back)).status_code == 303
    browser.cookies.delete(SESSION)
    browser.cookies.set(COOKIE, cookie, domain="dondoc.example")
    assert (await browser.get(back)).status_code == 401
    assert SESSION not in browser.cookies
    assert way.provider.hits["token"] == 1


async def test_two_returns_at_once_open_one_session(way: Way) -> None:
    browser = await way.browser()
    back = await way.way_back(browser)
    came = await asyncio.gather(*(browser.get(back) for _ in range(5)))
    assert sorted(answer.status_code for answer in came) == [303, 401, 401, 401, 401]
    assert await way.sessions() == 1


async def test_a_code_that_the_provider_has_seen_before_is_refused(way: Way) -> None:
    way.provider.codes = _Forgetful()
    assert "invalid_grant" in await refused(way)


async def test_a_way_that_took_too_long_is_over(way: Way) -> None:
    browser = await way.browser()
    back = await way.way_back(browser)
    await way.pool.execute("update openid_attempts set expires_at = now()")
    assert (await browser.get(back)).status_code == 401
    assert way.provider.hits["token"] == 0


async def test_ways_that_nobody_came_back_from_are_cleared_away(way: Way) -> None:
    browser = await way.browser()
    for _ in range(3):
        await browser.get("/sign-in/openid")
    await way.pool.execute("update openid_attempts set expires_at = now() - interval '1 second'")
    await browser.get("/sign-in/openid")
    assert await way.pool.fetchval("select count(*) from openid_attempts") == 1


@pytest.mark.parametrize("changed", [{"state": ""}, {"state": "x"}, {"state": "é"}, {"code": ""}, {"code": "x" * 5000}])
async def test_a_return_without_its_parts_is_refused(way: Way, changed: dict[str, str]) -> None:
    browser = await way.browser()
    told = parameters(await way.way_back(browser))
    assert (await browser.get(CALLBACK, params=told | changed)).status_code == 401
    assert way.provider.hits["token"] == 0


async def test_a_return_with_two_of_a_part_is_refused(way: Way) -> None:
    browser = await way.browser()
    back = await way.way_back(browser)
    assert (await browser.get(f"{back}&state={parameters(back)['state']}")).status_code == 401
    assert (await browser.get(f"{back}&code=x")).status_code == 401


async def test_an_answer_of_another_issuer_is_refused(way: Way) -> None:
    """Mix-up (RFC 9207)."""
    for change in ({"iss": "https://evil.example"}, {"iss": ""}, {}):
        browser = await way.browser()
        told = parameters(await way.way_back(browser))
        del told["iss"]
        assert (await browser.get(CALLBACK, params=told | change)).status_code == 401
    assert way.provider.hits["token"] == 0


async def test_a_provider_that_does_not_promise_to_name_itself_need_not(way: Way) -> None:
    way.provider.configuration = {"authorization_response_iss_parameter_supported": None}
    browser = await way.browser()
    told = parameters(await way.way_back(browser))
    del told["iss"]
    assert (await browser.get(CALLBACK, params=told)).status_code == 303


async def test_a_session_that_an_attacker_planted_is_not_the_one_that_is_opened(way: Way) -> None:
    """Session fixation."""
    browser = await way.browser()
    back = await way.way_back(browser)
    came = await browser.get(back, headers={"Cookie": f"{SESSION}=ds_planted; {COOKIE}={browser.cookies[COOKIE]}"})
    assert came.status_code == 303
    (opened,) = await way.pool.fetch("select encode(session_hash, 'hex') as key from sessions")
    assert opened["key"] == key_of(str(browser.cookies[SESSION])) != key_of("ds_planted")
    stranger = await way.browser("10.6.6.6")
    stranger.cookies.set(SESSION, "ds_planted")
    assert (await stranger.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("error", ["access_denied", "login_required", "<script>alert(1)</script>"])
async def test_a_provider_that_lets_nobody_in_is_told(way: Way, error: str) -> None:
    way.provider.error = error
    browser, came = await way.signed_in()
    assert came.status_code == 401
    assert "<script>alert" not in came.text
    assert ("access_denied" in came.text) is (error == "access_denied")
    assert COOKIE not in browser.cookies
    assert way.provider.hits["token"] == 0


async def test_setting_out_has_a_limit_for_each_address(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "OF_AN_ADDRESS", RateLimitItemPerMinute(3))
    one, other = await way.browser("10.6.6.6"), await way.browser()
    assert [(await one.get("/sign-in/openid")).status_code for _ in range(4)] == [303, 303, 303, 429]
    assert await way.pool.fetchval("select count(*) from openid_attempts") == 3
    assert (await other.get("/sign-in/openid")).status_code == 303


async def test_a_wrong_secret_of_ours_is_told_in_the_log(open_way: OpenWay, provider: OpenIDProvider) -> None:
    way = open_way(oidc_client_secret="another")
    assert "invalid_client" in await refused(way)


async def test_nothing_secret_is_logged_or_shown(way: Way) -> None:
    with structlog.testing.capture_logs() as logs:
        browser = await way.browser()
        back = await way.way_back(browser)
        cookie = browser.cookies[COOKIE]
        secrets = [str(cookie), parameters(back)["code"], parameters(back)["state"], "bi-mat"]
        await browser.get(back)
        secrets.append(str(browser.cookies[SESSION]))
        way.provider.twist = with_(nonce="another")
        browser, came = await way.signed_in()
    assert [secret for secret in secrets if secret in str(logs)] == []
    assert "code=" not in came.text
    assert "state=" not in came.text
    assert "bi-mat" not in repr(way.house.services.openid) + repr(way.house.services.openid.setup)  # type: ignore[union-attr]


async def test_passwords_still_open_the_door(way: Way) -> None:
    await way.house.give("cv-nv")
    browser = await way.browser()
    entered = await browser.post("/sign-in", data={"username": "cv-nv", "password": PASSWORD})
    assert entered.status_code == 303


class _Forgetful(dict[str, dict[str, str]]):
    """Codes of which none is known any more."""

    def pop(self, *_: Any) -> Any:
        return None


def _instead(way: Way, token: Callable[[Claims], str]) -> Callable[[Claims], Claims]:
    """Have the provider send this token in place of the one it would sign."""

    def twist(claims: Claims) -> Claims:
        told = {"access_token": "x", "token_type": "none", "id_token": token(claims)}
        way.provider.answers["token"] = lambda: web.json_response(told)
        return claims

    original = way.provider.id_token

    def id_token(nonce: str, access_token: str) -> str:
        original(nonce, access_token)
        return str(json.loads(way.provider.answers.pop("token")().body)["id_token"])  # type: ignore[attr-defined]

    way.provider.id_token = id_token  # type: ignore[method-assign]
    return twist


def _b64(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
