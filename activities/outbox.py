"""The worker's round through the webhooks: queue what has happened, tell what is due, try again ever later, give up after days."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from activities.outbound import Answer, CallFailed, CallRefused
from storage.outbox import Due, claim_deliveries, forget_deliveries, queue_deliveries, settle_delivery
from storage.pool import UNAVAILABLE, Pool
from storage.webhooks import ActiveWebhook, active_webhooks, set_state
from telemetry import WEBHOOKS

log = structlog.get_logger()

T = TypeVar("T")

TOGETHER = 10
"""Calls to one webhook at the same time. So they may arrive in another order; positions tell the order."""
ROUNDS = 20
"""Of so many calls in one look, so that a long queue of one does not keep the others waiting."""
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 7200, 21600))
"""After the first try, the second …; the last one again and again."""
TRIED_FOR = timedelta(days=3)
KEPT_FOR = timedelta(days=30)
GONE = 410
"""The receiver wants nothing any more (RFC 9110, section 15.5.11): Standard Webhooks has it switched off then."""

Tell = Callable[[ActiveWebhook, Due, datetime], Awaitable[Answer]]
"""Tells one webhook of one event; CallRefused, CallFailed or ValueError where no answer came."""


class Outbox:
    """Goes through the webhooks; `tells` says how each kind is told, `clock` gives the instant."""

    def __init__(self, pool: Pool, tells: Mapping[str, Tell], clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._tells = tells
        self._clock = clock

    async def go_round(self) -> None:
        """Queue and tell for every active webhook, each beside the others.

        At least once: a worker that dies between the answer and the note of it leaves the message to be sent again, under the
        same id. What nobody expected of one webhook is logged and keeps none of the others.
        """
        hooks = [hook for hook in await active_webhooks(self._pool) if hook.kind in self._tells]
        await _all_of(self._served(hook) for hook in hooks)

    async def forget(self) -> int:
        """Let go of what was settled long ago; how many there were."""
        return await forget_deliveries(self._pool, self._clock() - KEPT_FOR)

    async def _served(self, hook: ActiveWebhook) -> None:
        try:
            await self._serve(hook)
        except UNAVAILABLE:
            raise
        except Exception:
            log.exception("webhook.unexpected", webhook_id=str(hook.webhook_id))

    async def _serve(self, hook: ActiveWebhook) -> None:
        await queue_deliveries(self._pool, hook.webhook_id)
        for _ in range(ROUNDS):
            due = await claim_deliveries(self._pool, hook.webhook_id, TOGETHER)
            taken = await _all_of(self._try(hook, one) for one in due)
            if len(due) < TOGETHER or not all(taken):
                return  # the others at the next look: an address that does not answer holds up this one alone

    async def _try(self, hook: ActiveWebhook, due: Due) -> bool:
        """Whether it was taken."""
        try:
            answer = await self._tells[hook.kind](hook, due, self._clock())
        except (CallRefused, CallFailed, ValueError) as error:
            await self._not_taken(hook, due, None, str(error))
            return False
        except Exception as error:
            # Noted like any other failure: without that it would be claimed again every minute, for ever.
            log.exception("webhook.unexpected", webhook_id=str(hook.webhook_id), position=due.position)
            await self._not_taken(hook, due, None, f"{type(error).__name__}: {error}")
            return False
        if 200 <= answer.status < 300:
            await settle_delivery(self._pool, hook.webhook_id, due.position, "sent", answered=answer.status)
            WEBHOOKS.labels("sent").inc()
            return True
        await self._not_taken(hook, due, answer.status, f"HTTP {answer.status} {answer.text}".strip())
        return False

    async def _not_taken(self, hook: ActiveWebhook, due: Due, status: int | None, error: str) -> None:
        now = self._clock()
        again = now + PAUSES[min(due.tries, len(PAUSES)) - 1]
        dead = status == GONE or again - due.since > TRIED_FOR
        if status == GONE:
            await set_state(self._pool, hook.webhook_id, "paused")
        log.warning(
            "webhook.not_taken", webhook_id=str(hook.webhook_id), position=due.position, tries=due.tries, error=error
        )
        WEBHOOKS.labels("dead" if dead else "put_off").inc()
        await settle_delivery(
            self._pool,
            hook.webhook_id,
            due.position,
            "dead" if dead else "waiting",
            next_try_at=None if dead else again,
            answered=status,
            error=error,
        )


async def _all_of(what: Iterable[Awaitable[T]]) -> list[T]:
    """The results once all of it has come to its end; so too before the first failure is raised: nothing goes on unawaited."""
    done = await asyncio.gather(*what, return_exceptions=True)
    results: list[T] = []
    for one in done:
        if isinstance(one, BaseException):
            raise one
        results.append(one)
    return results
