"""Reading a large record in several processes that all see the same moment of it: one exports its snapshot, the others take it."""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
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
def processes(count: int = PROCESSES) -> Iterator[ProcessPoolExecutor]:
    """So many of them, which end with the block: where somebody gives up, nothing works on, nor below them."""
    spawning = get_context("spawn")
    # Nothing is ever sent: a process reads the end of it when the block is left, and also when this process is killed.
    theirs, lifeline = spawning.Pipe(duplex=False)
    pool = ProcessPoolExecutor(count, mp_context=spawning, initializer=_begin, initargs=(theirs,))
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        lifeline.close()
        theirs.close()


async def apart(work: Callable[..., _T], *arguments: object) -> _T:
    """What `work` gives, in a process of its own: for what takes a processor for so long that a server could not answer meanwhile.

    `work` and all that goes to and fro has to be known by name or be plain data. Whoever no longer waits ends it.
    """
    with processes(1) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, work, *arguments)


async def _connect(url: str, program: str) -> Any:
    settings = {"application_name": program, "role": PROGRAM_ROLE, "work_mem": SORT_MEMORY}
    return await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=settings)


async def _close(connection: Any) -> None:
    try:
        await connection.close(timeout=CLOSE_SECONDS)
    except TimeoutError:
        connection.terminate()


async def all_done(work: Sequence["asyncio.Future[Any]"], told: Callable[[int], None]) -> None:
    """Wait for work in processes; `told` is given how much is done. What fails first is raised, for it would fail in the rest too.

    Nobody hears of the rest then, nor of any when this is cancelled. They are not cancelled themselves: over a cancelled one the
    pool's own thread breaks off with a trace (CPython 3.11).
    """
    try:
        for done, one in enumerate(asyncio.as_completed(work), 1):
            await one
            told(done)
    finally:
        for future in work:
            future.add_done_callback(_heard)


def _heard(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()


def _begin(lifeline: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who began them, and ends them with it
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    # Spare a process that only reads the search for cycles: events and states have none.
    gc.freeze()
    gc.disable()


def _end_with(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    for child in active_children():  # processes of a pool that is not ours would wait for ever
        child.kill()
    os._exit(1)  # at once, wherever the work is: it has only read
