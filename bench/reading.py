"""The least that a verification could do: the same rows read and hashed, over the same processes and the same ranges."""

import asyncio
import hashlib
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from uuid import UUID

import asyncpg

from audit.snapshot import PROCESSES
from audit.verify.record import PARTS
from audit.verify.rows import AT_ONCE

QUERY = """select global_position, canonical, leaf_hash from events
           where stream_id between $1 and $2 order by stream_id, stream_version"""


async def read_and_hash(url: str) -> tuple[int, float]:
    """How many rows there are, and the seconds that it took to read and hash them."""
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        parts = [loop.run_in_executor(processes, _part, url, part) for part in range(PARTS)]
        counts = await asyncio.gather(*parts)
    return sum(counts), time.perf_counter() - started


def _part(url: str, part: int) -> int:
    step = 2**128 // PARTS
    return asyncio.run(_read(url, UUID(int=part * step), UUID(int=(part + 1) * step - 1)))


async def _read(url: str, first: UUID, last: UUID) -> int:
    connection, count = await asyncpg.connect(url), 0
    try:
        async with connection.transaction(readonly=True):
            cursor = await connection.cursor(QUERY, first, last)
            while batch := await cursor.fetch(AT_ONCE):
                count += len(batch)
                for _, canonical, leaf_hash in batch:
                    if hashlib.sha256(b"\x00" + canonical).digest() != leaf_hash:
                        raise ValueError("a row of the benchmark's own record does not agree with its hash")
    finally:
        await connection.close()
    return count
