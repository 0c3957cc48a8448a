"""Checkpoints and proofs of a real record, with the nodes that are kept of its tree."""

import pytest

from audit.log.checkpoint import Checkpoint
from audit.log.ledger import (
    BeyondCheckpoint,
    RecordShrunk,
    consistency,
    inclusion,
    make_checkpoint,
    tree_root,
    with_cosignatures,
)
from audit.log.nodes import NodeMissing, keep_up
from audit.log.note import SigningKey
from audit.log.tree import EMPTY_ROOT, Frontier, ProofRefused, check_consistency, check_inclusion
from storage.log import count_kept, last_checkpoint, leaf_hashes
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.audit.log.growing import grow
from tests.audit.superuser import as_superuser
from tests.storage.commits import begun

KEY = SigningKey.generate("nhatky.example")


async def frontier_root(pool: Pool, size: int) -> bytes:
    frontier = Frontier()
    for leaf in await leaf_hashes(pool, 0, size):
        frontier.append(leaf)
    return frontier.root


async def test_an_empty_record_has_a_checkpoint_too(pool: Pool) -> None:
    made = await make_checkpoint(pool, KEY)
    assert (made.size, made.root) == (0, EMPTY_ROOT)
    assert Checkpoint.open(made.note, [KEY.verifying]).head.size == 0


async def test_a_checkpoint_tells_size_and_root_and_is_made_once(pool: Pool) -> None:
    await grow(pool, 700)
    made = await make_checkpoint(pool, KEY)
    head = Checkpoint.open(made.note, [KEY.verifying]).head
    assert (head.size, head.root) == (700, await frontier_root(pool, 700))
    assert await make_checkpoint(pool, KEY) == made
    assert await count_kept(pool, 8) == 2
    await grow(pool, 100)
    assert (await make_checkpoint(pool, KEY)).size == 800
    assert await count_kept(pool, 8) == 3
    assert (await with_cosignatures(pool, made)).note == Checkpoint.parse(made.note).note


async def test_proofs_hold_against_the_checkpoints(pool: Pool) -> None:
    await grow(pool, 300)
    old = await make_checkpoint(pool, KEY)
    await grow(pool, 470)
    new = await make_checkpoint(pool, KEY)
    leaves = await leaf_hashes(pool, 0, new.size)
    for position in (1, 256, 257, 300, 512, 513, 769, 770):
        proof = await inclusion(pool, position, new.size)
        check_inclusion(leaves[position - 1], position - 1, new.size, proof.hashes, new.root)
    proof = await consistency(pool, old.size, new.size)
    check_consistency(old.size, new.size, proof.hashes, old.root, new.root)
    with pytest.raises(ProofRefused):
        check_consistency(old.size, new.size, proof.hashes, new.root, new.root)


async def test_what_no_checkpoint_covers_has_no_proof_yet(pool: Pool) -> None:
    with pytest.raises(BeyondCheckpoint):
        await inclusion(pool, 1, 1)
    await grow(pool, 2)
    await make_checkpoint(pool, KEY)
    await grow(pool, 1)
    with pytest.raises(BeyondCheckpoint, match="the last one covers 2"):
        await inclusion(pool, 3, 3)
    with pytest.raises(ProofRefused):
        await inclusion(pool, 3, 2)


async def test_nothing_is_signed_over_a_record_that_was_cut(pool: Pool, database_url: str) -> None:
    await grow(pool, 5)
    await make_checkpoint(pool, KEY)
    await as_superuser(database_url, "delete from events where global_position > 3; update log_head set position = 3")
    with pytest.raises(RecordShrunk, match="has 3 events, its last checkpoint 5"):
        await make_checkpoint(pool, KEY)
    await PostgresEventStore(pool).append([begun(code="2026/8001")])
    await PostgresEventStore(pool).append([begun(code="2026/8002")])
    await PostgresEventStore(pool).append([begun(code="2026/8003")])
    with pytest.raises(RecordShrunk, match="have another root"):
        await make_checkpoint(pool, KEY)
    last = await last_checkpoint(pool)
    assert last is not None
    assert last.size == 5


async def test_an_event_that_is_gone_is_missed_when_the_tree_is_kept(pool: Pool, database_url: str) -> None:
    await grow(pool, 300)
    await as_superuser(database_url, "delete from events where global_position = 7")
    with pytest.raises(NodeMissing, match="255 hashes where there should be 256"):
        await keep_up(pool, 300)
    with pytest.raises(NodeMissing):
        await tree_root(pool, 10)
