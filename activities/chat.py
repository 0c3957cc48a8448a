"""Chat channels of the house through apprise (the extra `chat`): told like webhooks, from the same outbox."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from activities.letters import directive_address
from activities.outbound import SECONDS, Answer, CallFailed, CallRefused, Outbound
from domain.ids import chat_target_id
from domain.outbound import Target
from domain.wording import EVENT_NAMES, named
from storage.outbox import Due
from storage.webhooks import ActiveWebhook

if TYPE_CHECKING:
    from apprise import NotifyBase

EVENTS = ("DirectiveIssued", "DeadlineMissed", "Escalated", "CompletionAccepted", "DirectiveWithdrawn")
"""What a channel is told of: enough to follow, and not every step."""

OWN_SERVERS = frozenset({"json", "xml", "form", "mmost", "rocket", "gotify", "nctalk"})
"""Kinds that call the host in their address by http, or with an "s" at the end by https, and nothing else."""


class ChatMisconfigured(ValueError):
    """What DONDOC_CHAT_URLS names cannot be used; the message says why, without what is secret in it."""


class Chat:
    """The targets that the configuration names."""

    def __init__(self, urls: str, outbound: Outbound, allowed: frozenset[str], public_url: str | None = None) -> None:
        """ChatMisconfigured where the extra is not installed, and for what is no target."""
        self._outbound = outbound
        self._allowed = allowed
        self._public_url = public_url
        self._targets = {chat_target_id(url): (_scheme(url), _target(url)) for url in urls.split()}

    @property
    def shown(self) -> Mapping[UUID, str]:
        """What tells the targets apart, without their secrets."""
        return {one: _shown(scheme, target) for one, (scheme, target) in self._targets.items()}

    async def tell(self, hook: ActiveWebhook, due: Due, now: datetime) -> Answer:  # noqa: ARG002 - as webhooks are told
        """Tell a channel of an event: its name and the directive's number, nothing of the content. CallRefused, CallFailed."""
        held = self._targets.get(hook.webhook_id)
        if held is None:
            raise CallFailed("DONDOC_CHAT_URLS of this worker does not name the channel")
        scheme, target = held
        await self._check(scheme, target)
        kind = due.event.data.type
        title = f"[{due.code}] {named(EVENT_NAMES, kind)} ({named(EVENT_NAMES, kind, 'en')})"
        body = directive_address(self._public_url, due.code) or "Đôn Đốc"
        try:
            async with asyncio.timeout(SECONDS):
                taken = await asyncio.to_thread(target.notify, body=body, title=title)
        except TimeoutError as error:
            raise CallFailed(f"no answer within {SECONDS:.0f} s") from error
        except Exception as error:  # whatever one of a hundred plugins meets holds up no other channel
            raise CallFailed(f"{type(error).__name__} in apprise") from error
        if not taken:
            raise CallFailed("the channel did not take it")
        return Answer(200, b"")

    async def _check(self, scheme: str, target: "NotifyBase") -> None:
        """The same guard as for webhooks, as far as it reaches: apprise looks the name up a second time, by itself.

        Services elsewhere (Telegram, Slack, Zalo …) have addresses that apprise alone knows; they are called only where listed.
        """
        if f"{scheme}://" in self._allowed:
            return
        if scheme.removesuffix("s") not in OWN_SERVERS:
            raise CallRefused(
                f"{scheme}:// is no server of one's own; to use it, list {scheme}:// in DONDOC_OUTBOUND_ALLOWED"
            )
        secure = scheme.endswith("s")
        await self._outbound.checked(
            Target("https" if secure else "http", str(target.host).lower(), target.port or (443 if secure else 80))
        )


def _target(url: str) -> "NotifyBase":
    try:
        from apprise import Apprise, AppriseAsset  # lazily: an extra, and slow to load
    except ImportError as error:
        raise ChatMisconfigured(
            "DONDOC_CHAT_URLS is set, but apprise is not installed: pip install 'dondoc[chat]'"
        ) from error
    target = Apprise.instantiate(url, asset=AppriseAsset(app_id="dondoc", http_redirects=False, secure_logging=True))
    if target is None:
        raise ChatMisconfigured(f"DONDOC_CHAT_URLS: {_scheme(url)}://… is no target that apprise knows")
    target.redirects = False  # an address may ask for them
    return target


def _scheme(url: str) -> str:
    return url.partition("://")[0].lower()


def _shown(scheme: str, target: "NotifyBase") -> str:
    """Of a server of one's own its host; what stands there in other addresses may be a secret."""
    return f"{scheme}://{target.host}/…" if scheme.removesuffix("s") in OWN_SERVERS else f"{scheme}://…"
