"""Rows in the order of the streams they belong to, read along with these."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

_T = TypeVar("_T")


async def next_of(items: AsyncIterator[_T]) -> _T | None:
    """The next one, None after the last. (`anext` with a default fails in the C code of CPython 3.11 at the end of a generator.)"""
    try:
        return await anext(items)
    except StopAsyncIteration:
        return None


class Ahead:
    """Rows that come in batches, in order of the stream id in their column `owner`."""

    def __init__(self, batches: AsyncIterator[Sequence[Any]], *, owner: int) -> None:
        self._batches = batches
        self._owner = owner
        self._held: Sequence[Any] = ()
        self._at = 0

    async def before(self, stream_id: UUID | None) -> list[tuple[Any, ...]]:
        """Those that come before a stream, so belong to none that has events; all that are left, if it is None."""
        taken = []
        while await self._more() and (stream_id is None or self._held[self._at][self._owner] < stream_id):
            taken.append(self._take())
        return taken

    async def of(self, stream_id: UUID) -> list[tuple[Any, ...]]:
        """Those of a stream."""
        taken = []
        while await self._more() and self._held[self._at][self._owner] == stream_id:
            taken.append(self._take())
        return taken

    async def _more(self) -> bool:
        if self._at == len(self._held):
            self._held, self._at = await next_of(self._batches) or (), 0
        return bool(self._held)

    def _take(self) -> tuple[Any, ...]:
        self._at += 1
        return tuple(self._held[self._at - 1])
