"""What outside channels have taken, so that nothing is sent twice."""

from collections.abc import Sequence
from uuid import UUID

from storage.pool import Pool
from storage.queries import sql


async def delivered_to(pool: Pool, event_ids: Sequence[UUID], channel: str) -> set[tuple[UUID, str]]:
    """The (event, recipient) pairs among these events that the channel has taken."""
    rows = await pool.fetch(sql("deliveries_of"), list(event_ids), channel)
    return {(row["event_id"], row["recipient"]) for row in rows}


async def mark_delivered(pool: Pool, event_id: UUID, recipient: str, channel: str, message_id: str) -> None:
    """Note that the channel took the notice; noting it twice changes nothing."""
    await pool.execute(sql("put_delivery"), event_id, recipient, channel, message_id)
