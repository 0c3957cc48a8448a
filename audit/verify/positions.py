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
    kept = _Kept(connection, seen)
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
            await kept.compare(KEPT_LEVELS[0], node)
        else:
            frontier = _grown(frontier, leaves)
    else:
        await kept.tell_the_rest()
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


class _Kept:
    """The kept nodes of all levels, read along with the blocks of which they are made."""

    def __init__(self, connection: Any, seen: PositionsSeen) -> None:
        self._seen = seen
        self._rows = {level: _kept_nodes(connection, level) for level in KEPT_LEVELS}
        self._made: dict[int, list[bytes]] = {level: [] for level in KEPT_LEVELS}
        """The nodes since the last one of the level above."""
        self._counts = dict.fromkeys(KEPT_LEVELS, 0)

    async def compare(self, level: int, node: bytes) -> None:
        """The next complete node of a level, against the one that is kept, if it is kept yet."""
        place = self._counts[level]
        self._counts[level] += 1
        found = await next_of(self._rows[level])
        if found is not None and found != (place, node):
            self._tell(level, place, found)
        self._made[level].append(node)
        if len(self._made[level]) == BLOCK and level < KEPT_LEVELS[-1]:
            above, self._made[level] = subtree_root(self._made[level]), []
            await self.compare(level + KEPT_LEVELS[0], above)

    async def tell_the_rest(self) -> None:
        """Nodes over events that are not there would become part of the next root."""
        for level, rows in self._rows.items():
            found = await next_of(rows)
            if found is not None:
                self._tell(level, self._counts[level], found)

    def _tell(self, level: int, place: int, found: tuple[int, bytes]) -> None:
        self._seen.add((place << level) + 1, Kind.TREE, f"kept node {found[0]} of level {level}: {found[1].hex()}")


async def _kept_nodes(connection: Any, level: int) -> AsyncIterator[tuple[int, bytes]]:
    async for row in connection.cursor(sql("verify_nodes"), level, prefetch=AT_ONCE, timeout=QUERY_SECONDS):
        yield row["place"], row["hash"]
