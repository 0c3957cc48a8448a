"""Real Chromium looking at an office: a context of its own for each person, and nothing in its console.

The office is the browsers' own: what hundreds of other tests leave on a desk would only make its pages long.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page
from temporalio.client import Client

from api.signing.cookies import COOKIE
from embedded.postgres import EmbeddedPostgres
from settings import Settings
from storage.pool import open_pool
from storage.sessions import open_session
from tests.api.browser.scene import Scene, set_scene
from tests.support.office import Office, office

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

Look = Callable[..., Awaitable[Page]]
"""From a username (None: nobody) and options of the context to a page of that person's own browser."""
Glance = Callable[[str | None], Awaitable[Page]]
"""The same without options, and in a browser that is open already."""


@pytest.fixture(scope="session")
async def shared(
    postgres: EmbeddedPostgres,
    template_database: str,
    temporal_address: str,
    temporal_client: Client,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Office]:
    """The office, in the place of the one that the other tests of the API share."""
    admin = await asyncpg.connect(postgres.maintenance_url)
    await admin.execute(f'create database "browsers" template "{template_database}"')
    url = postgres.url.replace("/dondoc?", "/browsers?")
    pool = await open_pool(url)
    settings = Settings(
        database_url=url, task_queue="browsers", objects=str(tmp_path_factory.mktemp("objects")), keys=None
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMPORAL_ADDRESS", temporal_address)
        async with office(settings, pool, temporal_client) as opened:
            yield opened
    await pool.close()
    await admin.execute('drop database "browsers" with (force)')
    await admin.close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium where there is one, else Playwright's own."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    return {"executable_path": found, "args": arguments} if found else {"args": arguments}


def _told(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


def _is_own_answer(message: ConsoleMessage) -> bool:
    """Whether Chromium only says that the page itself was answered with 4xx, which is what its words are for."""
    return (
        "Failed to load resource" in message.text
        and message.page is not None
        and message.location["url"] == message.page.url
    )


class Browsers:
    """Opens browsers of people at the office, and holds what stands in their consoles."""

    def __init__(self, office: Office, browser: Browser) -> None:
        self._office, self._browser = office, browser
        self.contexts: list[BrowserContext] = []
        self.said: list[str] = []
        self.pages: dict[str | None, Page] = {}
        """Of those who look again and again."""

    async def open(self, username: str | None, *, console: bool = True, **options: Any) -> Page:
        """A browser of this person's own (None: of nobody); of `console` nothing is held where the connection is cut on purpose."""
        given = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": {"width": 1440, "height": 900}}
        context = await self._browser.new_context(base_url=self._office.url, **{**given, **options})
        self.contexts.append(context)
        if username is not None:
            hour = timedelta(hours=1)
            session = await open_session(self._office.pool, username, "test", idle=hour, lasts=hour)
            await context.add_cookies([{"name": COOKIE, "value": session, "url": self._office.url, "httpOnly": True}])
        page = await context.new_page()
        page.set_default_timeout(10_000)
        if console:
            page.on("console", lambda one: self.said.append(_told(one)) if not _is_own_answer(one) else None)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        return page


@asynccontextmanager
async def _browsers(office: Office, browser: Browser) -> AsyncIterator[Browsers]:
    opened = Browsers(office, browser)
    yield opened
    for context in opened.contexts:
        await context.close()
    assert opened.said == []


@pytest.fixture
async def look(shared: Office, browser: Browser) -> AsyncIterator[Look]:
    """Browsers of people; afterwards none of them may have anything in its console."""
    async with _browsers(shared, browser) as opened:
        yield opened.open


@pytest.fixture(scope="module")
async def held(shared: Office, browser: Browser) -> AsyncIterator[Browsers]:
    """Browsers that stay open from test to test."""
    async with _browsers(shared, browser) as opened:
        yield opened


@pytest.fixture
async def glance(held: Browsers) -> AsyncIterator[Glance]:
    """The same as `look` for tests that only look: whoever looked before goes on in the same browser, which costs half."""

    async def as_(username: str | None) -> Page:
        if username not in held.pages:
            held.pages[username] = await held.open(username)
        return held.pages[username]

    yield as_
    said = held.said[:]
    held.said.clear()  # one test tells of it, not all that follow
    assert said == []


@pytest.fixture(scope="session")
async def scene(shared: Office) -> Scene:
    """The directives that pages are looked at with."""
    return await set_scene(shared)
