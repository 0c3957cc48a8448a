"""Who a token or a session stands for, remembered for a moment: a page asks many things at once, each with the same one."""

import time
from collections.abc import Awaitable, Callable

from storage.opaque import hash_of
from storage.pool import Pool
from storage.sessions import SessionUser, user_of_session
from storage.tokens import user_of

SECONDS = 1.0
"""So long a token may still open what it opened a moment ago; after that the record is asked, and a revoked one is refused."""
MOST = 10_000
"""Tokens and sessions remembered; with more than these in use at once the rest are asked for each time anew."""

_Key = tuple[str, bytes]


class SignIns:
    """Remembers only what is valid, by its hash. `clock` counts seconds."""

    def __init__(self, pool: Pool, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool
        self._clock = clock
        self._known: dict[_Key, tuple[float, SessionUser]] = {}

    async def user_of(self, token: str) -> tuple[str, int] | None:
        """The username behind a valid token with a reference version at most SECONDS old; None for any other token."""
        found = await self._remembered("token", token, self._token)
        return None if found is None else (found.username, found.reference_version)

    async def user_of_session(self, session: str, *, used: bool = True) -> SessionUser | None:
        """The same for a session. One that is only looked at (not `used`) ends as if nobody had been there."""
        return await self._remembered("session", session, lambda one: user_of_session(self._pool, one, used=used))

    def forget(self, username: str) -> None:
        """What this person's tokens and sessions open is asked of the record again: one of them has been ended here."""
        self._known = {key: entry for key, entry in self._known.items() if entry[1].username != username}

    async def _token(self, token: str) -> SessionUser | None:
        found = await user_of(self._pool, token)
        return None if found is None else SessionUser(*found, must_change=False)

    async def _remembered(
        self, kind: str, secret: str, ask: Callable[[str], Awaitable[SessionUser | None]]
    ) -> SessionUser | None:
        # The kind is part of the key: what is in a cookie does not open anything as a bearer token.
        key, now = (kind, hash_of(secret)), self._clock()
        if (known := self._known.get(key)) is not None and now < known[0]:
            return known[1]
        found = await ask(secret)
        if found is None:
            self._known.pop(key, None)
            return None
        if len(self._known) >= MOST:
            self._known = {kept: entry for kept, entry in self._known.items() if now < entry[0]}
        if len(self._known) < MOST:
            self._known[key] = (now + SECONDS, found)
        return found
