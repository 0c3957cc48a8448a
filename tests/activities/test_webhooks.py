"""Webhooks: what happens is told to a real server, signed, at least once, ever later, and given up after days."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from pydantic import ValidationError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from starlette.responses import Response
from structlog.testing import capture_logs

from activities.outbound import Outbound
from activities.outbox import KEPT_FOR, PAUSES, TOGETHER, TRIED_FOR, Outbox, Tell
from activities.outside import looks_outside
from activities.webhooks import tell
from domain.commands import Acknowledge, Comment
from domain.event_values import SYSTEM
from settings import Settings
from storage.outbox import deliveries_in, send_again
from storage.reference import adopt_policies
from storage.webhooks import add_webhook, set_state, webhooks_kept
from tests.activities.notices import Notices
from tests.activities.receiver import Receiver
from tests.audit.witness.serving import listening
from tests.support.district import POLICIES


class Hooks:
    """A receiver, and the worker's rounds under a clock of the test's own."""

    def __init__(self, notices: Notices, receiver: Receiver, url: str) -> None:
        self.notices, self.receiver, self.url = notices, receiver, url
        self.pool = notices.pool
        self.now = datetime.now(UTC)
        self.secrets: dict[UUID, str] = {}
        self.allowed = frozenset({urlsplit(url).netloc})

    async def add(self, *events: str, with_content: bool = False) -> UUID:
        """A webhook at the receiver."""
        one, secret = await add_webhook(self.pool, f"{self.url}/vao", events, with_content=with_content, by="quan-tri")
        self.secrets[one] = secret
        return one

    async def round(self, outbound: Outbound | None = None) -> None:
        """A worker's look."""
        tells = {"webhook": partial(tell, outbound or Outbound(self.allowed))}
        await Outbox(self.pool, tells, lambda: self.now).go_round()

    async def all_due(self) -> None:
        """Time passes until everything is to be tried again."""
        await self.pool.execute("update webhook_deliveries set next_try_at = now() where state = 'waiting'")

    async def standing(self, one: UUID) -> tuple[int, int, int]:
        """Waiting, sent, dead."""
        (kept,) = [hook for hook in await webhooks_kept(self.pool) if hook.webhook_id == one]
        return kept.waiting, kept.sent, kept.dead

    def told(self) -> list[dict[str, Any]]:
        """The bodies that came."""
        return [json.loads(got.body) for got in self.receiver.got]


@pytest.fixture
async def hooks(notices: Notices) -> AsyncIterator[Hooks]:
    receiver = Receiver()
    async with listening(receiver.application) as url:
        yield Hooks(notices, receiver, url)


async def test_an_event_is_told_once_signed_and_without_its_content(hooks: Hooks) -> None:
    one = await hooks.add()
    request = await hooks.notices.issued()
    for _ in range(2):
        await hooks.round()
    (got,) = hooks.receiver.got
    body = Webhook(hooks.secrets[one]).verify(got.body, got.headers)
    state = await hooks.pool.fetchrow("select code, title from directives")
    assert state is not None
    event = (await hooks.notices.events(request))[0]
    assert body["type"] == "DirectiveIssued"
    assert body["data"] == {
        "directive_id": str(request.directive_id),
        "code": state["code"],
        "version": 1,
        "position": 1,
        "event_id": str(event.event_id),
        "occurred_at": body["data"]["occurred_at"],
    }
    assert datetime.fromisoformat(body["data"]["occurred_at"]) == event.occurred_at
    assert state["title"] not in got.body.decode()
    assert got.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(hooks.secrets[one]).verify(got.body.replace(b"Issued", b"Missed"), got.headers)
    assert await hooks.standing(one) == (0, 1, 0)


async def test_a_worker_tells_them_by_its_own_settings(hooks: Hooks) -> None:
    await hooks.add()
    await hooks.notices.issued()
    settings = Settings(outbound_allowed=f"10.0.0.5:80, {urlsplit(hooks.url).netloc}")
    looks = {name: look for name, look, _ in looks_outside(hooks.pool, settings)}
    await looks["tell_webhooks"]()
    assert [body["type"] for body in hooks.told()] == ["DirectiveIssued"]


async def test_content_comes_where_it_is_asked_for(hooks: Hooks) -> None:
    await hooks.add(with_content=True)
    await hooks.notices.issued()
    await hooks.round()
    (body,) = hooks.told()
    assert body["data"]["title"] == "Rà soát hồ sơ cán bộ"
    assert body["data"]["event"]["content"] == "Rà soát, bổ sung hồ sơ cán bộ của các phòng."


