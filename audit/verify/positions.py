"""One pass over the leaf hashes in order of positions: none is missing, and the root at each size that somebody has signed."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import Any

from audit.log.tree import HASH_SIZE, Frontier, subtree_root
from audit.verify.ahead import next_of
from audit.verify.findings import FOUND_AT_MOST, Finding, Kind
from audit.verify.rows import AT_ONCE, QUERY_SECONDS
from storage.log import KEPT_LEVELS
from storage.queries import sql

BLOCK = 1 << KEPT_LEVELS[0]


@dataclass
class PositionsSeen:
    """The size of the record as its events have it, its roots at the sizes asked for, and what was found."""

    size: int = 0
    root: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, position: int, kind: Kind, what: str) -> None:
        """Keep a finding, while there are not too many."""
        if len(self.findings) < FOUND_AT_MOST:
            self.findings.append(Finding(position, kind, what))


async def check_positions(connection: Any, sizes: Collection[int]) -> PositionsSeen:
    """Go through all positions, and give the root at each of `sizes` that the record reaches without a gap."""
    seen, frontier = PositionsSeen(), Frontier()
    wanted = sorted(set(sizes))
    kept = _kept_nodes(connection)
    async for row in connection.cursor(sql("verify_blocks"), prefetch=AT_ONCE // 10, timeout=QUERY_SECONDS):
        leaves = [row["hashes"][at : at + HASH_SIZE] for at in range(0, len(row["hashes"]), HASH_SIZE)]
        if not _follows(row, frontier.size, seen):
            break
        while wanted and wanted[0] < frontier.size + len(leaves):
            size = wanted.pop(0)
            seen.roots[size] = _grown(frontier, leaves[: size - frontier.size]).root
        if len(leaves) == BLOCK:
            node = subtree_root(leaves)
            frontier.append_subtree(KEPT_LEVELS[0], node)
            await _compare_kept(kept, frontier.size // BLOCK - 1, node, seen)
        else:
            frontier = _grown(frontier, leaves)
    seen.size, seen.root = frontier.size, frontier.root
    seen.roots |= {size: frontier.root for size in wanted if size == frontier.size}
    return seen


def _follows(row: Any, size: int, seen: PositionsSeen) -> bool:
    """Whether a block goes on from `size` leaves, without a gap in it; a gap is where the tree ends to be comparable."""
    expected = size + 1
    if row["first"] == expected and row["last"] == expected + row["count"] - 1 and not size % BLOCK:
        return True
    if row["first"] != expected or size % BLOCK:
        what = f"position {row['first']} where {expected} belongs"
    else:
        what = f"{row['count']} events at the positions {row['first']} to {row['last']}"
    seen.add(expected, Kind.POSITIONS, what)
    return False


def _grown(frontier: Frontier, leaves: list[bytes]) -> Frontier:
    grown = frontier.copy()
    for leaf in leaves:
        grown.append(leaf)
    return grown


async def _kept_nodes(connection: Any) -> AsyncIterator[tuple[int, bytes]]:
    async for row in connection.cursor(sql("verify_nodes"), KEPT_LEVELS[0], prefetch=AT_ONCE, timeout=QUERY_SECONDS):
        yield row["place"], row["hash"]


async def _compare_kept(kept: AsyncIterator[tuple[int, bytes]], place: int, node: bytes, seen: PositionsSeen) -> None:
    """Against the node that is kept; how far nodes are kept is the checkpointer's business."""
    found = await next_of(kept)
    if found is not None and found != (place, node):
        seen.add(place * BLOCK + 1, Kind.TREE, f"kept node {found[0]} of level {KEPT_LEVELS[0]}: {found[1].hex()}")
