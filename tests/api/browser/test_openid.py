"""The way through a provider in real Chromium: another site, real cookies, our own rules of what a page may lead to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from api.signing.openid.setup import CALLBACK
from embedded.temporal import free_port
from settings import Settings
from tests.support.office import api_served
from tests.support.openid_provider import OpenIDProvider, provider_served


@pytest.fixture
async def site(
    shared_url: str, temporal_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[tuple[str, OpenIDProvider]]:
    """A site at 127.0.0.1 and its provider at localhost: to a browser these are two sites, between which Lax cookies matter."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with provider_served() as provider:
        provider.issuer = provider.issuer.replace("127.0.0.1", "localhost")
        provider.redirect_uris = {url + CALLBACK}
        settings = Settings(
            database_url=shared_url,
            objects=str(tmp_path),
            public_url=url,
            oidc_issuer=provider.issuer,
            oidc_client_id=provider.client_id,
            oidc_client_secret=provider.client_secret,
            oidc_name="Cổng quận",
        )
        async with api_served(settings, port):
            yield url, provider


async def test_in_and_out_again(site: tuple[str, OpenIDProvider], browser: Browser) -> None:
    url, provider = site
    context = await browser.new_context(base_url=url, locale="vi-VN", java_script_enabled=False)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto("/notices")
    await page.click("text=Đăng nhập bằng Cổng quận")
    await page.wait_for_url(f"{url}/notices")
    assert provider.hits["authorize"] == 1
    names = {cookie["name"]: cookie for cookie in await context.cookies()}
    assert [*names] == ["dondoc_session"]
    assert (names["dondoc_session"]["httpOnly"], names["dondoc_session"]["sameSite"]) == (True, "Lax")
    await page.click("text=Đăng xuất")
    await page.wait_for_url(f"{url}/sign-in?left=1")
    assert await page.locator("a[href='/sign-in/openid/leave']").count() == 1
    await page.goto("/notices")
    assert "/sign-in" in page.url
    assert said == []
    await context.close()


@pytest.mark.parametrize("address", ["/sign-in?left=1", f"{CALLBACK}?code=x&state=y"])
async def test_the_page_is_for_everybody(site: tuple[str, OpenIDProvider], browser: Browser, address: str) -> None:
    context = await browser.new_context(base_url=site[0], locale="vi-VN", viewport={"width": 360, "height": 780})
    page: Page = await context.new_page()
    await page.goto(address)
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await context.close()
