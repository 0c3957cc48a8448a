"""Writers that race: positions have no gap, become visible in order, and a reader by position never skips an event."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest

from storage.pool import Pool, open_pool
from storage.postgres import PostgresEventStore
from storage.queries import sql
from storage.read_models import append_arguments
from storage.store import Commit, RecordedEvent, VersionConflict
from tests.domain.happenings import acknowledged, progressed
from tests.storage.commits import after, begun, commit
from tests.support.eventually import eventually

SHARED, OWN = 12, 28
"""So many writers share one directive; so many have one each."""


@pytest.fixture
async def pools(database_url: str) -> AsyncIterator[list[Pool]]:
    """Three programs' connections to one database."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(await open_pool(database_url, size=5)) for _ in range(3)]


async def test_a_reader_beside_forty_writers_skips_nothing(pools: list[Pool]) -> None:
    stores = [PostgresEventStore(pool) for pool in pools]
    shared = begun()
    await stores[0].append([shared])
    writers = [_insist(stores[n % 3], shared.directive_id, n) for n in range(SHARED)]
    writers += [_carry_out(stores[n % 3]) for n in range(OWN)]
    expected = 1 + SHARED + 3 * OWN
    seen, _ = await asyncio.gather(_follow(stores[1], expected), asyncio.gather(*writers))
    assert [recorded.global_position for recorded in seen] == list(range(1, expected + 1))
    assert seen == await stores[2].events_after(0, 1000)
    own = await stores[0].events_of(shared.directive_id)
    assert [recorded.event.stream_version for recorded in own] == list(range(1, SHARED + 2))


async def _insist(store: PostgresEventStore, directive_id: UUID, percent: int) -> None:
    """Report progress on a directive that others write to at the same time, reading again until it goes in."""
    for _ in range(200):
        state = (await store.basis(directive_id, uuid4())).state
        try:
            await store.append([commit(state, directive_id, progressed(percent))])
        except VersionConflict:
            continue
        return
    raise AssertionError("a writer starved")


async def _carry_out(store: PostgresEventStore) -> None:
    first = begun()
    await store.append([first])
    await store.append([after(first, acknowledged(), progressed(50))])


async def _follow(store: PostgresEventStore, until: int) -> list[RecordedEvent]:
    """What a reader sees that goes on from the last position it saw."""
    seen: list[RecordedEvent] = []
    async with asyncio.timeout(60):
        while len(seen) < until:
            seen += await store.events_after(len(seen) and seen[-1].global_position, 7)
            await asyncio.sleep(0)
    return seen


async def test_a_writer_waits_for_the_positions_before_its_own(pools: list[Pool]) -> None:
    first, second = begun(), begun()
    store = PostgresEventStore(pools[0])
    async with _open_append(pools[1], [first]) as transaction:
        later = asyncio.create_task(store.append([second]))
        await _until_somebody_waits(pools[2])
        assert not later.done()
        assert await store.events_after(0, 10) == []
        await transaction.commit()
    assert await later == 2
    assert [r.event for r in await store.events_after(0, 10)] == [*first.events, *second.events]


async def test_a_writer_that_gives_up_leaves_no_gap(pools: list[Pool]) -> None:
    store = PostgresEventStore(pools[0])
    async with _open_append(pools[1], [begun(), begun()]) as transaction:
        later = asyncio.create_task(store.append([begun()]))
        await _until_somebody_waits(pools[2])
        await transaction.rollback()
    assert await later == 1


@asynccontextmanager
async def _open_append(pool: Pool, commits: Sequence[Commit]) -> AsyncIterator[asyncpg.transaction.Transaction]:
    """An append whose transaction is left open."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.fetch(sql("append"), *append_arguments(commits))
        yield transaction


async def _until_somebody_waits(pool: Pool) -> None:
    async def waiting() -> bool:
        return bool(await pool.fetchval("select count(*) from pg_locks where not granted"))

    await eventually(waiting)
