"""Signing in, out, and choosing another password: what opens, what ends, what is said and what is not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from structlog.testing import capture_logs

from api.signing.cookies import COOKIE
from domain.directory import Grant, Person, Role
from storage.directory import import_people
from storage.passwords import password_of, replace_password, set_password
from storage.sessions import sessions_of
from tests.api.refusals import refused
from tests.api.signing.conftest import PASSWORD, SITE, House, choose, enter, leave
from tests.api.traces import tables_with

OTHER = "nắng lên trên đồi"


async def me(browser: httpx.AsyncClient, session: str | None = None) -> httpx.Response:
    headers = {} if session is None else {"Cookie": f"{COOKIE}={session}"}
    return await browser.get("/api/v1/me", headers=headers)


async def open_in(house: House, username: str = "tp-nv") -> int:
    return len(await sessions_of(house.pool, username))


async def test_the_right_password_opens_what_its_owner_may_see(house: House) -> None:
    browser = await house.browser()
    refused(await me(browser), 401, "not_signed_in")
    assert (await enter(browser)).json() == {"must_change": False}
    assert (await me(browser)).json()["username"] == "tp-nv"
    refused(await me(await house.browser()), 401, "not_signed_in")


@pytest.mark.parametrize("typed", [" tp-nv ", "TP-NV", "\ttp-nv\n"])
async def test_capitals_and_spaces_around_a_username_do_not_matter(house: House, typed: str) -> None:
    browser = await house.browser()
    assert (await enter(browser, typed)).status_code == 200
    assert (await me(browser)).json()["username"] == "tp-nv"


async def test_capitals_matter_where_only_they_tell_two_people_apart(house: House) -> None:
    roles = (Grant(role=Role.OFFICER, unit="NV"),)
    twins = [Person(username=name, full_name=name, unit="NV", roles=roles) for name in ("An", "AN")]
    await import_people(house.pool, twins)
    await house.give("An")
    await house.give("AN", OTHER)
    for username, password in (("An", PASSWORD), ("AN", OTHER)):
        browser = await house.browser()
        assert (await enter(browser, username, password)).status_code == 200
        assert (await me(browser)).json()["username"] == username
    refused(await enter(await house.browser(), "an"), 401, "wrong_sign_in")


async def test_every_wrong_way_gets_the_same_answer(house: House) -> None:
    left = Person(username="da-nghi", full_name="Đã nghỉ", unit="NV", active=False)
    await import_people(house.pool, [left.model_copy(update={"active": True})])
    await house.give("da-nghi")
    await import_people(house.pool, [left])
    answers: list[dict[str, Any]] = []
    for username, password in [
        ("tp-nv", OTHER),
        ("tp-nv", ""),
        ("tp-nv", "x" * 5000),
        ("tp-nv", "\x00"),
        ("nobody-here", PASSWORD),
        ("da-nghi", PASSWORD),
        ("chu-tich", PASSWORD),  # has no password
        ("", PASSWORD),
        ("không phải tên", PASSWORD),
        ("x" * 5000, PASSWORD),
        ("\x00", PASSWORD),
    ]:
        answer = await enter(await house.browser(address=f"10.0.1.{len(answers)}"), username, password)
        answers.append(refused(answer, 401, "wrong_sign_in"))
        assert "set-cookie" not in answer.headers
    assert all(answer == answers[0] for answer in answers)
    assert await open_in(house) == 0


async def test_an_unknown_username_takes_as_long(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    whole = house.services.passwords._hasher.verify_and_update

    def slow(password: bytes, stored: str) -> tuple[bool, str | None]:
        hashes.append(stored)
        time.sleep(0.05)
        return whole(password, stored)

    monkeypatch.setattr(house.services.passwords._hasher, "verify_and_update", slow)
    for username in ("tp-nv", "nobody-here", "không phải tên", "chu-tich"):
        began = time.monotonic()
        refused(await enter(await house.browser(), username, OTHER), 401, "wrong_sign_in")
        assert time.monotonic() - began >= 0.05
    assert len(hashes) == 4


async def test_each_sign_in_opens_a_new_session_and_ends_the_one_before(house: House) -> None:
    browser = await house.browser()
    held = []
    for _ in range(3):
        await enter(browser)
        held.append(browser.cookies[COOKIE])
    assert len({*held}) == 3
    assert await open_in(house) == 1
    for session in held[:2]:
        refused(await me(await house.browser(), session), 401, "not_signed_in")


async def test_a_planted_session_is_not_the_one_that_signs_in(house: House) -> None:
    attacker = await house.signed_in("cv-nv")
    planted = attacker.cookies[COOKIE]
    victim = await house.browser()
    for value in (planted, "ds_chosen-by-somebody-else"):
        victim.cookies.set(COOKIE, value, domain="dondoc.example", path="/")
        assert (await enter(victim)).status_code == 200
        assert victim.cookies[COOKIE] not in (planted, value)
    refused(await me(await house.browser(), planted), 401, "not_signed_in")
    assert (await me(victim)).json()["username"] == "tp-nv"


async def test_a_failed_sign_in_leaves_the_session_that_was_there(house: House) -> None:
    browser = await house.signed_in()
    refused(await enter(browser, "tp-nv", OTHER), 401, "wrong_sign_in")
    assert (await me(browser)).status_code == 200


async def test_signing_out_ends_this_session_at_once_and_no_other(house: House) -> None:
    here, there = await house.signed_in(), await house.signed_in()
    session = here.cookies[COOKIE]
    assert (await me(here)).status_code == (await me(there)).status_code == 200
    assert (await leave(here)).status_code == 200
    refused(await me(await house.browser(), session), 401, "not_signed_in")
    assert (await me(there)).status_code == 200
    assert (await leave(here)).status_code == 200, "signing out twice is no mistake"


@pytest.mark.parametrize("page", ["http://evil.example", "null", "http://dondoc.example"])
async def test_nobody_elses_page_signs_a_browser_in_or_out(house: House, page: str) -> None:
    browser = await house.browser(page=page)
    refused(await enter(browser), 403, "foreign_origin")
    assert await open_in(house) == 0
    at_home = await house.signed_in()
    answer = await at_home.post("/test/sign-out", headers={"Origin": page})
    refused(answer, 403, "foreign_origin")
    assert (await me(at_home)).status_code == 200


async def test_too_many_wrong_passwords_have_to_wait_and_a_right_one_clears_them(house: House) -> None:
    browser = await house.browser()
    for _ in range(9):
        refused(await enter(browser, "tp-nv", OTHER), 401, "wrong_sign_in")
    assert (await enter(browser)).status_code == 200
    for _ in range(10):
        refused(await enter(browser, "TP-NV", OTHER), 401, "wrong_sign_in")
    answer = await enter(browser)
    problem = refused(answer, 429, "too_many_tries")
    assert 890 <= int(answer.headers["retry-after"]) <= 900
    assert "15" in problem["detail"]
    assert (await enter(browser, "cv-nv")).status_code == 200


async def test_when_too_many_wait_it_says_so_and_counts_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.signing.passwords.MOST_WAITING", -2)
    for _ in range(11):
        answer = await enter(await house.browser())
        refused(answer, 503, "sign_in_busy")
        assert answer.headers["retry-after"]
    monkeypatch.undo()
    assert (await enter(await house.browser())).status_code == 200


async def test_a_hash_with_old_parameters_is_renewed_at_sign_in(house: House) -> None:
    weaker = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1),)).hash(PASSWORD)
    await set_password(house.pool, "tp-nv", weaker, must_change=True)
    refused(await enter(await house.browser(), "tp-nv", OTHER), 401, "wrong_sign_in")
    stored = await password_of(house.pool, "tp-nv")
    assert stored is not None
    assert stored.hash == weaker
    assert (await enter(await house.browser())).json() == {"must_change": True}
    stored = await password_of(house.pool, "tp-nv")
    assert stored is not None
    assert "$m=8,t=1,p=1$" in stored.hash
    assert stored.must_change
    assert (await enter(await house.browser())).status_code == 200


async def test_who_must_change_the_password_can_do_only_that_and_leave(house: House) -> None:
    await house.give("tp-nv", must_change=True)
    browser = await house.browser()
    assert (await enter(browser)).json() == {"must_change": True}
    for method, path in (("GET", "/me"), ("GET", "/directives"), ("GET", "/stream"), ("POST", "/me/tokens")):
        refused(await browser.request(method, f"/api/v1{path}"), 403, "password_must_change")
    assert (await choose(browser, OTHER)).json() == {"must_change": False}
    assert (await me(browser)).status_code == 200
    refused(await enter(await house.browser()), 401, "wrong_sign_in")
    assert (await enter(await house.browser(), "tp-nv", OTHER)).json() == {"must_change": False}


async def test_who_must_change_the_password_can_leave(house: House) -> None:
    await house.give("tp-nv", must_change=True)
    browser = await house.signed_in()
    assert (await leave(browser)).status_code == 200
    assert await open_in(house) == 0


async def test_another_password_ends_every_other_session_and_opens_a_new_one(house: House) -> None:
    here, there = await house.signed_in(), await house.signed_in()
    stranger = await house.signed_in("cv-nv")
    before = here.cookies[COOKIE]
    assert (await me(there)).status_code == 200
    assert (await choose(here, OTHER)).status_code == 200
    assert here.cookies[COOKIE] != before
    refused(await me(there), 401, "not_signed_in")
    refused(await me(await house.browser(), before), 401, "not_signed_in")
    assert (await me(here)).status_code == (await me(stranger)).status_code == 200
    assert await open_in(house) == 1


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        (OTHER, "trời xanh mây trắng", "current", "wrong_password"),
        ("", OTHER, "current", "wrong_password"),
        (PASSWORD, "ngắn", "new", "weak_password"),
        (PASSWORD, "password123", "new", "weak_password"),
        (PASSWORD, PASSWORD, "new", "weak_password"),
        (PASSWORD, "", "new", "weak_password"),
    ],
)
async def test_a_password_that_is_not_taken_changes_nothing(
    house: House, current: str, new: str, field: str, code: str
) -> None:
    browser = await house.signed_in()
    problem = refused(await choose(browser, new, current), 422, code)
    assert {fault["field"] for fault in problem["errors"]} == {field}
    assert new not in str(problem) or not new
    assert (await me(browser)).status_code == 200
    assert (await enter(await house.browser())).status_code == 200


async def test_guessing_at_the_current_password_is_limited_too(house: House) -> None:
    browser = await house.signed_in()
    for _ in range(10):
        refused(await choose(browser, OTHER, "đoán bừa một câu"), 422, "wrong_password")
    refused(await choose(browser, OTHER), 429, "too_many_tries")
    refused(await enter(await house.browser()), 429, "too_many_tries")


async def test_nothing_secret_is_logged_or_kept(house: House) -> None:
    with capture_logs() as logs:
        browser = await house.signed_in()
        session = browser.cookies[COOKIE]
        await enter(await house.browser(), "tp-nv", "một câu sai")
        await enter(await house.browser(), "gõ nhầm ô mật khẩu", "x")
        await enter(await house.browser(), "typed-in-the-wrong-field", "x")
        await choose(browser, OTHER, "câu cũ sai")
        await choose(browser, OTHER)
        await leave(browser)
    events = [entry["event"] for entry in logs]
    assert events == [
        "sign_in.opened",
        *["sign_in.refused"] * 3,
        "password.refused",
        "password.changed",
        "sign_in.ended",
    ]
    assert [entry["username"] for entry in logs] == ["tp-nv", "tp-nv", None, None, "tp-nv", "tp-nv", "tp-nv"]
    assert {entry["address"] for entry in logs} == {"10.0.0.7"}
    for secret in (PASSWORD, OTHER, "một câu sai", "câu cũ sai", "gõ nhầm", "typed-in-the-wrong-field", session[3:]):
        assert secret not in str(logs)
        assert await tables_with(house.url, secret) == []


@pytest.fixture
def meanwhile(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Awaitable[object]]], None]:
    """Something that happens once, right after the next password has been found right."""

    def happens(what: Callable[[], Awaitable[object]]) -> None:
        verify = house.services.passwords.verify

        async def verified(password: str, stored: str | None) -> tuple[bool, str | None]:
            monkeypatch.undo()
            found = await verify(password, stored)
            await what()
            return found

        monkeypatch.setattr(house.services.passwords, "verify", verified)

    return happens


Meanwhile = Callable[[Callable[[], Awaitable[object]]], None]


async def reset(house: House, password: str = OTHER) -> None:
    """An administrator gives another password, and ends what is open."""
    await replace_password(house.pool, "tp-nv", await house.services.passwords.hashed(password))


async def test_a_password_that_is_changed_while_it_is_checked_opens_nothing(house: House, meanwhile: Meanwhile) -> None:
    browser = await house.signed_in("cv-nv")
    meanwhile(lambda: reset(house))
    answer = await enter(browser)
    refused(answer, 401, "wrong_sign_in")
    assert "set-cookie" not in answer.headers
    assert await open_in(house) == 0
    assert (await me(browser)).json()["username"] == "cv-nv", "what was open stays open"
    assert (await enter(browser, "tp-nv", OTHER)).status_code == 200


async def test_who_knew_the_old_password_does_not_replace_the_new_one(house: House, meanwhile: Meanwhile) -> None:
    browser = await house.signed_in()
    meanwhile(lambda: reset(house))
    refused(await choose(browser, "gió thổi qua đồng"), 422, "wrong_password")
    assert await open_in(house) == 0
    assert (await enter(browser, "tp-nv", OTHER)).status_code == 200


async def test_a_hash_that_another_sign_in_renews_meanwhile_is_the_same_password(
    house: House, meanwhile: Meanwhile
) -> None:
    weaker = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1),)).hash(PASSWORD)
    await set_password(house.pool, "tp-nv", weaker)

    async def other() -> None:
        assert (await enter(await house.browser())).status_code == 200

    meanwhile(other)
    assert (await enter(await house.browser())).status_code == 200
    assert await open_in(house) == 2


async def test_two_who_sign_in_at_once_have_a_session_each(house: House) -> None:
    browsers = [await house.browser() for _ in range(8)]
    answers = await asyncio.gather(*(enter(one) for one in browsers))
    assert {answer.status_code for answer in answers} == {200}
    assert len({one.cookies[COOKIE] for one in browsers}) == 8
    assert await open_in(house) == 8


def test_the_site_of_these_tests_has_a_port_of_its_own() -> None:
    assert SITE.endswith(":8080"), "so that a page without it is somebody else's"
