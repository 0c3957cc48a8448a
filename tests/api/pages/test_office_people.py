"""People kept on pages: added, moved, deactivated, and how they sign in; each change an event in the administrator's name."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.directory import Role
from domain.directory_changes import PersonDeactivated, PersonMoved, PersonRegistered, PersonRenamed
from domain.instants import local
from domain.registries import Registry, RegistryEvent
from storage.directory import import_people
from storage.reference import load_reference
from storage.registries import history
from tests.api.pages.conftest import browser
from tests.api.pages.reading import Page
from tests.domain.district import person
from tests.support.office import Office

NEW, ANNA = "/office/people/new", "/office/people/an.na"
BODY = {
    "username": "an.na",
    "full_name": "Chuyên viên An Na",
    "unit": "NV",
    "email": "an.na@van-xuan.example",
    "roles.0.role": "officer",
    "roles.0.unit": "NV",
    "decision": "12/QĐ-UBND",
    "send": "yes",
}


@pytest.fixture
async def admin(running_office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator's browser in an office of the test's own: who works where concerns everybody."""
    async with await browser(running_office, "quan-tri") as client:
        yield client


async def events(office: Office) -> list[RegistryEvent]:
    return [event for _, event in await history(office.pool, Registry.DIRECTORY)]


def field(page: Page, action: str, name: str) -> list[str]:
    return next(form.fields.get(name, []) for form in page.forms if form.action == action and name in form.names)


async def test_a_person_is_added_changed_and_leaves(running_office: Office, admin: httpx.AsyncClient) -> None:
    # Rows of roles come and go without scripts, and what was typed stays.
    more = Page((await admin.post(NEW, data={**BODY, "send": [], "add": "yes"})).text)
    assert {"roles.1.role", "roles.1.unit"} <= more.form(NEW).names
    assert field(more, NEW, "full_name") == ["Chuyên viên An Na"]
    two = {**BODY, "roles.1.role": "officer", "roles.1.unit": "VP"}
    fewer = Page((await admin.post(NEW, data={**two, "send": [], "drop": "0"})).text)
    assert (field(fewer, NEW, "roles.0.unit"), "roles.1.unit" in fewer.form(NEW).names) == (["VP"], False)

    # What cannot be stands beside its field, all of it at once; nothing is recorded.
    bad = {**BODY, "username": "có dấu", "email": "x", "unit": "", "roles.0.unit": "", "since": "2026-13-01"}
    refused = await admin.post(NEW, data=bad)
    assert refused.status_code == 422
    page = Page(refused.text)
    assert {f"{name}-fault" for name in ("username", "email", "unit", "roles-0-unit", "since")} <= {*page.ids}
    assert "Hãy chọn đơn vị" in page.words
    assert field(page, NEW, "email") == ["x"]
    twice = await admin.post(NEW, data={**BODY, "roles.1.role": "officer", "roles.1.unit": "NV"})
    assert "Vai trò được nêu hai lần" in twice.text
    assert await events(running_office) == []

    added = await admin.post(NEW, data=BODY)
    assert (added.status_code, added.headers["location"]) == (303, f"{ANNA}?done=added")
    assert (await admin.post(NEW, data=BODY)).headers["location"] == f"{ANNA}?done=added"  # a double click
    again = await admin.post(NEW, data={**BODY, "full_name": "Người khác"})
    assert (again.status_code, "Đã có người dùng này" in again.text) == (422, True)
    [registered] = await events(running_office)
    assert registered.actor.user == "quan-tri"
    assert (registered.actor.role, registered.actor.over) == (Role.ADMIN, "UBQ")
    assert isinstance(registered.data, PersonRegistered)
    today = local(datetime.now(UTC)).date()
    assert (registered.data.since, registered.data.decision_number) == (today, "12/QĐ-UBND")
    assert (await running_office.pool.fetchval("select email from users where username = 'an.na'")) == BODY["email"]

    # Another name at once, another unit and roles from a day on; nothing that stays is an event.
    later = str(today + timedelta(days=7))
    change = {"full_name": "An Na", "unit": "TNMT", "since": later, "decision": "13/QĐ-UBND"}
    moved = {**BODY, **change, "roles.0.role": "unit_head", "roles.0.unit": "TNMT"}
    saved = await admin.post(ANNA, data=moved)
    assert saved.headers["location"] == f"{ANNA}?done=saved"
    assert (await admin.post(ANNA, data=moved)).headers["location"] == f"{ANNA}?done=unchanged"
    kinds = [type(event.data) for event in await events(running_office)]
    assert sorted(kinds[1:], key=str) == [PersonMoved, PersonRenamed]
    shown = Page((await admin.get(ANNA)).text)
    assert field(shown, ANNA, "unit") == ["NV"]  # it is not that day yet
    assert f"Từ {today + timedelta(days=7):%d/%m/%Y}: Phòng Tài nguyên và Môi trường" in shown.words
    assert "12/QĐ-UBND" in shown.words

    # Deactivated: signed out everywhere, and back when reactivated.
    async with await browser(running_office, "an.na") as anna:
        assert (await anna.get("/account")).status_code == 200
        left = await admin.post(f"{ANNA}/active", data={"active": "no", "decision": "14/QĐ-UBND"})
        assert left.headers["location"] == f"{ANNA}?done=deactivated"
        assert (await anna.get("/account")).status_code == 303
        assert (await admin.post(f"{ANNA}/active", data={"active": "no"})).status_code == 303
        await admin.post(f"{ANNA}/active", data={"active": "yes"})
        assert (await anna.get("/account")).status_code == 303  # that session is over for good
    last = await events(running_office)
    assert [event.data.type for event in last[3:]] == ["PersonDeactivated", "PersonReactivated"]
    assert isinstance(last[3].data, PersonDeactivated)
    assert last[3].data.decision_number == "14/QĐ-UBND"


