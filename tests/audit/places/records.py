"""A record with checkpoints for places to take, and the same record rewritten by somebody with all rights."""

from audit.log.ledger import make_checkpoint
from audit.log.note import SigningKey
from storage.log import StoredCheckpoint
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.superuser import as_superuser

KEY = SigningKey.generate("nhatky.example")


async def grown(pool: Pool, events: int, key: SigningKey = KEY) -> StoredCheckpoint:
    """So many events more, and a checkpoint over all."""
    await grow(pool, events)
    return await make_checkpoint(pool, key)


async def rewritten(pool: Pool, database_url: str, events: int) -> StoredCheckpoint:
    """The whole record thrown away, nothing left of what places took, and other events with a checkpoint in its place."""
    await as_superuser(
        database_url,
        "truncate events, merkle_nodes, checkpoints, cosignatures, checkpoint_copies, contradictions cascade",
        "update log_head set position = 0",
    )
    return await grown(pool, events)