async def test_only_the_types_that_were_chosen_from_then_on(hooks: Hooks) -> None:
    request = await hooks.notices.issued()
    await hooks.add("DirectiveAcknowledged", "Commented")
    for command in (Comment(text="Đã rõ"), Acknowledge(), Comment(text="Xong")):
        await hooks.notices.record(command, request.directive_id)
    await hooks.notices.issued()
    await hooks.round()
    told = [(body["type"], body["data"]["position"]) for body in hooks.told()]
    assert sorted(told, key=lambda one: one[1]) == [("Commented", 2), ("DirectiveAcknowledged", 3), ("Commented", 4)]


async def test_events_of_registries_are_passed_over(hooks: Hooks) -> None:
    one = await hooks.add()
    await adopt_policies(hooks.pool, [POLICIES[0].model_copy(update={"version": POLICIES[0].version + 1})], SYSTEM)
    await hooks.notices.issued()
    await hooks.round()
    assert [body["data"]["position"] for body in hooks.told()] == [2]
    assert await hooks.standing(one) == (0, 1, 0)
    head = await hooks.pool.fetchval("select position from log_head")
    assert await hooks.pool.fetchval("select position from webhooks") == head


async def test_what_is_not_taken_is_tried_again_ever_later_under_the_same_id(hooks: Hooks) -> None:
    one = await hooks.add()
    await hooks.notices.issued()
    for tries, pause in enumerate(PAUSES[:3], 1):
        hooks.receiver.answers.append(Response(f"lỗi {tries}", 500))
        await hooks.round()
        await hooks.round()
        assert len(hooks.receiver.got) == tries, "not before its time"
        (row,) = await deliveries_in(hooks.pool, "waiting", 10)
        assert (row["tries"], row["answered"], row["error"]) == (tries, 500, f"HTTP 500 lỗi {tries}")
        assert row["next_try_at"] == hooks.now + pause
        await hooks.all_due()
    await hooks.round()
    assert await hooks.standing(one) == (0, 1, 0)
    ids = {(got.headers["webhook-id"], got.body) for got in hooks.receiver.got}
    assert len(ids) == 1
    assert all(Webhook(hooks.secrets[one]).verify(got.body, got.headers) for got in hooks.receiver.got)


async def test_after_days_it_is_given_up_and_sent_again_by_hand(hooks: Hooks) -> None:
    one = await hooks.add()
    await hooks.notices.issued()
    hooks.receiver.answers.extend([Response(status_code=503)] * 2)
    await hooks.round()
    hooks.now += TRIED_FOR
    await hooks.all_due()
    await hooks.round()
    assert await hooks.standing(one) == (0, 0, 1)
    (row,) = await deliveries_in(hooks.pool, "dead", 10)
    await hooks.all_due()
    await hooks.round()
    assert len(hooks.receiver.got) == 2
    assert await send_again(hooks.pool, one, row["position"] + 1) == 0
    assert await send_again(hooks.pool, one, row["position"]) == 1
    hooks.now = datetime.now(UTC)
    await hooks.round()
    assert await hooks.standing(one) == (0, 1, 0)
    assert await send_again(hooks.pool, one) == 0


async def test_who_is_gone_is_left_alone(hooks: Hooks) -> None:
    one = await hooks.add()
    await hooks.notices.issued()
    hooks.receiver.answers.append(Response(status_code=410))
    await hooks.round()
    (kept,) = await webhooks_kept(hooks.pool)
    assert (kept.state, kept.dead) == ("paused", 1)
    await hooks.notices.issued()
    await hooks.round()
    assert len(hooks.receiver.got) == 1
    await set_state(hooks.pool, one, "active")
    await hooks.round()
    assert len(hooks.receiver.got) == 2, "a paused one goes on where it stopped"


async def test_a_removed_one_is_told_nothing_and_keeps_no_secret(hooks: Hooks) -> None:
    one = await hooks.add()
    await hooks.notices.issued()
    assert await set_state(hooks.pool, one, "removed") is True
    assert await set_state(hooks.pool, one, "active") is False
    await hooks.round()
    assert hooks.receiver.got == []
    assert await hooks.pool.fetchval("select secret from webhooks") == ""
    assert await webhooks_kept(hooks.pool) == []


async def test_the_house_is_not_called_unless_it_is_listed(hooks: Hooks) -> None:
    await hooks.add()
    await hooks.notices.issued()
    await hooks.round(Outbound())
    assert hooks.receiver.got == []
    (row,) = await deliveries_in(hooks.pool, "waiting", 10)
    assert "DONDOC_OUTBOUND_ALLOWED" in row["error"]


async def test_one_that_does_not_answer_holds_up_no_other(hooks: Hooks) -> None:
    deaf, _ = await add_webhook(hooks.pool, "http://127.0.0.1:1/", (), with_content=False, by="quan-tri")
    one = await hooks.add()
    for _ in range(TOGETHER + 2):
        await hooks.notices.issued()
    hooks.allowed |= {"127.0.0.1:1"}
    await hooks.round()
    assert await hooks.standing(one) == (0, TOGETHER + 2, 0)
    assert await hooks.standing(deaf) == (TOGETHER + 2, 0, 0)


