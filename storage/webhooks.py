"""Webhooks: which systems are told of events. What each is told is in storage.outbox."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from storage.pool import Pool
from storage.queries import sql

PREFIX = "whsec_"
"""As Standard Webhooks writes secrets: this, and 24 to 64 random bytes in base64."""

State = Literal["active", "paused", "removed"]


@dataclass(frozen=True)
class KeptWebhook:
    """A webhook as administrators see it, without its secret, and how many deliveries stand where."""

    webhook_id: UUID
    kind: Literal["webhook", "chat"]
    url: str
    events: Sequence[str]
    with_content: bool
    state: State
    created_by: str
    created_at: datetime
    waiting: int
    sent: int
    dead: int


@dataclass(frozen=True)
class ActiveWebhook:
    """A webhook as the sender needs it."""

    webhook_id: UUID
    kind: Literal["webhook", "chat"]
    url: str
    secret: str
    with_content: bool


async def add_webhook(pool: Pool, url: str, events: Sequence[str], *, with_content: bool, by: str) -> tuple[UUID, str]:
    """A webhook for these types of events (none: all) from now on; its id and its secret, which is shown to nobody again."""
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    webhook_id = await pool.fetchval(sql("put_webhook"), url, secret, list(events), with_content, by)
    return webhook_id, secret


async def webhooks_kept(pool: Pool) -> list[KeptWebhook]:
    """Those not removed, the oldest first."""
    return [KeptWebhook(**dict(row)) for row in await pool.fetch(sql("webhooks_kept"))]


async def active_webhooks(pool: Pool) -> list[ActiveWebhook]:
    """Those that are told of events now."""
    return [ActiveWebhook(**dict(row)) for row in await pool.fetch(sql("active_webhooks"))]


async def set_state(
    pool: Pool, webhook_id: UUID, state: State, *, kind: Literal["webhook", "chat"] | None = None
) -> bool:
    """Pause, resume or remove it; whether it is there. A paused one goes on where it stopped."""
    return await pool.fetchval(sql("set_webhook_state"), webhook_id, state, kind) is not None


async def keep_chat_targets(pool: Pool, targets: Mapping[UUID, str], events: Sequence[str]) -> None:
    """Have exactly these chat targets, each with what tells it apart, told of these types of events."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(sql("drop_chat_targets"), list(targets))
        for target, shown in targets.items():
            await connection.execute(sql("put_chat_target"), target, shown[:2000], list(events))