async def test_an_administrator_keeps_sign_ins(running_office: Office, admin: httpx.AsyncClient) -> None:
    about = "/office/people/tp-nv"
    async with await browser(running_office, "tp-nv") as head, await browser(running_office, "tp-nv") as other:
        [first, second] = [
            form.fields["key"][0]
            for form in Page((await admin.get(about)).text).forms
            if form.action == f"{about}/sessions/end" and form.fields["key"] != ["all"]
        ]
        assert (await admin.post(f"{about}/sessions/end", data={"key": first})).status_code == 303
        assert (await admin.post(f"{about}/sessions/end", data={"key": first})).status_code == 404
        assert sorted([(await one.get("/")).status_code for one in (head, other)]) == [200, 303]
        given = await admin.post(f"{about}/password")
        secret = Page(given.text).words.split("phải đổi khi đăng nhập:")[1].split()[0]
        assert [(await one.get("/")).status_code for one in (head, other)] == [303, 303]
        assert secret not in (await admin.get(about)).text
        entered = await head.post("/sign-in", data={"username": "tp-nv", "password": secret})
        assert entered.status_code == 303
        assert (await head.get("/")).headers["location"] == "/account/password"
        assert second

    made = await admin.post(f"{about}/tokens", data={"label": "máy quét", "days": "7"})
    token = Page(made.text).words.split("chỉ hiện lúc này:")[1].split()[0]
    async with httpx.AsyncClient(base_url=running_office.url, headers={"Authorization": f"Bearer {token}"}) as program:
        assert (await program.get("/api/v1/me")).json()["username"] == "tp-nv"
        key = field(Page((await admin.get(about)).text), f"{about}/tokens/revoke", "key")[0]
        assert (await admin.post(f"{about}/tokens/revoke", data={"key": key})).status_code == 303
        assert (await program.get("/api/v1/me")).status_code == 401
    refused = await admin.post(f"{about}/tokens", data={"label": "", "days": "400"})
    assert (refused.status_code, {"label-fault", "days-fault"} <= {*Page(refused.text).ids}) == (422, True)
    own = await admin.post("/office/people/quan-tri/password")
    assert own.headers["location"] == "/account/password"
    assert await events(running_office) == []


async def test_the_last_administrator_stays_and_one_of_a_part_keeps_to_it(
    running_office: Office, admin: httpx.AsyncClient
) -> None:
    me = "/office/people/quan-tri"
    page = Page((await admin.get(me)).text)
    assert "tài khoản của chính bạn" in page.words
    without = {"full_name": "Quản trị", "unit": "UBQ", "send": "yes"}
    refused = await admin.post(me, data=without)
    assert (refused.status_code, "roles-fault" in Page(refused.text).ids) == (422, True)
    assert "quản trị viên cuối cùng" in refused.text
    stays = await admin.post(f"{me}/active", data={"active": "no"})
    assert (stays.status_code, "active-fault" in Page(stays.text).ids) == (422, True)
    assert await events(running_office) == []

    await import_people(running_office.pool, [person("qt-a", Role.ADMIN, "P-A")])
    # Giving roles, also to oneself, is an event on record like any other.
    both = {**without, "roles.0.role": "admin", "roles.0.unit": "UBQ", "roles.1.role": "leader", "roles.1.unit": "NV"}
    assert (await admin.post(me, data=both)).status_code == 303
    assert (await events(running_office))[-1].actor.user == "quan-tri"

    # Two who deactivate each other at the same moment: one of them stays.
    await import_people(running_office.pool, [person("qt-2", Role.ADMIN, "UBQ")])
    async with await browser(running_office, "qt-2") as second:
        out = {"active": "no"}
        await asyncio.gather(admin.post("/office/people/qt-2/active", data=out), second.post(f"{me}/active", data=out))
    people_now = (await load_reference(running_office.pool)).directory.people
    assert sorted(people_now[name].active for name in ("quan-tri", "qt-2")) == [False, True]

    async with await browser(running_office, "qt-a") as part:
        people = Page((await part.get("/office/people")).text)
        assert ("ct-a" in people.words, "ct-b" in people.words, "tp-nv" in people.words) == (True, False, False)
        units = Page((await part.get("/office/units")).text)
        assert ("Phường A" in units.words, "Phường B" in units.words) == (True, False)
        for path in ("/office/people/ct-b", "/office/people/quan-tri"):
            assert (await part.get(path)).status_code == 404
        assert (await part.post("/office/people/ct-b/password")).status_code == 404
        ward = {**BODY, "unit": "P-A", "roles.0.role": "admin", "roles.0.unit": "UBQ"}
        beyond = await part.post(NEW, data=ward)
        assert (beyond.status_code, "roles-0-unit-fault" in Page(beyond.text).ids) == (422, True)
        assert (await part.post(NEW, data={**ward, "roles.0.unit": "P-A"})).status_code == 303
        for path in ("/office/calendar/new", "/office/policies/thuong/change"):
            assert (await part.get(path)).status_code == 403
    held = (await load_reference(running_office.pool)).directory.people["an.na"]
    assert [(grant.role, grant.unit) for grant in held.roles] == [(Role.ADMIN, "P-A")]
