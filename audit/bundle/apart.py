"""A bundle as a file, within bounds, made by a process of its own: for a server that goes on answering meanwhile."""

import asyncio
import io
from pathlib import Path
from typing import Any

from audit.bundle.making import Made, Wish, make_bundle
from audit.bundle.verify import verify
from storage.log import StoredCheckpoint
from storage.pool import open_pool
from storage.reference import load_reference

PROGRAM = "dondoc-bundle"
_CONNECTIONS = 2
"""The events come over one, the hashes of what lies between over the other."""


class TooLarge(Exception):
    """The bundle would be larger than was allowed."""


class Unsound(Exception):
    """The record gives no bundle that holds; the reason is the verifier's."""


def bundle_written(url: str, wish: Wish, last: StoredCheckpoint, place: Path, most_bytes: int) -> Made:
    """Write the bundle of the record at a URL into the empty file `place`, and verify it as whoever gets it would.

    For a process of its own (audit.snapshot.apart).

    TooLarge, Unsound, and what `make_bundle` raises except NotCovered: the selection ends where the checkpoint does.
    """
    made = asyncio.run(_made(url, wish, last, place, most_bytes))
    verdict = verify(place)
    if not verdict["ok"]:
        raise Unsound(verdict["reason"])
    return made


async def _made(url: str, wish: Wish, last: StoredCheckpoint, place: Path, most_bytes: int) -> Made:
    pool = await open_pool(url, size=_CONNECTIONS, program=PROGRAM)
    try:
        dated = (await load_reference(pool)).dated
        with io.BufferedRandom(_Bounded(place, most_bytes)) as out:
            return await make_bundle(pool, wish, last, out, dated)
    finally:
        await pool.close()


class _Bounded(io.FileIO):
    """A file that is there, and takes so many bytes and no more."""

    def __init__(self, place: Path, most: int) -> None:
        super().__init__(place, "r+")  # never a new one: whoever gave up on the bundle has removed it
        self._most = most

    def write(self, piece: Any, /) -> int:
        """TooLarge instead of a file that is."""
        if self.tell() + len(piece) > self._most:
            raise TooLarge
        return super().write(piece)
