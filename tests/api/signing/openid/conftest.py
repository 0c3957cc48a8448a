"""The API with a provider beside it, and browsers that go back and forth between the two."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from api.app import create_app
from api.signing.openid.client import OpenID
from api.signing.openid.setup import CALLBACK, setup_of
from api.signing.passwords import Passwords
from embedded.postgres import EmbeddedPostgres
from settings import Settings
from storage.pool import Pool, open_pool
from tests.api.signing.conftest import QUICK, SITE, House
from tests.support.openid_provider import OpenIDProvider, provider_served


@dataclass
class Way:
    """An API whose people sign in at `provider`."""

    house: House
    provider: OpenIDProvider

    @property
    def pool(self) -> Pool:
        return self.house.pool

    async def browser(self, address: str = "10.0.0.7", site: str = SITE) -> httpx.AsyncClient:
        """A browser that reaches both by their addresses. It follows redirects only where a test says so."""
        transport = httpx.ASGITransport(self.house.app, raise_app_exceptions=False, client=(address, 50_000))
        client = httpx.AsyncClient(
            mounts={site: transport},
            base_url=site,
            headers={"Accept": "text/html", "Origin": site},
            trust_env=False,
            verify=False,  # noqa: S501 - nothing is spoken over TLS here, and reading certificates takes longer than all else
        )
        return await self.house.held.enter_async_context(client)

    async def signed_in(self) -> tuple[httpx.AsyncClient, httpx.Response]:
        """A browser that has gone the whole way, and what it got when it came back."""
        browser = await self.browser()
        return browser, await browser.get(await self.way_back(browser))

    async def way_back(self, browser: httpx.AsyncClient, onward: str = "/account") -> str:
        """The address to which the provider sends this browser back, after setting out."""
        begun = await browser.get("/sign-in/openid", params={"next": onward})
        assert begun.status_code == 303, begun.text
        allowed = await browser.get(begun.headers["location"])
        assert allowed.status_code == 302, allowed.text
        back: str = allowed.headers["location"]
        assert back.startswith(SITE + CALLBACK)
        return back

    async def sessions(self) -> int:
        """How many sessions are open."""
        count: int = await self.pool.fetchval("select count(*) from sessions where ended_at is null")
        return count


def parameters(address: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


OpenWay = Callable[..., Way]


@pytest.fixture(scope="session")
async def openid_house(
    postgres: EmbeddedPostgres, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """One API for all of these tests, with a database of its own. Temporal is away: nothing here asks it."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres.maintenance_url)
    await admin.execute(f'create database "{name}" template "{template_database}"')
    url = postgres.url.replace("/dondoc?", f"/{name}?")
    pool = await open_pool(url, size=2)
    settings = Settings(
        database_url=url,
        objects=str(tmp_path_factory.mktemp("objects")),
        public_url=SITE,
        oidc_issuer="https://nowhere.example",
        oidc_client_id="dondoc",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
        async with AsyncExitStack() as held:
            app = create_app(settings)
            await held.enter_async_context(app.router.lifespan_context(app))
            app.state.services.passwords.close()
            app.state.services.passwords = Passwords(QUICK)
            yield House(app, pool, url, held)
    await pool.close()
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture
async def provider() -> AsyncIterator[OpenIDProvider]:
    """A provider that knows this site."""
    async with provider_served() as served:
        served.redirect_uris = {SITE + CALLBACK}
        yield served


@pytest.fixture
async def open_way(openid_house: House, provider: OpenIDProvider, tmp_path: Path) -> AsyncIterator[OpenWay]:
    """Has the API use the provider under these settings, `mapping` being the text of the file; afterwards nobody is signed in."""
    services = openid_house.services
    held = services.public_url, services.openid
    opened: list[OpenID] = []

    def configure(mapping: str = "", **changes: Any) -> Way:
        file = tmp_path / "mapping.yaml"
        file.write_text(mapping, encoding="utf-8")
        settings = Settings(
            **{
                "public_url": SITE,
                "oidc_issuer": provider.issuer,
                "oidc_client_id": provider.client_id,
                "oidc_client_secret": provider.client_secret,
                "oidc_name": "Cổng quận",
                "oidc_mapping": file if mapping else None,
                **changes,
            }
        )
        setup = setup_of(settings)
        assert setup is not None
        services.public_url, services.openid = settings.public_url, OpenID(setup)
        opened.append(services.openid)
        return Way(openid_house, provider)

    yield configure
    services.public_url, services.openid = held
    for one in opened:
        await one.provider.aclose()
    await openid_house.pool.execute("delete from sessions")
    await openid_house.pool.execute("delete from openid_attempts")


@pytest.fixture
def way(open_way: OpenWay) -> Way:
    """The API at which people of the directory sign in by `preferred_username`."""
    return open_way()
