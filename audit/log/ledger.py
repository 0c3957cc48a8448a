"""The log of a record: checkpoints over it, and proofs against them."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.nodes import hashes_of, keep_up
from audit.log.note import Signature, SigningKey
from audit.log.tree import Leaves, combined, complete_subtrees, consistency_path, inclusion_path, root
from storage.log import (
    StoredCheckpoint,
    cosignatures_of,
    head_position,
    last_checkpoint,
    put_checkpoint,
)
from storage.pool import Pool


class RecordShrunk(Exception):
    """The record no longer is what its last checkpoint says: it was cut or rewritten. Nothing is signed over that."""


class BeyondCheckpoint(LookupError):
    """A proof is asked for events that no checkpoint covers yet."""


@dataclass(frozen=True)
class Proof:
    """Hashes that prove something of the tree of `size` leaves, lowest first."""

    size: int
    hashes: tuple[bytes, ...]


async def tree_root(pool: Pool, size: int) -> bytes:
    """The root over the first `size` events, from the nodes that are kept. NodeMissing if they are not there."""
    hashes = await hashes_of(pool, complete_subtrees(Leaves(0, size)))
    return root(size, hashes.__getitem__)


async def make_checkpoint(pool: Pool, key: SigningKey) -> StoredCheckpoint:
    """Sign where the record stands now, or give the last checkpoint if nothing was added since.

    RecordShrunk if the record does not go on from the last checkpoint; repeating it, or two at once, does no harm.
    """
    before = await last_checkpoint(pool)
    size = await head_position(pool)  # after it, or a checkpoint that another program just made would look like a cut
    if before is not None and size < before.size:
        raise RecordShrunk(f"the record has {size} events, its last checkpoint {before.size}")
    if before is None or size > before.size:
        await keep_up(pool, size)
        if before is not None and await tree_root(pool, before.size) != before.root:
            raise RecordShrunk(f"the first {before.size} events have another root than their checkpoint says")
        head = TreeHead(key.name, size, await tree_root(pool, size))
        await put_checkpoint(pool, size, head.root, str(Checkpoint.sign(head, key).note))
    made = await last_checkpoint(pool)
    if made is None:
        raise RuntimeError("a checkpoint that was just kept is there")
    return made


async def inclusion(pool: Pool, position: int, size: int) -> Proof:
    """The proof that the event at `position` is among the first `size`. ProofRefused if it cannot be."""
    return await _proof(pool, inclusion_path(position - 1, size), size)


async def inclusions(pool: Pool, positions: Sequence[int], size: int) -> list[Proof]:
    """The same for several events, their hashes read together."""
    return await _proofs(pool, [inclusion_path(position - 1, size) for position in positions], size)


async def consistency(pool: Pool, old: int, new: int) -> Proof:
    """The proof that the record of `new` events goes on from that of `old`. ProofRefused if it cannot be."""
    return await _proof(pool, consistency_path(old, new), new)


async def _proof(pool: Pool, path: Sequence[Leaves], size: int) -> Proof:
    (proof,) = await _proofs(pool, [path], size)
    return proof


async def _proofs(pool: Pool, paths: Sequence[Sequence[Leaves]], size: int) -> list[Proof]:
    covered = await last_checkpoint(pool)
    if covered is None or size > covered.size:
        raise BeyondCheckpoint(
            f"no checkpoint covers {size} events yet; the last one covers {covered.size if covered else 0}"
        )
    nodes = {node for path in paths for node in path}
    hashes = await hashes_of(pool, {part for node in nodes for part in complete_subtrees(node)})
    return [Proof(size, tuple(combined(node, hashes.__getitem__) for node in path)) for path in paths]


async def with_cosignatures(pool: Pool, stored: StoredCheckpoint) -> Checkpoint:
    """The checkpoint with the cosignatures that were received for it."""
    lines = await cosignatures_of(pool, [stored.size])
    return Checkpoint.parse(stored.note).cosigned(Signature.parse(one.line) for one in lines)