async def test_two_workers_at_once_tell_it_once(hooks: Hooks) -> None:
    await hooks.add()
    for _ in range(4):
        await hooks.notices.issued()
    await asyncio.gather(*(hooks.round() for _ in range(3)))
    await hooks.round()
    assert sorted(body["data"]["position"] for body in hooks.told()) == [1, 2, 3, 4]


async def test_a_worker_that_died_within_a_try_leaves_it_to_the_next(hooks: Hooks) -> None:
    one = await hooks.add()
    await hooks.notices.issued()
    dying = _Dying()
    worker = asyncio.create_task(hooks.round(dying))
    await dying.within.wait()
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    assert await hooks.standing(one) == (1, 0, 0)
    await hooks.round()
    assert hooks.receiver.got == [], "it may still be at it"
    await hooks.all_due()
    await hooks.round()
    assert await hooks.standing(one) == (0, 1, 0)


class _Dying(Outbound):
    """A process that is killed: nothing comes back, and nothing is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.within = asyncio.Event()

    async def post(self, *_: Any) -> Any:
        self.within.set()
        await asyncio.Event().wait()


async def test_an_address_that_cannot_be_called_is_put_off_like_any_other(hooks: Hooks) -> None:
    for url in ("https://☃.example/hook", "https://xn--.ạ.example/"):
        await add_webhook(hooks.pool, url, (), with_content=False, by="quan-tri")
    one = await hooks.add()
    await hooks.notices.issued()
    await hooks.round()
    assert await hooks.standing(one) == (0, 1, 0)
    rows = await deliveries_in(hooks.pool, "waiting", 10)
    assert [row["next_try_at"] for row in rows] == [hooks.now + PAUSES[0]] * 2
    assert all(row["error"] for row in rows)


async def test_what_nobody_expected_is_logged_and_put_off_and_holds_up_no_other(hooks: Hooks) -> None:
    chat = await add_webhook(hooks.pool, hooks.url, (), with_content=False, by="quan-tri")
    await hooks.pool.execute("update webhooks set kind = 'chat' where webhook_id = $1", chat[0])
    one = await hooks.add()
    await hooks.notices.issued()

    async def fails(*_: Any) -> Any:
        raise LookupError("hỏng\x00\udcff")

    tells: dict[str, Tell] = {"chat": fails, "webhook": partial(tell, Outbound(hooks.allowed))}
    with capture_logs() as logged:
        await Outbox(hooks.pool, tells, lambda: hooks.now).go_round()
    assert [line["log_level"] for line in logged if line["event"] == "webhook.unexpected"] == ["error"]
    assert await hooks.standing(one) == (0, 1, 0)
    (row,) = await deliveries_in(hooks.pool, "waiting", 10)
    assert (row["error"], row["next_try_at"]) == ("LookupError: hỏng", hooks.now + PAUSES[0])


async def test_a_webhook_whose_queue_fails_holds_up_no_other(hooks: Hooks) -> None:
    broken = await hooks.add()
    await hooks.pool.execute("update webhooks set kind = 'chat'")
    one = await hooks.add()
    await hooks.notices.issued()

    async def slow(*arguments: Any) -> Any:
        await asyncio.sleep(0.05)
        return await tell(Outbound(hooks.allowed), *arguments)

    async def no_answer(*_: Any) -> Any:
        return None

    with capture_logs() as logged:
        await Outbox(hooks.pool, {"chat": no_answer, "webhook": slow}, lambda: hooks.now).go_round()
    assert [line["webhook_id"] for line in logged if line["event"] == "webhook.unexpected"] == [str(broken)]
    assert await hooks.standing(one) == (0, 1, 0), "awaited to its end"


async def test_what_is_long_settled_is_let_go_of(hooks: Hooks) -> None:
    one = await hooks.add()
    await hooks.notices.issued()
    await hooks.round()
    outbox = Outbox(hooks.pool, {}, lambda: hooks.now)
    assert await outbox.forget() == 0
    hooks.now += KEPT_FOR + timedelta(minutes=1)
    assert await outbox.forget() == 1
    assert await hooks.standing(one) == (0, 0, 0)


@pytest.mark.parametrize("listed", ["", "10.0.0.5:8443", "tgram://", " chat.noi-bo:443 , [::1]:80,"])
def test_what_may_be_listed(listed: str) -> None:
    assert Settings(outbound_allowed=listed).outbound_allowed == listed


@pytest.mark.parametrize("listed", ["10.0.0.5", "https://x", "10.0.0.0/8:80", "x:", "x:1;y:2"])
def test_what_may_not(listed: str) -> None:
    with pytest.raises(ValidationError, match="host:port"):
        Settings(outbound_allowed=listed)
