"""The stream of events: what happens arrives, and whoever reconnects misses nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from storage.pool import Pool
from storage.tokens import make_token, revoke
from tests.api.feeds import Feed, feed
from tests.api.refusals import refused
from tests.support.office import Office

OF_DIRECTIVES = "select global_position from events where stream_id in (select directive_id from directives) order by 1"
"""Changes of units and people stand in the same record, but not in the stream."""


async def head_of(pool: Pool) -> int:
    return int(await pool.fetchval("select position from log_head"))


async def comment(office: Office, directive: dict[str, Any], text: str, by: str = "tp-nv") -> None:
    answer = await office.do(by, "comment", directive, text=text)
    assert answer.status_code == 200, answer.text


async def test_an_event_arrives_as_it_is_recorded(shared: Office) -> None:
    leader = await shared.as_("chu-tich")
    async with feed(leader) as stream:
        directive = await shared.issue()
        assert (await shared.do("tp-nv", "acknowledge", directive)).status_code == 200
        received = await stream.read(2)
    events = (await leader.get(f"/directives/{directive['id']}/events")).json()["items"]
    assert [message.data for message in received] == events
    assert [message.id for message in received] == [event["global_position"] for event in events]
    assert [message.event for message in received] == ["DirectiveIssued", "DirectiveAcknowledged"]


async def test_what_some_take_for_the_end_of_a_line_is_part_of_a_text(shared: Office) -> None:
    directive = await shared.issue()
    async with feed(await shared.as_("chu-tich")) as stream:
        await comment(shared, directive, "một\u2028hai\u2029ba\r\nbốn\n\nnăm")
        assert (await stream.next()).data["data"]["text"] == "một\u2028hai\u2029ba\r\nbốn\n\nnăm"


async def test_whoever_reconnects_misses_nothing(shared: Office) -> None:
    leader, directive = await shared.as_("chu-tich"), await shared.issue()
    async with feed(leader) as stream:
        await comment(shared, directive, "1")
        last = (await stream.next()).id
    for text in "234":
        await comment(shared, directive, text)
    async with feed(leader, last=last) as stream:
        await comment(shared, directive, "5")
        received = await stream.read(4)
    assert [message.data["data"]["text"] for message in received] == ["2", "3", "4", "5"]
    assert [message.id for message in received] == list(range(last + 1, last + 5))


async def test_the_place_may_be_named_in_the_address(shared: Office) -> None:
    directive, last = await shared.issue(), await head_of(shared.pool)
    await comment(shared, directive, "một")
    async with feed(await shared.as_("chu-tich"), after=last) as stream:
        assert (await stream.next()).data["data"]["text"] == "một"


async def test_without_a_place_it_begins_now(shared: Office) -> None:
    directive = await shared.issue()
    await comment(shared, directive, "trước")
    async with feed(await shared.as_("chu-tich")) as stream:
        await comment(shared, directive, "sau")
        assert (await stream.next()).data["data"]["text"] == "sau"


async def test_what_memory_has_forgotten_is_read_from_the_record(
    shared: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.stream.BATCH", 3)
    directive = await shared.issue()
    last = await head_of(shared.pool)
    auditor = await shared.as_("kiem-tra")
    async with feed(auditor, last=0) as stream:
        known = [row[0] for row in await shared.pool.fetch(OF_DIRECTIVES)]
        assert [(await stream.next()).id for _ in known] == known
        await comment(shared, directive, "mới")
        assert (await stream.next()).id == last + 1


async def test_a_stream_shows_only_what_its_reader_sees(shared: Office) -> None:
    async with feed(await shared.as_("ct-b")) as stream:
        await shared.issue(lead_unit="NV", coordinating_units=[])
        coordinated = await shared.issue(lead_unit="NV", coordinating_units=["P-B"])
        await shared.issue(lead_unit="P-A", coordinating_units=[])
        own = await shared.issue(lead_unit="P-B", coordinating_units=[])
        received = await stream.read(2)
    assert [message.data["directive_id"] for message in received] == [coordinated["id"], own["id"]]


async def test_an_old_stream_shows_only_that_too(shared: Office) -> None:
    last = await head_of(shared.pool)
    await shared.issue(lead_unit="NV", coordinating_units=[])
    own = await shared.issue(lead_unit="P-B", coordinating_units=[])
    async with feed(await shared.as_("ct-b"), last=last) as stream:
        assert (await stream.next()).data["directive_id"] == own["id"]


@pytest.mark.parametrize("place", ["x", "-1", "1.5", "1e3", "٣", "9" * 19, " "])
async def test_a_place_that_is_none_is_refused(shared: Office, place: str) -> None:
    leader = await shared.as_("chu-tich")
    if place.isascii() and place.strip():
        refused(await leader.get("/stream", headers={"Last-Event-ID": place}), 422, "invalid_parameter")
    refused(await leader.get("/stream", params={"after": place}), 422, "invalid_parameter")


async def test_a_quiet_stream_shows_that_it_lives(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.stream.HEARTBEAT_SECONDS", 0.05)
    leader = await shared.as_("chu-tich")
    async with leader.stream("GET", "/stream") as answer, asyncio.timeout(20):
        lines = answer.aiter_lines()
        assert [await anext(lines) for _ in range(4)] == ["retry: 2000", "", ": still here", ""]


async def test_a_stream_ends_when_its_reader_is_no_longer_signed_in(
    shared: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.stream.HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr("api.stream.RECHECK_SECONDS", 0.0)
    token = await make_token(shared.pool, "pct", "test", lasts=timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{shared.url}/api/v1", headers=headers) as client:
        async with feed(client) as stream:
            directive = await shared.issue()
            assert (await stream.next()).data["directive_id"] == directive["id"]
            await revoke(shared.pool, token)
            with pytest.raises(EOFError):
                await stream.next()
        refused(await client.get("/stream"), 401, "not_signed_in")


async def test_events_of_many_writers_arrive_in_order_and_whole(shared: Office) -> None:
    directives = [await shared.issue() for _ in range(4)]
    last = await head_of(shared.pool)

    async def follow(stream: Feed) -> list[int]:
        return [message.id for message in await stream.read(20)]

    leader = await shared.as_("chu-tich")
    async with feed(leader) as live, feed(leader, last=last) as placed:
        await asyncio.gather(*(comment(shared, d, str(n)) for n in range(5) for d in directives))
        expected = list(range(last + 1, last + 21))
        assert await follow(live) == expected
        assert await follow(placed) == expected
