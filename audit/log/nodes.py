"""Hashes of the record's tree, put together from the leaf hashes of events and the nodes that are kept of every eighth level."""

from collections.abc import Iterable

from audit.log.tree import Subtree, subtree_root
from storage.log import KEPT_LEVELS, LEAVES, count_kept, hashes_at, leaf_hashes, put_nodes
from storage.pool import Pool

_LEVELS = (LEAVES, *KEPT_LEVELS)
_STEP = 8
_AT_ONCE = 256
"""Nodes kept in one statement: of the lowest kept level these are over 65,536 events."""


class NodeMissing(LookupError):
    """A part of the tree has not been kept, or is gone: the record is shorter than it is said to be."""


async def keep_up(pool: Pool, size: int) -> None:
    """Keep all nodes of the tree of `size` leaves that are complete. What is kept already is not computed again."""
    for below, level in zip(_LEVELS, KEPT_LEVELS, strict=False):
        kept, complete = await count_kept(pool, level), size >> level
        while kept < complete:
            end = min(kept + _AT_ONCE, complete)
            hashes = await _below(pool, below, kept << _STEP, end << _STEP)
            rows = [hashes[first : first + (1 << _STEP)] for first in range(0, len(hashes), 1 << _STEP)]
            await put_nodes(pool, level, kept, [subtree_root(row) for row in rows])
            kept = end


async def _below(pool: Pool, level: int, first: int, end: int) -> list[bytes]:
    found = (
        await leaf_hashes(pool, first, end)
        if level == LEAVES
        else [*(await hashes_at(pool, level, [(first, end)])).values()]
    )
    if len(found) != end - first:
        raise NodeMissing(f"level {level} has {len(found)} hashes where there should be {end - first}")
    return found


async def hashes_of(pool: Pool, subtrees: Iterable[Subtree]) -> dict[Subtree, bytes]:
    """The roots of complete subtrees, with one query a kept level. NodeMissing if the record does not hold them."""
    by_level: dict[int, list[Subtree]] = {}
    for subtree in subtrees:
        by_level.setdefault(subtree.level // _STEP * _STEP, []).append(subtree)
    found: dict[Subtree, bytes] = {}
    for level, wanted in by_level.items():
        stretches = [(s.first >> level, s.end >> level) for s in wanted]
        hashes = await hashes_at(pool, level, stretches)
        for subtree, (first, end) in zip(wanted, stretches, strict=True):
            try:
                found[subtree] = subtree_root([hashes[place] for place in range(first, end)])
            except KeyError as error:
                raise NodeMissing(f"level {level}, place {error} of the tree is not there") from error
    return found
