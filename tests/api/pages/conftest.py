"""Browsers without scripts: clients that carry a session and ask for pages of the shared office."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from api.signing.cookies import COOKIE
from storage.sessions import open_session
from tests.support.office import Office

Browse = Callable[[str], Awaitable[httpx.AsyncClient]]
"""From a username to a client that is signed in as that person, made once."""


@pytest.fixture
async def browse(shared: Office) -> AsyncIterator[Browse]:
    """Signed-in clients of the shared office's pages. Redirects are not followed."""
    held: dict[str, httpx.AsyncClient] = {}

    async def as_(username: str) -> httpx.AsyncClient:
        if username not in held:
            held[username] = await browser(shared, username)
        return held[username]

    yield as_
    for client in held.values():
        await client.aclose()


async def browser(office: Office, username: str) -> httpx.AsyncClient:
    """A client with a session of `username` in this office."""
    hour = timedelta(hours=1)
    session = await open_session(office.pool, username, "test", idle=hour, lasts=hour)
    headers = {"Accept": "text/html", "Origin": office.url}
    return httpx.AsyncClient(base_url=office.url, headers=headers, cookies={COOKIE: session}, timeout=30)
