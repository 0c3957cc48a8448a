"""The calendar's address: made and ended on the account page, asked by programs that carry nothing else."""

from typing import Any

import asyncpg
import httpx
import pytest
from icalendar import Calendar

from api.secret_paths import loggable
from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.support.office import Office


async def address(browse: Browse, username: str) -> str:
    """A new address of this person's calendar, as the page shows it."""
    client = await browse(username)
    text = (await client.post("/account/calendar")).text
    shown = text.partition("<code>")[2].partition("</code>")[0]
    assert shown.startswith(f"{str(client.base_url).rstrip('/')}/calendar/lich_")
    return shown


async def asked(url: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(timeout=30) as program:
        return await program.get(url, headers=headers)


def events(answer: httpx.Response) -> list[Any]:
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def uids(answer: httpx.Response) -> set[str]:
    return {event["UID"].partition("@")[0] for event in events(answer)}


async def test_a_program_reads_the_deadlines_of_person_and_unit(shared: Office, browse: Browse) -> None:
    mine = await shared.issue(officer="cv-nv", coordinating_units=[])
    others = await shared.issue(lead_unit="P-B", coordinating_units=[])
    url = await address(browse, "cv-nv")
    answer = await asked(url)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    assert mine["id"] in uids(answer)
    assert others["id"] not in uids(answer)
    head = uids(await asked(await address(browse, "tp-nv")))
    assert mine["id"] in head
    assert others["id"] not in head
    async with httpx.AsyncClient() as program:
        looked = await program.head(url)
    assert (looked.status_code, looked.content) == (200, b"")


async def test_a_withdrawn_one_is_told_as_cancelled(shared: Office, browse: Browse) -> None:
    directive = await shared.issue(officer="cv-nv")
    url = await address(browse, "cv-nv")
    await shared.do("chu-tich", "withdraw", directive, reason="Không cần nữa")
    (event,) = (one for one in events(await asked(url)) if one["UID"].startswith(directive["id"]))
    assert event["STATUS"] == "CANCELLED"


async def test_what_has_not_changed_is_not_sent_again_nor_noted(
    shared: Office, shared_url: str, browse: Browse
) -> None:
    url = await address(browse, "ct-a")
    first = await asked(url)
    noted = "select count(*) from reads where reader = 'ct-a' and (kind, detail, door) = ('feed', 'calendar', 'page')"
    assert await shared.pool.fetchval(noted) >= 1
    owner = await asyncpg.connect(shared_url)
    await owner.execute("revoke insert (reader) on reads from dondoc_program")
    try:
        again = await asked(url, **{"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        unnoted = await asked(url)
    finally:
        await owner.execute("grant insert (reader) on reads to dondoc_program")
        await owner.close()
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert unnoted.status_code == 503
    await shared.issue(lead_unit="P-A", coordinating_units=[])
    changed = await asked(url, **{"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_renewed_and_revoked_addresses_open_nothing(browse: Browse) -> None:
    old, client = await address(browse, "tp-tnmt"), await browse("tp-tnmt")
    page = (await client.get("/account")).text
    assert "lich_" not in page  # shown once
    new = await address(browse, "tp-tnmt")
    assert [(await asked(one)).status_code for one in (old, new)] == [404, 200]
    form = Page((await client.get("/account")).text).form("/account/calendar/revoke")
    assert (await client.post(form.action)).headers["location"] == "/account?done=calendar"
    assert (await asked(new)).status_code == 404
    assert "/account/calendar/revoke" not in [one.action for one in Page((await client.get("/account")).text).forms]


@pytest.mark.parametrize("secret", ["lich_", "x", "%00", "..%2faccount", "lich_" + "A" * 43])
async def test_an_unknown_address_is_not_there(shared: Office, secret: str) -> None:
    answer = await asked(f"{shared.url}/calendar/{secret}.ics", Accept="text/calendar")
    assert answer.status_code == 404


async def test_nobody_makes_one_without_signing_in(shared: Office) -> None:
    async with httpx.AsyncClient(base_url=shared.url, headers={"Origin": shared.url}) as stranger:
        assert (await stranger.post("/account/calendar", headers={"Accept": "application/json"})).status_code == 401


def test_a_log_does_not_name_the_address() -> None:
    assert loggable("/calendar/lich_secret.ics") == "/calendar/…"
    assert loggable("/directives/2026-0001") == "/directives/2026-0001"
