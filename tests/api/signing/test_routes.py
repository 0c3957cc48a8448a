"""/me/sessions and /me/tokens: one's own ways in, seen, made and closed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.signing.cookies import COOKIE
from domain.instants import instant_from
from storage.opaque import key_of
from storage.tokens import make_token
from tests.api.refusals import refused
from tests.api.signing.conftest import House, enter

API = "/api/v1"


async def items(client: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_ones_sessions_are_shown_and_which_one_asks(house: House) -> None:
    here, there = await house.signed_in(), await house.browser()
    there.headers["user-agent"] = "Firefox"
    await enter(there)
    await house.signed_in("cv-nv")
    listed = {one["key"]: one for one in await items(here, "/me/sessions")}
    mine, other = (key_of(one.cookies[COOKIE]) for one in (here, there))
    assert {key: one["current"] for key, one in listed.items()} == {mine: True, other: False}
    assert listed[mine]["agent"].startswith("python-httpx")
    assert listed[other]["agent"] == "Firefox"
    assert {*listed[mine]} == {"key", "created_at", "last_seen_at", "agent", "current"}
    token = await make_token(house.pool, "tp-nv", "test")
    program = await house.browser()
    program.headers["authorization"] = f"Bearer {token}"
    assert {one["current"] for one in await items(program, "/me/sessions")} == {False}


async def test_one_of_ones_sessions_is_ended_at_once(house: House) -> None:
    here, lost = await house.signed_in(), await house.signed_in()
    stranger = await house.signed_in("cv-nv")
    assert (await lost.get(f"{API}/me")).status_code == 200
    key = key_of(lost.cookies[COOKIE])
    refused(await stranger.post(f"{API}/me/sessions/{key}/end"), 404, "not_found")
    answer = await here.post(f"{API}/me/sessions/{key}/end")
    assert answer.json() == {"key": key, "ended": True}
    refused(await lost.get(f"{API}/me"), 401, "not_signed_in")
    refused(await here.post(f"{API}/me/sessions/{key}/end"), 404, "not_found")
    assert [one["current"] for one in await items(here, "/me/sessions")] == [True]


async def test_a_token_is_shown_once_and_then_by_name(house: House) -> None:
    browser = await house.signed_in()
    answer = await browser.post(f"{API}/me/tokens", json={"label": " máy quét ", "days": 30})
    assert answer.status_code == 201
    made = answer.json()
    token = made.pop("token")
    assert await items(browser, "/me/tokens") == [made]
    assert made["label"] == "máy quét"
    left = instant_from(made["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29) < left <= timedelta(days=30)
    program = await house.browser()
    assert (await program.get(f"{API}/me", headers={"Authorization": f"Bearer {token}"})).json()["username"] == "tp-nv"
    assert await items(await house.signed_in("cv-nv"), "/me/tokens") == []


async def test_a_token_is_revoked_at_once_by_its_owner_alone(house: House) -> None:
    browser, stranger = await house.signed_in(), await house.signed_in("cv-nv")
    made = (await browser.post(f"{API}/me/tokens", json={"label": "máy quét"})).json()
    program = await house.browser()
    program.headers["authorization"] = f"Bearer {made['token']}"
    assert (await program.get(f"{API}/me")).status_code == 200
    path = f"{API}/me/tokens/{made['key']}/revoke"
    refused(await stranger.post(path), 404, "not_found")
    assert (await browser.post(path)).json() == {"key": made["key"], "revoked": True}
    refused(await program.get(f"{API}/me"), 401, "not_signed_in")
    refused(await browser.post(path), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "field_missing", "label"),
        ({"label": ""}, "text_empty", "label"),
        ({"label": "a" * 501}, "text_too_long", "label"),
        ({"label": "a\nb"}, "text_has_line_break", "label"),
        ({"label": "x", "days": 0}, "invalid_field", "days"),
        ({"label": "x", "days": 366}, "invalid_field", "days"),
        ({"label": "x", "days": "30"}, "invalid_field", "days"),
        ({"label": "x", "days": True}, "invalid_field", "days"),
        ({"label": "x", "username": "chu-tich"}, "unknown_field", "username"),
    ],
    ids=str,
)
async def test_a_body_is_taken_as_it_must_be_or_not_at_all(
    house: House, body: dict[str, Any], code: str, field: str
) -> None:
    browser = await house.signed_in()
    problem = refused(await browser.post(f"{API}/me/tokens", json=body), 422, code)
    assert [fault["field"] for fault in problem["errors"]] == [field]
    assert await items(browser, "/me/tokens") == []


async def test_what_ends_something_takes_no_body(house: House) -> None:
    browser = await house.signed_in()
    key = key_of(browser.cookies[COOKIE])
    for path in (f"/me/sessions/{key}/end", f"/me/tokens/{key}/revoke"):
        refused(await browser.post(f"{API}{path}", json={"all": True}), 422, "unknown_field")
    assert (await browser.post(f"{API}/me/sessions/{key}/end", json={})).status_code == 200


@pytest.mark.parametrize("key", ["x", "0" * 63, "0" * 64, "G" * 64, "%00", "ds_x"])
async def test_what_is_no_key_of_ones_own_is_not_found(house: House, key: str) -> None:
    browser = await house.signed_in()
    for path in (f"/me/sessions/{key}/end", f"/me/tokens/{key}/revoke"):
        refused(await browser.post(f"{API}{path}"), 404, "not_found")
