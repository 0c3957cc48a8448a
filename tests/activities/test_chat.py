"""Chat channels through apprise, to a real server: from the outbox, under the guard, and clear about a missing extra."""

import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from starlette.responses import RedirectResponse, Response

from activities.chat import EVENTS, Chat, ChatMisconfigured
from activities.outbound import Outbound
from activities.outbox import Outbox
from activities.outside import looks_outside
from domain.commands import Acknowledge
from settings import Settings
from storage.outbox import deliveries_in
from storage.webhooks import keep_chat_targets, webhooks_kept
from tests.activities.notices import Notices
from tests.activities.receiver import Receiver
from tests.audit.witness.serving import listening

pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated:DeprecationWarning"
)  # apprise's own, on 3.11 and 3.12


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def place(receiver: Receiver) -> AsyncIterator[str]:
    """Its host and port."""
    async with listening(receiver.application) as url:
        yield urlsplit(url).netloc


async def told(notices: Notices, urls: str, allowed: frozenset[str]) -> None:
    """A channel is configured, a directive is issued and acknowledged, and the worker looks."""
    chat = Chat(urls, Outbound(allowed), allowed, "https://viec.example")
    await keep_chat_targets(notices.pool, chat.shown, EVENTS)
    request = await notices.issued()
    await notices.record(Acknowledge(), request.directive_id)
    await Outbox(notices.pool, {"chat": chat.tell}, lambda: datetime.now(UTC)).go_round()


async def test_a_channel_is_told_what_happened_and_nothing_of_the_content(
    notices: Notices, receiver: Receiver, place: str
) -> None:
    await told(notices, f"json://{place}/kenh", frozenset({place}))
    (got,) = receiver.got
    body = json.loads(got.body)
    code = await notices.pool.fetchval("select code from directives")
    assert body["title"] == f"[{code}] Giao nhiệm vụ (Directive issued)"
    assert body["message"] == f"https://viec.example/directives/{code.replace('/', '-')}"
    assert "Rà soát" not in got.body.decode()
    (kept,) = await webhooks_kept(notices.pool)
    assert (kept.kind, kept.url, kept.sent) == ("chat", "json://127.0.0.1/…", 1)


async def test_a_channel_that_fails_is_tried_again_and_redirections_lead_nowhere(
    notices: Notices, receiver: Receiver, place: str
) -> None:
    receiver.answers.append(RedirectResponse(f"http://{place}/khac", 307))
    await told(notices, f"json://{place}/kenh?redirect=yes", frozenset({place}))
    (row,) = await deliveries_in(notices.pool, "waiting", 10)
    assert row["error"] == "the channel did not take it"
    assert [got.path for got in receiver.got] == ["/kenh"]
    receiver.answers.append(Response(status_code=204))


@pytest.mark.parametrize("kind", ["json", "jsons", "xml", "forms"])
async def test_the_house_is_refused_unless_listed(notices: Notices, receiver: Receiver, place: str, kind: str) -> None:
    await told(notices, f"{kind}://{place}/kenh", frozenset({"127.0.0.1:1"}))
    (row,) = await deliveries_in(notices.pool, "waiting", 10)
    assert f"list {place} in DONDOC_OUTBOUND_ALLOWED" in row["error"]
    assert receiver.got == []


async def test_services_elsewhere_are_refused_unless_listed(notices: Notices) -> None:
    await told(notices, "tgram://123456789:abcdefg_hijklmnop/12315544/", frozenset())
    (row,) = await deliveries_in(notices.pool, "waiting", 10)
    assert "list tgram:// in DONDOC_OUTBOUND_ALLOWED" in row["error"]
    (kept,) = await webhooks_kept(notices.pool)
    assert kept.url == "tgram://…"


async def test_what_the_configuration_names_no_more_is_told_nothing(notices: Notices, place: str) -> None:
    await told(notices, f"json://{place}/kenh", frozenset({place}))
    await keep_chat_targets(notices.pool, {}, EVENTS)
    assert await webhooks_kept(notices.pool) == []


def test_what_is_no_target_is_told_without_its_secrets() -> None:
    with pytest.raises(ChatMisconfigured, match=r"nonsense://… is no target") as told_why:
        Chat("nonsense://bi-mat@x", Outbound(), frozenset())
    assert "bi-mat" not in str(told_why.value)


async def test_without_the_extra_the_worker_says_what_to_install(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ChatMisconfigured, match=r"pip install 'dondoc\[chat\]'"):
        looks_outside(notices.pool, Settings(chat_urls="json://127.0.0.1/x"))
    names = [name for name, _, _ in looks_outside(notices.pool, Settings())]
    assert names == ["keep_chat_targets", "tell_webhooks", "forget_deliveries"]
    mailing = Settings(smtp_url="smtp://127.0.0.1:25")
    assert looks_outside(notices.pool, mailing)[-1][0] == "send_digests"
