"""What goes out of the house by the clock: digests, webhooks, chat channels; put together for a worker from its settings."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from activities.chat import EVENTS, Chat
from activities.digests import Digests
from activities.outbound import Outbound
from activities.outbox import Outbox, Tell
from activities.smtp import Mailer, SmtpTarget
from activities.webhooks import tell
from domain.outbound import allowed_in
from settings import Settings
from storage.pool import Pool
from storage.reference import ReferenceCache
from storage.webhooks import keep_chat_targets

Look = tuple[str, Callable[[], Awaitable[object]], float]
"""A name, what is done, and seconds from its end to the next time."""

DIGEST_EVERY_SECONDS = 60.0
OUTBOX_EVERY_SECONDS = 2.0
FORGET_EVERY_SECONDS = 3600.0


def mailer_of(settings: Settings) -> Mailer | None:
    """The way to the mail server; None where none is configured."""
    return Mailer(SmtpTarget.from_url(settings.smtp_url, settings.mail_from)) if settings.smtp_url else None


def looks_outside(pool: Pool, settings: Settings) -> list[Look]:
    """The looks that a worker takes again and again. ChatMisconfigured for channels that cannot be used."""
    allowed = allowed_in(settings.outbound_allowed)
    outbound = Outbound(allowed)
    tells: dict[str, Tell] = {"webhook": partial(tell, outbound)}
    chat = Chat(settings.chat_urls, outbound, allowed, settings.public_url) if settings.chat_urls else None
    if chat is not None:
        tells["chat"] = chat.tell
    outbox = Outbox(pool, tells, _now)
    looks: list[Look] = [
        (
            "keep_chat_targets",
            partial(keep_chat_targets, pool, chat.shown if chat else {}, EVENTS),
            FORGET_EVERY_SECONDS,
        ),
        ("tell_webhooks", outbox.go_round, OUTBOX_EVERY_SECONDS),
        ("forget_deliveries", outbox.forget, FORGET_EVERY_SECONDS),
    ]
    mailer = mailer_of(settings)
    if mailer is not None:
        digests = Digests(pool, ReferenceCache(pool), mailer, _now, settings.public_url)
        looks.append(("send_digests", digests.send_due, DIGEST_EVERY_SECONDS))
    return looks


def _now() -> datetime:
    return datetime.now(UTC)
