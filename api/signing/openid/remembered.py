"""What is fetched once for all who ask, and kept for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from api.signing.openid.failures import ProviderAway

KEEPS = 3600.0
"""Seconds after which it is fetched again."""
PAUSE = 3.0
"""Seconds for which a failure is the answer to everybody: whoever waits for a provider that is away does not ask in turn."""
AGAIN = 30.0
"""Seconds between two fetches that somebody has asked for out of turn."""

T = TypeVar("T")


class Remembered(Generic[T]):
    """`clock` counts seconds."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._held: tuple[float, T] | None = None
        self._failed: tuple[float, str] | None = None
        self._asked_again: float | None = None

    async def get(self) -> T:
        """What is held, or fetched now. ProviderAway where that fails, or has failed a moment ago."""
        async with self._lock:
            if self._held is not None and self._clock() < self._held[0] + KEEPS:
                return self._held[1]
            if self._failed is not None and self._clock() < self._failed[0] + PAUSE:
                raise ProviderAway(f"a moment ago: {self._failed[1]}")
            return await self._fetched()

    async def again(self, known: T) -> T:
        """Something newer than `known`, fetched now or by another meanwhile; `known` itself where that may not be yet."""
        async with self._lock:
            if self._held is not None and self._held[1] is not known:
                return self._held[1]
            if self._asked_again is not None and self._clock() < self._asked_again + AGAIN:
                return known
            self._asked_again = self._clock()
            return await self._fetched()

    async def _fetched(self) -> T:
        try:
            found = await self._fetch()
        except ProviderAway as error:
            self._failed = (self._clock(), str(error))
            raise
        self._held, self._failed = (self._clock(), found), None
        return found
