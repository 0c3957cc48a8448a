"""What a webhook is told of an event, signed after Standard Webhooks (standardwebhooks.com)."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from standardwebhooks.webhooks import Webhook

from activities.outbound import Answer, Outbound
from domain.ids import webhook_message_id
from domain.instants import rfc3339
from storage.outbox import Due
from storage.webhooks import ActiveWebhook


def payload(due: Due, *, with_content: bool) -> str:
    """The body: type, instant, and which directive; the same text at every try.

    Without content unless the webhook asks for it: what a directive says is for those who may see it, and another system is to
    look it up under rights of its own. What is not sent cannot lie about in logs and queues on the way.
    """
    event = due.event
    data: dict[str, Any] = {
        "directive_id": str(event.directive_id),
        "code": due.code,
        "version": event.stream_version,
        "position": due.position,
        "event_id": str(event.event_id),
        "occurred_at": rfc3339(event.occurred_at),
    }
    if with_content:
        data |= {"title": due.title, "event": event.data.model_dump(mode="json")}
    body = {"type": event.data.type, "timestamp": rfc3339(event.recorded_at), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def message_id(webhook_id: UUID, event_id: UUID) -> str:
    """The id of the message: the same at every try, so that a receiver can drop a repeat."""
    return f"msg_{webhook_message_id(webhook_id, event_id).hex}"


def headers(secret: str, identity: str, at: datetime, body: str) -> dict[str, str]:
    """Id, instant of the try and signature of a message; `at` is in UTC."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "dondoc",
        "webhook-id": identity,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(identity, at, body),
    }


async def tell(outbound: Outbound, hook: ActiveWebhook, due: Due, now: datetime) -> Answer:
    """Tell a webhook of an event. CallRefused, CallFailed, ValueError as Outbound.post."""
    body = payload(due, with_content=hook.with_content)
    signed = headers(hook.secret, message_id(hook.webhook_id, due.event.event_id), now, body)
    return await outbound.post(hook.url, body.encode(), signed)
