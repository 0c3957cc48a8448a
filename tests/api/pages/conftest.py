"""Browsers without scripts: clients that carry a session and ask for pages of the shared office; and what auditors look at."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.signing.cookies import COOKIE
from audit.log.keys import KeyFolder
from audit.log.ledger import make_checkpoint
from audit.log.signing import signing_key
from domain.directory import Role
from domain.event_values import SYSTEM
from domain.evolve import fold
from storage.directory import import_people
from storage.log import StoredCheckpoint
from storage.postgres import PostgresEventStore
from storage.sessions import open_session
from storage.store import Commit
from tests.api.pages.reading import Page
from tests.domain.district import person
from tests.domain.happenings import acknowledged, progressed
from tests.storage.commits import after, begun
from tests.support.office import Office
from tests.support.plain_http import TRUST

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
    return httpx.AsyncClient(base_url=office.url, headers=headers, cookies={COOKIE: session}, timeout=30, verify=TRUST)


LONG_AGO = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""tests.domain.clock.START: directives written straight into the record begin here, at 09:00 on the local clock."""


@pytest.fixture(scope="session")
async def late(shared: Office) -> dict[str, str]:
    """A directive whose progress of second 3 came to the record at second 60."""
    store = PostgresEventStore(shared.pool)
    first = begun(due=1000, code=f"2021/{uuid4().int % 10**9:09d}")
    reported = after(first, acknowledged(at=2), progressed(40, at=3))
    events = tuple(one.model_copy(update={"recorded_at": LONG_AGO + timedelta(seconds=60)}) for one in reported.events)
    state = fold(events, first.state)
    assert state is not None
    await store.append([first])
    await store.append([Commit(reported.command_id, reported.fingerprint, events, state)])
    return {"id": str(first.directive_id), "code": first.state.code}


Sign = Callable[[], Awaitable[StoredCheckpoint]]


@pytest.fixture
async def sign(shared: Office, log_keys: Path) -> Sign:
    """Signs a checkpoint over all that the office has done by then."""

    async def signed() -> StoredCheckpoint:
        return await make_checkpoint(shared.pool, await signing_key(shared.pool, KeyFolder(log_keys), SYSTEM))

    return signed


@pytest.fixture
async def signed(late: dict[str, str], sign: Sign) -> StoredCheckpoint:
    """A checkpoint."""
    return await sign()


@pytest.fixture
async def ward_auditor(shared: Office) -> str:
    """The name of an auditor of the ward P-B alone."""
    name = f"kt-{uuid4().hex[:8]}"
    await import_people(shared.pool, [person(name, Role.AUDITOR, "P-B")])
    return name


async def opened(
    browse: Browse, address: str, asked: Mapping[str, Any] | None = None, *, by: str = "kiem-tra", status: int = 200
) -> Page:
    """The page at an address, with a query if there is one."""
    answer = await (await browse(by)).get(address, params=asked)
    assert answer.status_code == status, answer.text
    return Page(answer.text)


def dashed(directive: dict[str, Any]) -> str:
    """A directive's number as addresses have it."""
    return str(directive["code"]).replace("/", "-")
