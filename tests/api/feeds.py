"""Reading server-sent events in a test."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Message:
    """One event of a stream."""

    id: int
    event: str
    data: dict[str, Any]


class Feed:
    """An open stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self, seconds: float = 20.0) -> Message:
        """The next event; comments and settings are passed over. EOFError when the stream has ended."""
        async with asyncio.timeout(seconds):
            fields: dict[str, str] = {}
            async for line in self._lines:
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "data" in fields:
                    return Message(int(fields["id"]), fields["event"], json.loads(fields["data"]))
                else:
                    fields = {}
        raise EOFError

    async def read(self, count: int) -> list[Message]:
        """So many events."""
        return [await self.next() for _ in range(count)]


@asynccontextmanager
async def feed(client: httpx.AsyncClient, last: int | None = None, after: int | None = None) -> AsyncIterator[Feed]:
    """A stream, open for the block; when the block begins it misses nothing any more."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    params = {} if after is None else {"after": after}
    async with client.stream("GET", "/stream", headers=headers, params=params) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Feed(answer.aiter_lines())
