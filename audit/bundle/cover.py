"""The part of the tree that a bundle does not disclose, as hashes of the complete subtrees that it fills."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import IO

from audit.log.nodes import hashes_of
from audit.log.tree import Leaves, Subtree, complete_subtrees
from storage.pool import Pool

_AT_ONCE = 256
"""Subtrees whose hashes are read together; at most so many times 128 hashes come with one query."""


class Cover:
    """Writes the cover from left to right. No subtree crosses the end of a checkpoint, so the root there comes by too."""

    def __init__(self, pool: Pool, sizes: Iterable[int], out: IO[bytes]) -> None:
        self._pool = pool
        self._sizes = sorted(sizes)
        self._out = out
        self._waiting: list[Subtree] = []

    async def add(self, leaves: Leaves) -> None:
        """Leaves that are not disclosed, after those before."""
        for stretch in self._stretches(leaves):
            self._waiting += complete_subtrees(stretch)
        if len(self._waiting) >= _AT_ONCE:
            await self.flush()

    async def flush(self) -> None:
        """Write what was added so far. NodeMissing if the record does not hold it."""
        for first in range(0, len(self._waiting), _AT_ONCE):
            subtrees = self._waiting[first : first + _AT_ONCE]
            hashes = await hashes_of(self._pool, subtrees)
            lines = (f"{one.first + 1} {1 << one.level} {hashes[one].hex()}\n" for one in subtrees)
            self._out.write("".join(lines).encode())
        self._waiting = []

    def _stretches(self, leaves: Leaves) -> Iterator[Leaves]:
        first = leaves.first
        for size in self._sizes[bisect_right(self._sizes, first) :]:
            if size >= leaves.end:
                break
            yield Leaves(first, size)
            first = size
        if first < leaves.end:
            yield Leaves(first, leaves.end)
