"""The overview of one look: a page and its charts ask for the same figures within a moment."""

import asyncio
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from storage.log import head_position
from storage.overview import Overview, overview
from storage.pool import Pool

KEPT = timedelta(seconds=5)
"""So long figures stand although time passes: what falls due in between shows five seconds late."""
MOST_KEPT = 100


class Overviews:
    """Keeps what was computed for each set of units until something is recorded, or for five seconds."""

    def __init__(self) -> None:
        self._held: dict[frozenset[str] | None, tuple[int, Overview]] = {}
        self._turns: WeakValueDictionary[frozenset[str] | None, asyncio.Lock] = WeakValueDictionary()

    async def of(self, pool: Pool, visible: frozenset[str] | None, now: datetime) -> Overview:
        """The overview of directives that concern units in `visible` (None: of all), at `now` or up to five seconds before."""
        turn = self._turns.setdefault(visible, asyncio.Lock())
        async with turn:  # after an event many pages ask at once: the first computes, the others take what it found
            position = await head_position(
                pool
            )  # before the figures: what comes meanwhile makes them older than they are
            held = self._held.get(visible)
            if held is not None and held[0] == position and timedelta(0) <= now - held[1].at < KEPT:
                return held[1]
            found = await overview(pool, visible, now)
            if len(self._held) >= MOST_KEPT:
                self._held.clear()
            self._held[visible] = position, found
            return found
