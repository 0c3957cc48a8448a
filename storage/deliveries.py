"""What outside channels took in a try that did not finish, so that the next try does not send it again.

A try that finishes records NotificationSent, and that event is what a repeat finds.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.commands import Delivered
from storage.pool import Pool
from storage.queries import sql


async def delivered_to(pool: Pool, event_ids: Sequence[UUID], channel: str) -> set[tuple[UUID, str]]:
    """The (event, recipient) pairs among these events that the channel has taken."""
    rows = await pool.fetch(sql("deliveries_of"), list(event_ids), channel)
    return {(row["event_id"], row["recipient"]) for row in rows}


async def mark_delivered(pool: Pool, channel: str, delivered: Sequence[Delivered]) -> None:
    """Note what the channel took, for the next try; noting it twice changes nothing."""
    if delivered:
        rows = [(item.event_id, item.recipient, channel, item.message_id) for item in delivered]
        await pool.executemany(sql("put_delivery"), rows)
