"""The one listening connection of an API process: it may be lost, late or not yet there, and no event is missed."""

import asyncio

import asyncpg
import pytest

from api.broadcast import Broadcaster
from tests.api.feeds import feed
from tests.support.eventually import eventually
from tests.support.office import Office

LISTENER = "application_name = 'dondoc-stream' and datname = current_database()"


async def test_a_killed_listener_is_replaced_and_nothing_is_missed(shared: Office, shared_url: str) -> None:
    directive = await shared.issue()
    admin = await asyncpg.connect(shared_url)
    try:
        async with feed(await shared.as_("chu-tich")) as stream:

            async def listening() -> int:
                return int(await admin.fetchval(f"select count(*) from pg_stat_activity where {LISTENER}"))  # noqa: S608 - our own text

            for text in ("một", "hai"):
                assert await eventually(listening) == 1
                killed = await admin.fetch(f"select pg_terminate_backend(pid) from pg_stat_activity where {LISTENER}")  # noqa: S608 - our own text
                assert len(killed) == 1
                assert (await shared.do("tp-nv", "comment", directive, text=text)).status_code == 200
                assert (await stream.next()).data["data"]["text"] == text
    finally:
        await admin.close()


async def test_whatever_goes_wrong_while_listening_it_goes_on(
    shared: Office, shared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [asyncpg.InternalClientError(), ConnectionResetError(), ValueError("a defect")]
    plain = Broadcaster._catch_up

    async def failing(self: Broadcaster, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        if failures:
            raise failures.pop()
        await plain(self, connection)

    monkeypatch.setattr(Broadcaster, "_catch_up", failing)
    monkeypatch.setattr("api.broadcast.RECONNECT_SECONDS", 0.01)
    broadcaster = Broadcaster(shared_url)
    with broadcaster.watching():
        async with broadcaster.running():
            head = await shared.pool.fetchval("select position from log_head")
            await shared.issue()
            assert await broadcaster.wait_after(head, seconds=20)
    assert failures == []


async def test_before_the_first_look_nothing_is_taken_for_new(shared: Office, shared_url: str) -> None:
    await shared.issue()
    head = await shared.pool.fetchval("select position from log_head")
    broadcaster = Broadcaster(shared_url)
    assert broadcaster.position is None
    assert broadcaster.since(0) == []
    waiting = asyncio.create_task(broadcaster.wait_after(head - 1, seconds=20))
    with broadcaster.watching():
        async with broadcaster.running():
            assert await waiting  # whoever names an old place need not wait for the next event
    assert broadcaster.position == head
    assert broadcaster.since(head) == []
    assert broadcaster.since(head - 1) is None


async def test_after_a_failure_with_nobody_watching_memory_is_not_kept(
    shared: Office, shared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.broadcast.RECONNECT_SECONDS", 0.01)
    broadcaster = Broadcaster(shared_url)
    plain, lost = Broadcaster._catch_up, asyncio.Event()

    async def lost_in_the_end(self: Broadcaster, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        await plain(self, connection)
        if lost.is_set():
            raise ConnectionResetError

    monkeypatch.setattr(Broadcaster, "_catch_up", lost_in_the_end)
    async with broadcaster.running():
        with broadcaster.watching():
            head = int(await shared.pool.fetchval("select position from log_head"))
            assert await broadcaster.wait_after(head - 1, seconds=20)
        lost.set()
        await shared.issue()

        async def forgotten() -> bool:
            return broadcaster.position is None

        assert await eventually(forgotten)


async def test_while_nobody_watches_nothing_listens_and_the_next_watcher_misses_nothing(
    shared: Office, shared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.broadcast.POLL_SECONDS", 0.05)
    name = "dondoc-probe"
    monkeypatch.setattr("api.broadcast.LISTENER", name)
    broadcaster = Broadcaster(shared_url)

    async def listening() -> int:
        return int(
            await shared.pool.fetchval("select count(*) from pg_stat_activity where application_name = $1", name)
        )

    async def silent() -> bool:
        return await listening() == 0

    async def forgotten() -> bool:
        return broadcaster.position is None  # a moment after the connection has gone

    async with broadcaster.running():
        with broadcaster.watching():
            assert await eventually(listening) == 1
        assert await eventually(silent)
        assert broadcaster.position is None
        before = int(await shared.pool.fetchval("select position from log_head"))
        await shared.issue()
        assert await listening() == 0
        with broadcaster.watching():
            assert await broadcaster.wait_after(before, seconds=20)
            assert broadcaster.since(before) is None  # to be read from the record
