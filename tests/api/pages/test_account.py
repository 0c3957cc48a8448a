"""One's own account: password, browsers, tokens; by forms."""

from pwdlib import PasswordHash

from storage.passwords import set_password
from tests.api.pages.conftest import Browse, browser
from tests.api.pages.reading import Page
from tests.support.office import Office

OLD, NEW = "mật khẩu cũ 2025", "mật khẩu mới 2026"


async def test_another_password(shared: Office) -> None:
    await set_password(shared.pool, "ct-b", PasswordHash.recommended().hash(OLD), must_change=True)
    async with await browser(shared, "ct-b") as client, await browser(shared, "ct-b") as elsewhere:
        assert (await client.get("/")).headers["location"] == "/account/password"
        for body, fault in (
            ({"current": "sai", "new": NEW, "again": NEW}, "current-fault"),
            ({"current": OLD, "new": "ngắn", "again": "ngắn"}, "new-fault"),
            ({"current": OLD, "new": NEW, "again": "khác"}, "again-fault"),
        ):
            answer = await client.post("/account/password", data=body)
            assert answer.status_code == 422
            assert fault in Page(answer.text).ids
            assert NEW not in answer.text
        done = await client.post("/account/password", data={"current": OLD, "new": NEW, "again": NEW})
        assert done.headers["location"] == "/account?done=password"
        assert (await client.get("/account")).status_code == 200
        assert (await elsewhere.get("/")).headers["location"].startswith("/sign-in")


async def test_tokens_and_browsers_are_ended(shared: Office, browse: Browse) -> None:
    client = await browse("cv-tnmt")
    made = await client.post("/account/tokens", data={"label": "máy quét <b>", "days": "30"})
    assert made.status_code == 200
    token = made.text.split("<code>")[1].split("</code>")[0]
    asked = await client.get(f"{shared.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert asked.json()["username"] == "cv-tnmt"
    page = Page((await client.get("/account")).text)
    assert "máy quét <b>" in page.words
    key = page.form("/account/tokens/revoke").fields["key"][0]
    assert (await (await browse("cv-nv")).post("/account/tokens/revoke", data={"key": key})).status_code == 404
    assert (await client.post("/account/tokens/revoke", data={"key": key})).status_code == 303
    refused = await client.get(f"{shared.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 401
    bad = await client.post("/account/tokens", data={"label": "", "days": "nhiều"})
    assert bad.status_code == 422
    assert {"label-fault", "days-fault"} <= set(Page(bad.text).ids)
    async with await browser(shared, "cv-tnmt") as other:
        assert (await other.get("/")).status_code == 200
        keys = Page((await client.get("/account")).text).form("/account/sessions/end").fields["key"]
        assert (await client.post("/account/sessions/end", data={"key": keys[0]})).status_code == 303
        assert (await other.get("/")).status_code == 303
