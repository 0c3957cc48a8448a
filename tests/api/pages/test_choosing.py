"""The choice of notifications, by a form without scripts."""

from domain.channels import Channel, Mode
from storage.choices import mode_of
from tests.api.pages.conftest import Browse
from tests.api.pages.reading import Page
from tests.support.office import Office


async def test_a_choice_is_kept_and_shown(shared: Office, browse: Browse) -> None:
    client = await browse("ct-b")
    form = Page((await client.get("/account/notifications")).text).form("/account/notifications")
    assert form.fields["email"] == ["each"]
    for mode in (Mode.URGENT_ONLY, Mode.EACH):
        answer = await client.post(form.action, data={**form.fields, "email": mode.value})
        assert answer.headers["location"] == "/account/notifications?done=yes"
        page = Page((await client.get(answer.headers["location"])).text)
        assert page.form("/account/notifications").fields["email"] == [mode.value]
        assert "Đã lưu." in page.words
        assert await mode_of(shared.pool, "ct-b", Channel.EMAIL) is mode
    assert "/account/notifications" in Page((await client.get("/account")).text).links


async def test_anything_else_is_refused(shared: Office, browse: Browse) -> None:
    client = await browse("ct-b")
    for data in ({}, {"email": "never"}, {"sms": "off"}):
        assert (await client.post("/account/notifications", data=data)).status_code == 422
    assert await mode_of(shared.pool, "ct-b", Channel.EMAIL) is Mode.EACH
