"""Webhooks and deliveries on the pages: for administrators of the whole house alone, by forms without scripts."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from domain.directory import Role
from storage.directory import import_people
from storage.outbox import claim_deliveries, deliveries_in, queue_deliveries, settle_delivery
from storage.webhooks import set_state, webhooks_kept
from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.domain.district import person
from tests.support.office import Office

ADDRESSES = ("/office/webhooks", "/office/deliveries")


@pytest.fixture(autouse=True)
async def none_left(shared: Office) -> AsyncIterator[None]:
    await none_kept(shared)
    yield
    await none_kept(shared)


async def none_kept(office: Office) -> None:
    for one in await webhooks_kept(office.pool):
        await set_state(office.pool, one.webhook_id, "removed")


async def added(browse: Browse, **fields: object) -> tuple[UUID, str]:
    """A webhook by the form; its id and the secret shown."""
    client = await browse("quan-tri")
    form = Page((await client.get("/office/webhooks")).text).form("/office/webhooks")
    answer = await client.post(form.action, data={**form.fields, "url": "https://nhan.example/vao", **fields})
    assert answer.status_code == 200, answer.text
    secret = answer.text.partition("<code>")[2].partition("</code>")[0]
    action = next(one.action for one in Page(answer.text).forms if one.action.endswith("/pause"))
    return UUID(action.split("/")[-2]), secret


@pytest.mark.parametrize("who", ["chu-tich", "cv-theo-doi", "tp-nv", "cv-nv", "kiem-tra"])
async def test_nobody_else_sees_or_changes_anything(shared: Office, browse: Browse, who: str) -> None:
    one, _ = await added(browse)
    client = await browse(who)
    for address in ADDRESSES:
        assert (await client.get(address)).status_code == 403
    for address in (
        "/office/webhooks",
        f"/office/webhooks/{one}/remove",
        "/office/deliveries/again",
        "/office/deliveries/digest",
    ):
        answer = await client.post(address, data={"url": "https://nhan.example/", "webhook": str(one)})
        assert answer.status_code == 403
    assert len(await webhooks_kept(shared.pool)) == 1


async def test_nor_does_an_administrator_of_a_part(shared: Office, browse: Browse) -> None:
    await import_people(shared.pool, [person("qt-nv", Role.ADMIN, "NV")])
    for address in ADDRESSES:
        assert (await (await browse("qt-nv")).get(address)).status_code == 403


async def test_a_webhook_is_added_paused_resumed_and_removed(shared: Office, browse: Browse) -> None:
    one, secret = await added(browse, events=["DeadlineMissed", "Escalated"], with_content="yes")
    assert secret.startswith("whsec_")
    (kept,) = await webhooks_kept(shared.pool)
    assert (kept.url, kept.events, kept.with_content) == (
        "https://nhan.example/vao",
        ["DeadlineMissed", "Escalated"],
        True,
    )
    client = await browse("quan-tri")
    assert "whsec_" not in (await client.get("/office/webhooks")).text  # shown once
    for act, state in (("pause", "paused"), ("resume", "active")):
        answer = await client.post(f"/office/webhooks/{one}/{act}")
        assert answer.headers["location"] == f"/office/webhooks?done={act}"
        assert [hook.state for hook in await webhooks_kept(shared.pool)] == [state]
    assert (await client.post(f"/office/webhooks/{one}/remove")).status_code == 303
    assert await webhooks_kept(shared.pool) == []
    for act in ("resume", "remove", "explode"):
        assert (await client.post(f"/office/webhooks/{one}/{act}")).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        *("", "nhan.example", "ftp://nhan.example", "https://a:b@nhan.example/", "javascript:alert(1)"),
        *("https://☃.example/hook", "https://xn--.ạ.example/", "https://ﷺ.example/"),
    ],
)
async def test_what_is_no_address_is_told_beside_its_field(shared: Office, browse: Browse, url: str) -> None:
    client = await browse("quan-tri")
    answer = await client.post("/office/webhooks", data={"url": url, "events": ["DeadlineMissed"]})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "url-fault" in page.ids
    assert page.form("/office/webhooks").fields["url"] == [url]
    assert page.form("/office/webhooks").fields["events"] == ["DeadlineMissed"]
    assert await webhooks_kept(shared.pool) == []


async def test_what_was_given_up_is_shown_and_sent_again(shared: Office, browse: Browse) -> None:
    one, _ = await added(browse, events=["DirectiveIssued"])
    directive = await shared.issue(title="Việc được báo")
    await queue_deliveries(shared.pool, one)
    (due,) = await claim_deliveries(shared.pool, one, 10)
    await settle_delivery(shared.pool, one, due.position, "dead", answered=500, error="HTTP 500 <b>hỏng</b>")
    client = await browse("quan-tri")
    text = (await client.get("/office/deliveries")).text
    assert "HTTP 500 &lt;b&gt;hỏng&lt;/b&gt;" in text
    page = Page(text)
    assert directive["code"] in page.words
    form = page.form("/office/deliveries/again")
    for _ in range(2):
        answer = await client.post(form.action, data=form.fields)
        assert answer.headers["location"] == "/office/deliveries?done=again"
    (row,) = await deliveries_in(shared.pool, "waiting", 10)
    assert (row["webhook_id"], row["position"], row["tries"]) == (one, due.position, 0)
    for wrong in ({}, {"webhook": "x"}, {"webhook": str(one), "position": "x"}):
        assert (await client.post(form.action, data=wrong)).status_code == 422


async def test_a_refused_digest_is_shown_and_tried_again(shared: Office, browse: Browse) -> None:
    await shared.pool.execute(
        "insert into digests (username, day, after_position, through_position, claimed_until, outcome, error, settled_at)"
        " values ('ct-b', (now() at time zone 'Asia/Ho_Chi_Minh')::date, 0, 0, now(), 'refused', '550 no such user', now())"
    )
    client = await browse("quan-tri")
    page = Page((await client.get("/office/deliveries")).text)
    assert "550 no such user" in page.words
    form = page.form("/office/deliveries/digest")
    assert (await client.post(form.action, data=form.fields)).status_code == 303
    assert await shared.pool.fetchval("select outcome from digests where username = 'ct-b'") is None
    for wrong in ({"day": "mai"}, {"username": "ct-b\x00"}, {"username": ""}, {"username": "ct b"}):
        assert (await client.post(form.action, data={**form.fields, **wrong})).status_code == 422
