"""The directory as it was known at each position of the record, folded from the events of its registry."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from domain.directory_changes import DirectoryChange
from domain.directory_fold import changed
from domain.validity import DatedDirectory

STRIDE = 64
"""Every so many changes a directory is kept; those in between are folded when they are asked for."""
KEPT = 128


class DirectoryTimeline:
    """`changes` with their positions, in order."""

    def __init__(self, changes: Sequence[tuple[int, DirectoryChange]]) -> None:
        self._positions = [position for position, _ in changes]
        self._changes = [change for _, change in changes]
        self._milestones = [DatedDirectory()]
        for start in range(0, len(changes) - STRIDE + 1, STRIDE):
            self._milestones.append(changed(self._milestones[-1], self._changes[start : start + STRIDE]))
        self._after = lru_cache(maxsize=KEPT)(self._made)

    def __call__(self, position: int) -> DatedDirectory:
        """The directory that a decision at `position` looked at."""
        return self._after(bisect_left(self._positions, position))

    @property
    def last(self) -> DatedDirectory:
        """After all changes."""
        return self._after(len(self._changes))

    def _made(self, count: int) -> DatedDirectory:
        start = count // STRIDE
        return changed(self._milestones[start], self._changes[start * STRIDE : count])
