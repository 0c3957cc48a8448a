"""Writing a whole history into a record that holds no directive yet: for demonstrations and trials, all of it or nothing."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from storage.pool import Pool
from storage.queries import sql
from storage.read_models import append_arguments
from storage.store import Commit, ReferenceChanged

EVENTS_AT_ONCE = 1000
"""Events that one statement appends: far below what a connection waits for."""


class RecordNotEmpty(Exception):
    """The record holds directives; an invented history never comes to stand beside real ones."""


class History:
    """The open end of a history that is being written."""

    def __init__(self, connection: Any, reference_version: int, numbers: dict[int, int]) -> None:
        self._connection = connection
        self._reference_version = reference_version
        self.numbers = numbers
        """The last number given to a directive in each year, before this history."""
        self.events = 0
        """How many were written."""

    async def append(self, history: Iterable[Sequence[Commit]]) -> None:
        """Append the commits of one command after another, in their order. ReferenceChanged if they rest on another one."""
        chunk: list[Commit] = []
        size = 0
        for commits in history:
            chunk += commits
            size += sum(len(commit.events) for commit in commits)
            if size >= EVENTS_AT_ONCE:
                await self._put(chunk, size)
                chunk, size = [], 0
        if chunk:
            await self._put(chunk, size)

    async def _put(self, chunk: list[Commit], size: int) -> None:
        row = await self._connection.fetchrow(sql("append"), *append_arguments(chunk, self._reference_version))
        if row is None or row["before"] is None:
            raise ReferenceChanged
        self.events += size

    async def count_on(self, numbers: Iterable[tuple[int, int]]) -> None:
        """Directives issued from now on get the numbers after these, one last number a year."""
        await self._connection.executemany(sql("put_numbers_given"), list(numbers))


@asynccontextmanager
async def writing_history(pool: Pool, reference_version: int) -> AsyncIterator[History]:
    """One transaction; nobody else writes meanwhile. RecordNotEmpty if there is a directive."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(sql("claim_numbers"))
        await connection.fetchval(sql("claim_record"))
        if await connection.fetchval(sql("has_directives")):
            raise RecordNotEmpty
        numbers = {row["year"]: row["last"] for row in await connection.fetch(sql("numbers_given"))}
        yield History(connection, reference_version, numbers)


async def has_directives(pool: Pool) -> bool:
    """Whether the record holds any directive."""
    return bool(await pool.fetchval(sql("has_directives")))
