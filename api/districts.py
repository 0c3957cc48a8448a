"""The state of all directives at an instant: made in a process of its own, one at a time, and kept a while for further pages."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from audit.replay.clocks import Clocks
from audit.replay.district import District, Wanted
from audit.replay.many import district_made
from audit.snapshot import apart

LIMIT_SECONDS = 60.0
KEPT_SECONDS = 60.0
"""From the last page on. A district of 25,000 directives is some 20 MB; one is kept."""


class Busy(Exception):
    """Another one is being made."""


class TooLong(Exception):
    """It was not made within LIMIT_SECONDS."""


@dataclass(frozen=True)
class Asked:
    """A question as it was put: instants that were left out are None. Whose it is matters through what they may see."""

    at: datetime | None
    known: datetime | Literal["now"] | None
    wanted: Wanted


@dataclass(frozen=True)
class _Kept:
    asked: Asked
    district: District


class Districts:
    """Answers questions of one API process.

    A first page is always made anew: whoever asks wants what the record says now. The pages after it come from the district made
    last as long as it is kept, so that paging costs one fold. A page number in a cursor would not spare the fold, and a place for
    each reader would not be bounded: after a minute, or when anybody asked for a first page in between, a page may be of a later
    moment. Who names `at` and `known` gets the same even then.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._making = asyncio.Lock()
        self._kept: _Kept | None = None
        self._forgetting: asyncio.TimerHandle | None = None

    async def first_page(self, asked: Asked, clocks: Clocks) -> District:
        """The district at these clocks. Busy, TooLong; HistoryBroken or ValueError where the record cannot be read."""
        if self._making.locked():
            raise Busy
        async with self._making:
            try:
                async with asyncio.timeout(LIMIT_SECONDS) as limit:
                    district = await apart(district_made, self._url, clocks, asked.wanted)
            except TimeoutError:
                if not limit.expired():
                    raise  # the database's own
                raise TooLong from None
        self._keep(_Kept(asked, district))
        return district

    async def further_page(self, asked: Asked, clocks: Clocks) -> District:
        """The district from which the page before came, if it is still there; else as for a first page."""
        kept = self._kept
        if kept is None or kept.asked.wanted != asked.wanted:
            return await self.first_page(asked, clocks)
        if asked != kept.asked and clocks != kept.district.clocks:
            return await self.first_page(asked, clocks)
        self._keep(kept)
        return kept.district

    def _keep(self, kept: _Kept) -> None:
        if self._forgetting is not None:
            self._forgetting.cancel()
        self._kept = kept
        self._forgetting = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget)

    def _forget(self) -> None:
        self._kept = self._forgetting = None
