"""Real Chromium looking at the shared office: a context of its own for each person, and nothing in its console."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from api.signing.cookies import COOKIE
from storage.sessions import open_session
from tests.support.office import Office

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

Look = Callable[..., Awaitable[Page]]
"""From a username (None: nobody) and options of the context to a page of that person's own browser."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium where there is one, else Playwright's own."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    return {"executable_path": found, "args": arguments} if found else {"args": arguments}


@pytest.fixture
async def look(shared: Office, browser: Browser) -> AsyncIterator[Look]:
    """Browsers of people; afterwards none of them may have anything in its console."""
    contexts, said = [], []

    async def as_(username: str | None, **options: Any) -> Page:
        given = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": {"width": 1440, "height": 900}}
        context = await browser.new_context(base_url=shared.url, **{**given, **options})
        contexts.append(context)
        if username is not None:
            hour = timedelta(hours=1)
            session = await open_session(shared.pool, username, "test", idle=hour, lasts=hour)
            await context.add_cookies([{"name": COOKIE, "value": session, "url": shared.url, "httpOnly": True}])
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        return page

    yield as_
    for context in contexts:
        await context.close()
    assert said == []
