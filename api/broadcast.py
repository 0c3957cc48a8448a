"""Fans new events out to open streams: one LISTEN connection a process, a short shared memory, no queue per client.

While no stream is open there is no such connection: every event would wake it for nobody.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import asyncpg
import structlog

from storage.pool import PROGRAM_ROLE, UNAVAILABLE
from storage.queries import sql
from storage.store import RecordedEvent

log = structlog.get_logger()

LISTENER = "dondoc-stream"
"""The connection's name in pg_stat_activity."""
KEEP = 2000
POLL_SECONDS = 15.0
RECONNECT_SECONDS = 1.0

_CUT_OFF = (*UNAVAILABLE, asyncpg.InternalClientError)
"""What a lost connection raises; the last one when it was in the middle of an answer."""
GATHER_SECONDS = 0.02
"""After news, so long for more: under load one look serves many events, and nobody sees 20 ms."""


@dataclass(frozen=True)
class Broadcast:
    """A new event with the units that may see it."""

    recorded: RecordedEvent
    units: frozenset[str]


class Broadcaster:
    """Holds the last events and wakes who waits. A NOTIFY may be lost, so positions are read, never trusted to it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._recent: deque[Broadcast] = deque(maxlen=KEEP)
        self._position: int | None = None
        self._news = asyncio.Condition()
        self._heard = asyncio.Event()
        self._watchers = 0
        self._watched = asyncio.Event()

    @property
    def position(self) -> int | None:
        """The last position seen; None before the first look at the record."""
        return self._position

    def since(self, position: int) -> list[Broadcast] | None:
        """The events after `position` if memory reaches back so far, None if the database must be asked."""
        if self._position is None or position >= self._position:
            return []
        if not self._recent or self._recent[0].recorded.global_position > position + 1:
            return None
        first = self._recent[0].recorded.global_position
        return list(self._recent)[max(0, position + 1 - first) :]

    async def wait_after(self, position: int, seconds: float) -> bool:
        """Whether there is something after `position`, waiting for at most `seconds`."""
        async with self._news:
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait_for(lambda: self._position is not None and self._position > position)
            except TimeoutError:
                return False
            return True

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Somebody waits for events while inside the block."""
        self._watchers += 1
        self._watched.set()
        try:
            yield
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._watched.clear()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen for whoever is watching, while inside the block."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            if not self._watchers:
                self._forget()
            await self._watched.wait()
            try:
                await self._listen()
            except _CUT_OFF as error:
                log.warning("stream.reconnecting", error=repr(error))
            except Exception:
                log.exception("stream.reconnecting")  # a defect; without this task every stream would fall silent
            else:
                if not self._watchers:
                    continue
            await asyncio.sleep(RECONNECT_SECONDS)

    def _forget(self) -> None:
        """Whoever watches next starts from the record as it is then; what passes meanwhile is not in memory."""
        self._recent.clear()
        self._position = None

    async def _listen(self) -> None:
        settings = {"application_name": LISTENER, "role": PROGRAM_ROLE}
        connection = await asyncpg.connect(self._url, timeout=5, command_timeout=10, server_settings=settings)
        try:
            connection.add_termination_listener(lambda _: self._heard.set())
            await connection.add_listener("dondoc", lambda *_: self._heard.set())
            if self._position is None:
                await self._arrive(await connection.fetchval(sql("head_position")))
            while self._watchers and not connection.is_closed():
                self._heard.clear()
                await self._catch_up(connection)
                try:
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._heard.wait()
                except TimeoutError:
                    continue  # look all the same: a lost NOTIFY must not hide an event for long
                await asyncio.sleep(GATHER_SECONDS)
        finally:
            await connection.close(timeout=2)

    async def _catch_up(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        while True:
            rows = await connection.fetch(sql("broadcast_after"), self._position, 500)
            if not rows:
                return
            for row in rows:
                units = frozenset(row["units"])
                self._recent.append(Broadcast(RecordedEvent(*row[:3]), units))
            await self._arrive(rows[-1]["global_position"])

    async def _arrive(self, position: int) -> None:
        async with self._news:
            self._position = position
            self._news.notify_all()
