"""Reads are audited too: whatever opens a directive is noted before the answer, or there is no answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from api.app import PREFIX, create_app
from domain.directory import Role
from domain.instants import rfc3339
from domain.reading import Opened
from settings import Settings
from storage.directory import import_people
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.api.refusals import refused
from tests.api.test_files import pdf, send
from tests.domain.district import person
from tests.storage.commits import begun
from tests.support.office import Office, api_served

OPENINGS = {
    "/directives/{reference}": Opened.DIRECTIVE,
    "/directives/{reference}/subdirectives": Opened.SUBDIRECTIVES,
    "/directives/{reference}/events": Opened.EVENTS,
    "/directives/{reference}/officers": Opened.OFFICERS,
    "/directives/{reference}/replay": Opened.REPLAY,
    "/directives/{reference}/conformance": Opened.CONFORMANCE,
    "/directives/{reference}/files/{sha256}": Opened.FILE,
}


async def reads_of(office: Office, by: str = "kiem-tra", **params: Any) -> list[dict[str, Any]]:
    answer = await (await office.as_(by)).get("/audit/reads", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_every_way_to_open_a_directive_is_in_the_table() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    opening = {path for path, methods in paths.items() if "{reference}" in path and "get" in methods}
    assert opening == {PREFIX + path for path in OPENINGS}


async def test_whatever_opens_a_directive_is_noted(shared: Office) -> None:
    directive, content = await shared.issue(), pdf()
    sha256 = (await send(shared, content)).json()["sha256"]
    attached = await shared.do("tp-nv", "attach", directive, sha256=sha256, file_name="Báo cáo.pdf")
    assert attached.status_code == 200
    assert await reads_of(shared, directive=directive["id"], user="tp-nv") == []
    client = await shared.as_("tp-nv")
    for path in OPENINGS:
        assert (await client.get(path.format(reference=directive["id"], sha256=sha256))).status_code == 200
    items = await reads_of(shared, directive=directive["id"], user="tp-nv")
    assert [item["kind"] for item in reversed(items)] == list(OPENINGS.values())
    for item in items:
        assert (item["reader"], item["reader_unit"], item["role"], item["role_over"]) == (
            "tp-nv",
            "NV",
            "unit_head",
            "NV",
        )
        assert (item["door"], item["subject"], item["code"]) == ("api", directive["id"], directive["code"])
        assert (item["version"], item["on_behalf_of"]) == (2, None)
        assert item["detail"] == (sha256 if item["kind"] == "file" else "")


async def test_the_version_that_was_shown_is_noted(shared: Office) -> None:
    directive = await shared.issue()
    await shared.do("tp-nv", "acknowledge", directive)
    client = await shared.as_("cv-nv")
    for params in ({}, {"version": 1}, {"at": rfc3339(datetime.now(UTC))}):
        assert (
            await client.get(f"/directives/{directive['code'].replace('/', '-')}", params=params)
        ).status_code == 200
    items = await reads_of(shared, directive=directive["code"].replace("/", "-"), user="cv-nv")
    assert [item["version"] for item in items if item["kind"] == "directive"][-2:] == [1, 2]


async def test_what_is_not_shown_is_not_noted(shared: Office) -> None:
    theirs = await shared.issue(lead_unit="TNMT", coordinating_units=[], officer=None)
    refused(await (await shared.as_("cv-nv")).get(f"/directives/{theirs['id']}"), 404, "unknown_directive")
    refused(await (await shared.as_("chu-tich")).get(f"/directives/{theirs['id']}?version=9"), 404, "unknown_directive")
    assert await reads_of(shared, directive=theirs["id"], user="cv-nv") == []
    assert await reads_of(shared, directive=theirs["id"], user="chu-tich") == []


async def test_the_feed_is_noted_and_lists_are_not(shared: Office) -> None:
    name = f"cv-{uuid4().hex[:8]}"
    await import_people(shared.pool, [person(name, Role.OFFICER, "P-B")])
    client = await shared.as_(name)
    for path in ("/directives", "/me/work", "/notifications", "/units"):
        assert (await client.get(path)).status_code == 200
    assert await reads_of(shared, user=name) == []
    await client.get("/events?after=5")
    async with client.stream("GET", "/stream") as answer:
        assert answer.status_code == 200
    items = await reads_of(shared, user=name)
    assert {(item["kind"], item["subject"], item["role"]) for item in items} == {("feed", None, None)}


async def test_what_is_asked_of_the_auditors_desk_is_noted(shared: Office) -> None:
    for path in ("keys", "verify", "checkpoint"):
        await (await shared.as_("kiem-tra")).get(f"/audit/{path}")
    noted = [item["detail"] for item in await reads_of(shared, user="kiem-tra", limit=200) if item["kind"] == "audit"]
    assert {*noted} >= {"keys", "verify", "checkpoint"}


async def test_looking_up_reads_is_noted_too(shared: Office) -> None:
    directive = await shared.issue()
    await reads_of(shared, directive=directive["id"], user="tp-nv")
    (item,) = [one for one in await reads_of(shared, directive=directive["id"]) if one["detail"]]
    assert (item["kind"], item["reader"], item["role"], item["detail"]) == ("reads", "kiem-tra", "auditor", "tp-nv")
    assert item["kind_name"] == "Tra cứu lượt xem"


@pytest.mark.parametrize("by", ["chu-tich", "tp-nv", "cv-nv", "cv-theo-doi"])
async def test_others_than_auditors_and_administrators_may_not_look(shared: Office, by: str) -> None:
    refused(await (await shared.as_(by)).get("/audit/reads"), 403, "auditors_only")


async def test_everybody_sees_what_is_noted_of_their_own_reading(shared: Office) -> None:
    directive = await shared.issue()
    await shared.show(directive, by="cv-nv")
    client = await shared.as_("cv-nv")
    items = (await client.get("/me/reads", params={"limit": 200})).json()["items"]
    assert {item["reader"] for item in items} == {"cv-nv"}
    assert [item["kind"] for item in items if item["subject"] == directive["id"]] == ["directive"]


async def test_an_auditor_of_a_unit_sees_the_reads_that_concern_it(shared: Office) -> None:
    name = f"kt-{uuid4().hex[:8]}"
    await import_people(shared.pool, [person(name, Role.AUDITOR, "NV")])
    ours = await shared.issue(lead_unit="NV", coordinating_units=[])
    theirs = await shared.issue(lead_unit="TNMT", coordinating_units=[], officer=None)
    for directive in (ours, theirs):
        await shared.show(directive)
    await (await shared.as_("tp-tnmt")).get("/events")
    items = await reads_of(shared, by=name, limit=200)
    assert theirs["id"] not in {item["subject"] for item in items}
    assert ours["id"] in {item["subject"] for item in items}
    assert {item["reader_unit"] for item in items if item["subject"] is None} <= {"NV"}
    refused(await (await shared.as_(name)).get(f"/audit/reads?directive={theirs['id']}"), 404, "unknown_directive")


async def test_pages_follow_one_another_without_gap_or_repeat(shared: Office) -> None:
    directive = await shared.issue()
    for by in ("chu-tich", "pct", "tp-nv", "cv-nv", "tp-tnmt"):
        await shared.show(directive, by=by)
    client, params = await shared.as_("quan-tri"), {"directive": directive["id"], "limit": "2"}
    seen: list[int] = []
    while True:
        page = (await client.get("/audit/reads", params=params)).json()
        seen += [item["read_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert len(seen) == len({*seen}) >= 6
    assert seen == sorted(seen, reverse=True)


async def test_a_span_of_time(shared: Office) -> None:
    directive = await shared.issue()
    await shared.show(directive)
    now = datetime.now(UTC)
    for span, count in (
        ({"from": now - timedelta(hours=1), "to": now + timedelta(hours=1)}, 1),
        ({"to": now - timedelta(hours=1)}, 0),
        ({"from": now + timedelta(hours=1)}, 0),
    ):
        params = {name: rfc3339(moment) for name, moment in span.items()}
        assert len(await reads_of(shared, directive=directive["id"], user="chu-tich", **params)) == count


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "invalid_parameter"),
        ("limit=201", "invalid_parameter"),
        ("from=yesterday", "invalid_parameter"),
        ("to=2026-10-01", "invalid_parameter"),
        ("reader=a", "invalid_parameter"),
        ("user=" + "a" * 201, "invalid_parameter"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=WyItcmVhZF9pZCIsICItMSIsICIiXQ", "invalid_cursor"),  # ["-read_id", "-1", ""]
    ],
)
async def test_bad_questions_are_refused(shared: Office, query: str, code: str) -> None:
    refused(await (await shared.as_("kiem-tra")).get(f"/audit/reads?{query}"), 422, code)


async def test_nothing_is_shown_that_cannot_be_noted(settings: Settings, pool: Pool, database_url: str) -> None:
    directive = begun()
    await PostgresEventStore(pool).append([directive])
    owner = await asyncpg.connect(database_url)
    async with api_served(settings) as url:
        office = Office(url, pool)
        client, path = await office.as_("chu-tich"), f"/directives/{directive.directive_id}"
        assert (await client.get(path)).status_code == 200
        await owner.execute("revoke insert (reader) on reads from dondoc_program")
        await owner.close()
        for opening in (path, f"{path}/events", f"{path}/subdirectives", "/events", "/stream", "/audit/reads"):
            by = "kiem-tra" if opening.startswith("/audit") else "chu-tich"
            answer = await (await office.as_(by)).get(opening)
            refused(answer, 503, "read_not_noted")
            assert int(answer.headers["retry-after"]) > 0
        assert (await client.get("/directives")).status_code == 200
        for one in office.clients.values():
            await one.aclose()
