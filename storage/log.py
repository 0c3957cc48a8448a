"""What the Merkle log keeps in the database: nodes of its tree, checkpoints, cosignatures, copies outside."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.pool import Pool
from storage.queries import sql

LEAVES = 0
"""The level of the events' own leaf hashes."""
KEPT_LEVELS = (8, 16, 24, 32)
"""Levels whose complete subtrees have their roots kept. Eight apart, at most 256 hashes of each make up a node above."""


@dataclass(frozen=True)
class StoredCheckpoint:
    """A checkpoint as the record keeps it; `note` is the signed note as it was written."""

    size: int
    root: bytes
    note: str
    made_at: datetime


@dataclass(frozen=True)
class StoredCosignature:
    """A witness's signature line, without its end, under the checkpoint of `size`; `key` is its name+id."""

    size: int
    key: str
    line: str
    received_at: datetime


@dataclass(frozen=True)
class Copy:
    """A place outside that has taken a checkpoint, and what it gave for it."""

    place: str
    receipt: str | None
    taken_at: datetime


@dataclass(frozen=True)
class LastCopy:
    """The largest checkpoint that a place outside has taken."""

    place: str
    size: int
    taken_at: datetime


@dataclass(frozen=True)
class Contradiction:
    """A place outside holds a checkpoint that the one of `size` does not go on from."""

    place: str
    size: int
    reason: str
    told_at: datetime


async def head_position(pool: Pool) -> int:
    """How many events the record holds."""
    return int(await pool.fetchval(sql("head_position")))


async def leaf_hashes(pool: Pool, first: int, end: int) -> list[bytes]:
    """The hashes of the leaves from `first` up to but not including `end`."""
    return [row[0] for row in await pool.fetch(sql("leaf_hashes"), first, end)]


async def hashes_at(pool: Pool, level: int, stretches: Sequence[tuple[int, int]]) -> dict[int, bytes]:
    """The kept hashes of a level by place, in these stretches of places (first, end); those that are not kept are left out."""
    firsts, ends = [s[0] for s in stretches], [s[1] for s in stretches]
    if level == LEAVES:
        rows = await pool.fetch(sql("kept_leaves"), firsts, ends)
    else:
        rows = await pool.fetch(sql("kept_nodes"), level, firsts, ends)
    return {row["place"]: row["hash"] for row in rows}


async def count_kept(pool: Pool, level: int) -> int:
    """How many nodes of a level are kept, from the left."""
    return int(await pool.fetchval(sql("count_kept"), level))


async def put_nodes(pool: Pool, level: int, first: int, hashes: Sequence[bytes]) -> None:
    """Keep nodes of a level from place `first` on."""
    await pool.execute(sql("put_nodes"), level, first, list(hashes))


async def put_checkpoint(pool: Pool, size: int, root: bytes, note: str) -> None:
    """Keep a checkpoint; of two of one size the first stays."""
    await pool.execute(sql("put_checkpoint"), size, root, note)


async def last_checkpoint(pool: Pool) -> StoredCheckpoint | None:
    """The largest checkpoint."""
    return _checkpoint(await pool.fetchrow(sql("last_checkpoint")))


async def checkpoint_of(pool: Pool, size: int) -> StoredCheckpoint | None:
    """The checkpoint of exactly this size."""
    return _checkpoint(await pool.fetchrow(sql("checkpoint_of"), size))


async def checkpoint_covering(pool: Pool, position: int) -> StoredCheckpoint | None:
    """The smallest checkpoint over the event at this position."""
    return _checkpoint(await pool.fetchrow(sql("checkpoint_covering"), position))


async def checkpoints_after(pool: Pool, size: int, limit: int) -> list[StoredCheckpoint]:
    """The next checkpoints above a size, smallest first."""
    return [StoredCheckpoint(**dict(row)) for row in await pool.fetch(sql("checkpoints_after"), size, limit)]


async def checkpoints_before(pool: Pool, size: int | None, limit: int) -> list[StoredCheckpoint]:
    """The next checkpoints below a size, largest first; from the largest on if it is None."""
    return [StoredCheckpoint(**dict(row)) for row in await pool.fetch(sql("checkpoints_before"), size, limit)]


def _checkpoint(row: Any) -> StoredCheckpoint | None:
    return StoredCheckpoint(**dict(row)) if row else None


async def put_cosignature(pool: Pool, size: int, key: str, line: str) -> None:
    """Keep a witness's cosignature; of two of one witness the first stays."""
    await pool.execute(sql("put_cosignature"), size, key, line)


async def cosignatures_of(pool: Pool, sizes: Sequence[int]) -> list[StoredCosignature]:
    """The cosignatures under checkpoints of these sizes."""
    return [StoredCosignature(**dict(row)) for row in await pool.fetch(sql("cosignatures_of"), list(sizes))]


async def put_copy(pool: Pool, size: int, place: str, receipt: str | None = None) -> None:
    """Note that a place outside has taken a checkpoint."""
    await pool.execute(sql("put_copy"), size, place, receipt)


async def copies_of(pool: Pool, size: int) -> list[Copy]:
    """Where a checkpoint has been taken to."""
    return [Copy(**dict(row)) for row in await pool.fetch(sql("copies_of"), size)]


async def last_copies(pool: Pool) -> list[LastCopy]:
    """The largest checkpoint of each place that has taken any."""
    return [LastCopy(**dict(row)) for row in await pool.fetch(sql("last_copies"))]


async def last_copy_in(pool: Pool, place: str) -> int | None:
    """The size of the largest checkpoint that a place has taken."""
    size: int | None = await pool.fetchval(sql("last_copy_in"), place)
    return size


async def put_contradiction(pool: Pool, size: int, place: str, reason: str) -> None:
    """Keep what a place said against a checkpoint; of two times the first stays."""
    await pool.execute(sql("put_contradiction"), size, place, reason)


async def last_contradictions(pool: Pool) -> list[Contradiction]:
    """The last thing that each place said against the record."""
    return [Contradiction(**dict(row)) for row in await pool.fetch(sql("last_contradictions"))]


@asynccontextmanager
async def delivering(pool: Pool, place: str) -> AsyncIterator[bool]:
    """Whether nobody else is taking a checkpoint to this place; if so, nobody else does within the block."""
    async with pool.acquire() as connection:
        alone = bool(await connection.fetchval(sql("claim_place"), place))
        try:
            yield alone
        finally:
            if alone:
                await connection.execute(sql("leave_place"), place)
