"""The API in this process with three routes as pages have them, and browsers that keep its cookies."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.app import create_app
from api.auth import SignedInWhatever
from api.services import Services
from api.signing.cookies import drop_session, put_session
from api.signing.entry import SignedInAs, change_password, sign_in, sign_out
from api.signing.passwords import Passwords
from settings import Settings
from storage.passwords import set_password
from storage.pool import Pool

PASSWORD = "mưa rơi trên phố"
SITE = "http://dondoc.example:8080"
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""The same algorithm with parameters that no one should use."""


@dataclass
class House:
    """The API at work, and the database behind it."""

    app: FastAPI
    pool: Pool
    url: str
    held: AsyncExitStack = field(repr=False)

    @property
    def services(self) -> Services:
        found: Services = self.app.state.services
        return found

    async def browser(
        self, site: str = SITE, address: str = "10.0.0.7", *, page: str | None = None
    ) -> httpx.AsyncClient:
        """A browser at this address on a page of `page` (else of the site) that speaks to the site."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 50_000)),
            base_url=site,
            headers={"Origin": page or site},
        )
        return await self.held.enter_async_context(client)

    async def give(self, username: str, password: str = PASSWORD, *, must_change: bool = False) -> None:
        """Give somebody a password."""
        hashed = await self.services.passwords.hashed(password)
        await set_password(self.pool, username, hashed, must_change=must_change)

    async def signed_in(self, username: str = "tp-nv", **where: Any) -> httpx.AsyncClient:
        """A browser in which somebody has just signed in."""
        browser = await self.browser(**where)
        answer = await enter(browser, username)
        assert answer.status_code == 200, answer.text
        return browser


async def enter(browser: httpx.AsyncClient, username: str = "tp-nv", password: str = PASSWORD) -> httpx.Response:
    """Send the form."""
    return await browser.post("/test/sign-in", json={"username": username, "password": password})


async def leave(browser: httpx.AsyncClient) -> httpx.Response:
    """Press the button for signing out."""
    return await browser.post("/test/sign-out")


async def choose(browser: httpx.AsyncClient, new: str, current: str = PASSWORD) -> httpx.Response:
    """Send the form for another password."""
    return await browser.post("/test/password", json={"current": current, "new": new})


Open = Callable[..., Awaitable[House]]


@pytest.fixture
async def open_house(
    database_url: str, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Open]:
    """Opens the API with these settings. Temporal is away: nothing here asks it."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    async with AsyncExitStack() as held:

        async def opened(**settings: Any) -> House:
            app = create_app(Settings(database_url=database_url, objects=str(tmp_path / "objects"), **settings))
            _add_pages(app)
            await held.enter_async_context(app.router.lifespan_context(app))
            app.state.services.passwords.close()
            app.state.services.passwords = Passwords(QUICK)
            return House(app, pool, database_url, held)

        yield opened


@pytest.fixture
async def house(open_house: Open) -> House:
    """The API with nothing configured, where two people have a password."""
    house = await open_house()
    await house.give("tp-nv")
    await house.give("cv-nv")
    return house


def _add_pages(app: FastAPI) -> None:
    def answer(request: Request, done: SignedInAs) -> Response:
        response = JSONResponse({"must_change": done.must_change})
        put_session(response, request, done.session)
        return response

    @app.post("/test/sign-in")
    async def enter_page(request: Request) -> Response:
        form = await request.json()
        return answer(request, await sign_in(request, form["username"], form["password"]))

    @app.post("/test/sign-out")
    async def leave_page(request: Request) -> Response:
        await sign_out(request)
        response = JSONResponse({})
        drop_session(response, request)
        return response

    @app.post("/test/password")
    async def password_page(request: Request, caller: SignedInWhatever) -> Response:
        form = await request.json()
        return answer(request, await change_password(request, caller, form["current"], form["new"]))
