"""A limit on failed tries to sign in, for each username and for each client address. In the memory of one API process."""

import math
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from api.problems import Problem

MINUTES = 15
OF_A_NAME = RateLimitItemPerMinute(10, MINUTES, namespace="name")
OF_AN_ADDRESS = RateLimitItemPerMinute(50, MINUTES, namespace="address")
"""An office behind one address has more people who mistype than one account has."""
MOST_FAMILIAR = 10_000

_Counted = tuple[RateLimitItem, tuple[str, ...]]


@dataclass
class Try:
    """One try under way. Whoever makes it says in the end whether it was right; a try that broke off counts for nothing."""

    right: bool | None = None


class Throttle:
    """Counts failed tries of the last quarter of an hour.

    The trade-off: a limit on a username slows down whoever guesses at it from many places, but lets a stranger, who needs no
    more than its spelling, use the tries up for its owner. What bounds that: refused tries do not count, so it is over a
    quarter of an hour after the stranger's last ten; sessions and tokens go on; and from an address where the owner has signed
    in before, since this process started, tries have a count of their own. A stranger who keeps at it from behind the same
    address, or since before the owner first signed in, still can: then the log names the address, and `dondoc users token`
    opens another way.
    """

    def __init__(self) -> None:
        self._failed = MovingWindowRateLimiter(_Memory())
        self._under_way: Counter[_Counted] = Counter()
        self._familiar: dict[tuple[str, str], None] = {}

    @asynccontextmanager
    async def trying(self, username: str | None, address: str) -> AsyncIterator[Try]:
        """One try; Problem 429 `too_many_tries` without it when there have been too many.

        `username` is one spelling for each account, None where no account can have the name that was given.
        """
        counts = self._counts(username, address)
        # Before anything is waited for: tries at the same time count as failed until they are not.
        self._under_way.update(counts)
        try:
            await self._refuse_too_many(counts)
            attempt = Try()
            try:
                yield attempt
            finally:
                await self._count(attempt, counts, username, address)
        finally:
            self._under_way.subtract(counts)
            for count in counts:
                if not self._under_way[count]:
                    del self._under_way[count]

    def _counts(self, username: str | None, address: str) -> list[_Counted]:
        counts: list[_Counted] = [(OF_AN_ADDRESS, (address,))]
        if username is not None:
            counts.append((OF_A_NAME, (username, address) if (username, address) in self._familiar else (username,)))
        return counts

    async def _refuse_too_many(self, counts: list[_Counted]) -> None:
        waits = [0.0]
        for item, key in counts:
            stats = await self._failed.get_window_stats(item, *key)
            if stats.remaining < self._under_way[item, key]:
                waits.append(stats.reset_time - time.time() if stats.remaining <= 0 else 0.0)
        if len(waits) > 1:
            seconds = max(1, math.ceil(max(waits)))
            minutes = str(math.ceil(seconds / 60))
            raise Problem(429, "too_many_tries", headers={"Retry-After": str(seconds)}, minutes=minutes)

    async def _count(self, attempt: Try, counts: list[_Counted], username: str | None, address: str) -> None:
        if attempt.right is False:
            for item, key in counts:
                await self._failed.hit(item, *key)
        elif attempt.right and username is not None:
            await self._welcome(username, address)

    async def _welcome(self, username: str, address: str) -> None:
        for key in ((username,), (username, address)):
            await self._failed.clear(OF_A_NAME, *key)
        self._familiar.pop((username, address), None)
        self._familiar[username, address] = None  # the last signed in is the last to go
        if len(self._familiar) > MOST_FAMILIAR:
            del self._familiar[next(iter(self._familiar))]


class _Memory(MemoryStorage):
    """The library's own, but for one act."""

    async def clear(self, key: str) -> None:
        # limits 5.8 takes the key away under the feet of its own sweep, which then breaks off with a KeyError
        # (limits/aio/storage/memory.py, __expire_events). Emptied, the key is swept away in turn.
        if key in self.events:
            self.events[key] = []
