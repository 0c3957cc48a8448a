"""Who a token stands for, remembered for a moment: a page asks many things at once, each with the same token."""

import hashlib
import time
from collections.abc import Callable

from storage.pool import Pool
from storage.tokens import user_of

SECONDS = 1.0
"""So long a token may still open what it opened a moment ago; after that the record is asked, and a revoked one is refused."""
MOST = 10_000
"""Tokens remembered; with more than these in use at once the rest are asked for each time anew."""


class SignIns:
    """Remembers only tokens that are valid, by their hash. `clock` counts seconds."""

    def __init__(self, pool: Pool, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool
        self._clock = clock
        self._known: dict[bytes, tuple[float, tuple[str, int]]] = {}

    async def user_of(self, token: str) -> tuple[str, int] | None:
        """The username behind a valid token with a reference version at most SECONDS old; None for any other token."""
        key, now = hashlib.sha256(token.encode()).digest(), self._clock()
        if (known := self._known.get(key)) is not None and now < known[0]:
            return known[1]
        found = await user_of(self._pool, token)
        if found is None:
            self._known.pop(key, None)
            return None
        if len(self._known) >= MOST:
            self._known = {kept: entry for kept, entry in self._known.items() if now < entry[0]}
        if len(self._known) < MOST:
            self._known[key] = (now + SECONDS, found)
        return found
