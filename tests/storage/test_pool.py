"""Every wait on the database is bounded, and what an outage raises is told apart from a mistake."""

import asyncio

import asyncpg
import pytest

from embedded.temporal import free_port
from storage.pool import ACQUIRE_SECONDS, COMMAND_SECONDS, UNAVAILABLE, Pool, _BoundedPool, open_pool
from storage.queries import sql
from tests.support.eventually import eventually


async def test_waiting_for_a_connection_has_a_limit(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < ACQUIRE_SECONDS <= 10
    assert _BoundedPool.acquire.__kwdefaults__ == {"timeout": ACQUIRE_SECONDS}
    monkeypatch.setattr(_BoundedPool.acquire, "__kwdefaults__", {"timeout": 0.2})
    async with await open_pool(database_url, size=1) as pool, pool.acquire(), asyncio.timeout(30):
        with pytest.raises(TimeoutError):
            await pool.fetchval("select 1")
        with pytest.raises(TimeoutError):
            async with pool.acquire():
                raise AssertionError("there was only one connection")


async def test_a_statement_has_a_limit(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < COMMAND_SECONDS <= 30
    monkeypatch.setattr("storage.pool.COMMAND_SECONDS", 0.2)
    async with await open_pool(database_url, size=1) as pool, asyncio.timeout(30):
        with pytest.raises(TimeoutError):
            await pool.execute("select pg_sleep(60)")
        assert await pool.fetchval("select 1") == 1


async def test_a_transaction_left_open_is_not_handed_on(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("begin; update log_head set position = 99")
    assert await pool.fetchval("select position from log_head") == 0


async def test_a_server_that_is_not_there_counts_as_an_outage() -> None:
    async with await open_pool(f"postgresql://postgres@127.0.0.1:{free_port()}/dondoc") as pool:
        with pytest.raises(UNAVAILABLE):
            await pool.fetchval("select 1")


@pytest.mark.parametrize("statement", ["select pg_cancel_backend({})", "select pg_terminate_backend({})"])
async def test_a_statement_cut_off_counts_as_an_outage(database_url: str, pool: Pool, statement: str) -> None:
    owner = await asyncpg.connect(database_url)
    async with pool.acquire() as connection:
        pid = await connection.fetchval("select pg_backend_pid()")
        running = asyncio.create_task(connection.execute("select pg_sleep(60)"))

        async def at_work() -> bool:
            return bool(await owner.fetchval("select state = 'active' from pg_stat_activity where pid = $1", pid))

        await eventually(at_work)
        await owner.execute(statement.format(pid))
        with pytest.raises(UNAVAILABLE):
            await running
    await owner.close()
    assert await pool.fetchval("select 1") == 1


async def test_a_pool_survives_connections_that_were_cut(database_url: str, pool: Pool) -> None:
    assert await pool.fetchval("select 1") == 1
    owner = await asyncpg.connect(database_url)
    await owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dondoc'")
    await owner.close()
    for _ in range(3):
        try:
            await pool.fetchval("select 1")
        except UNAVAILABLE:
            continue
    assert await pool.fetchval("select 1") == 1


@pytest.mark.parametrize("position", [2**63, "one"])
async def test_a_value_that_no_column_takes_is_no_outage(pool: Pool, position: object) -> None:
    with pytest.raises(asyncpg.DataError, match="invalid input for query argument") as raised:
        await pool.fetch(sql("events_after"), position, 1)
    assert not isinstance(raised.value, UNAVAILABLE)


@pytest.mark.parametrize("kind", [asyncpg.DiskFullError, asyncpg.CannotConnectNowError, TimeoutError])
def test_a_server_that_is_full_or_starting_counts_as_an_outage(kind: type[Exception]) -> None:
    assert issubclass(kind, UNAVAILABLE)


@pytest.mark.parametrize("kind", [asyncpg.UndefinedTableError, asyncpg.UniqueViolationError, KeyError])
def test_a_defect_is_no_outage(kind: type[Exception]) -> None:
    assert not issubclass(kind, UNAVAILABLE)
