"""Reading a large record in several processes that all see the same moment of it: one exports its snapshot, the others take it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from storage.pool import PROGRAM_ROLE

PROCESSES = 2
LOWEST, HIGHEST = UUID(int=0), UUID(int=2**128 - 1)
"""The ends of all ids."""
SORT_MEMORY = "64MB"
"""What PostgreSQL may hold while it puts a part of a large record in order; its own default sends such parts to the disk."""
CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0

_T = TypeVar("_T")


@asynccontextmanager
async def snapshot_of(url: str, program: str) -> AsyncIterator[tuple[Any, str]]:
    """A connection inside a transaction that only reads, and the name of its snapshot, which holds as long as the block."""
    connection = await _connect(url, program)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection, await connection.fetchval("select pg_export_snapshot()")
    finally:
        await _close(connection)


def on_snapshot(url: str, program: str, snapshot: str, work: Callable[[Any], Awaitable[_T]]) -> _T:
    """Do `work` on a connection that sees the snapshot; for a process of its own, which has no loop yet."""

    async def working() -> _T:
        connection = await _connect(url, program)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                await connection.execute(f"set transaction snapshot '{snapshot}'")
                return await work(connection)
        finally:
            await _close(connection)

    return asyncio.run(working())


def id_range(part: int, parts: int) -> tuple[UUID, UUID]:
    """The first and the last id of the `part`-th (from 0) of `parts` equal ranges; the ids of streams are spread evenly."""
    step = 2**128 // parts
    last = 2**128 if part == parts - 1 else (part + 1) * step
    return UUID(int=part * step), UUID(int=last - 1)


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """PROCESSES of them. Whoever gives up does not wait for what is under way in them: each ends after it."""
    pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=_without_pauses)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


async def _connect(url: str, program: str) -> Any:
    settings = {"application_name": program, "role": PROGRAM_ROLE, "work_mem": SORT_MEMORY}
    return await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=settings)


async def _close(connection: Any) -> None:
    try:
        await connection.close(timeout=CLOSE_SECONDS)
    except TimeoutError:
        connection.terminate()


def _without_pauses() -> None:
    """Spare a process that only reads the search for cycles: events and states have none."""
    gc.freeze()
    gc.disable()
