"""What webhooks are still to be told: events by position, each tried until it is taken or given up.

Filled from the events themselves and not by whoever records them: nothing is forgotten if a program dies in between, and recording
waits for no webhook.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from domain.events import Event
from domain.text import printable
from storage.envelope import event_from
from storage.pool import Pool
from storage.queries import sql

AT_ONCE = 500
"""Events looked at in one go on behalf of a webhook."""
CLAIM = timedelta(minutes=1)
"""Longer than a try takes; a worker that dies within one leaves it to be tried again after that."""

DeliveryState = Literal["waiting", "sent", "dead"]


@dataclass(frozen=True)
class Due:
    """A delivery to be tried now, for the `tries`-th time since `since`."""

    position: int
    tries: int
    since: datetime
    event: Event
    code: str
    title: str


async def queue_deliveries(pool: Pool, webhook_id: UUID) -> None:
    """Queue what has happened since the last look; each event once, whoever looks."""
    while await pool.fetchval(sql("queue_deliveries"), webhook_id, AT_ONCE) == AT_ONCE:
        pass


async def claim_deliveries(pool: Pool, webhook_id: UUID, limit: int) -> list[Due]:
    """Some that are due, in the order of their events; nobody else gets them for a while."""
    rows = await pool.fetch(sql("claim_deliveries"), webhook_id, limit, CLAIM)
    return [
        Due(row["position"], row["tries"], row["since"], event_from(row["canonical"]), row["code"], row["title"])
        for row in rows
    ]


async def settle_delivery(
    pool: Pool,
    webhook_id: UUID,
    position: int,
    state: DeliveryState,
    *,
    next_try_at: datetime | None = None,
    answered: int | None = None,
    error: str | None = None,
) -> None:
    """Note what came of a try."""
    noted = printable(error, 500) if error else None
    await pool.execute(sql("settle_delivery"), webhook_id, position, state, next_try_at, answered, noted)


async def send_again(pool: Pool, webhook_id: UUID, position: int | None = None) -> int:
    """Put one dead delivery of a webhook, or all, back in the queue; how many there were."""
    return int(await pool.fetchval(sql("send_again"), webhook_id, position))


async def deliveries_in(pool: Pool, state: DeliveryState, limit: int) -> Sequence[Any]:
    """Rows of deliveries in this state, the latest first."""
    return await pool.fetch(sql("deliveries_in"), state, limit)


async def forget_deliveries(pool: Pool, before: datetime) -> int:
    """Let go of what was settled before; how many there were."""
    return int(await pool.fetchval(sql("forget_deliveries"), before))
