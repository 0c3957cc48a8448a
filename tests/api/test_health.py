"""Alive and ready: alive as long as the process answers, ready when the record and Temporal do."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from api.app import KEEP_ALIVE_SECONDS
from embedded.postgres import EmbeddedPostgres
from embedded.temporal import free_port
from settings import Settings
from tests.support.office import Office, api_served


async def asked(url: str) -> tuple[httpx.Response, httpx.Response]:
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        return await client.get("/livez"), await client.get("/readyz")


async def not_ready(url: str) -> dict[str, Any]:
    """What /readyz says of a process that lives and is not ready."""
    alive, ready = await asked(url)
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert ready.status_code == 503
    assert int(ready.headers["retry-after"]) > 0
    found: dict[str, Any] = ready.json()
    return found


async def test_it_is_alive_and_ready(shared: Office) -> None:
    alive, ready = await asked(shared.url)
    assert (alive.status_code, ready.status_code) == (200, 200)
    assert ready.json() == {"record": "ok", "temporal": "ok"}


@pytest.fixture
async def empty_url(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A database without a table."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres.maintenance_url)
    await admin.execute(f'create database "{name}"')
    yield postgres.url.replace("/dondoc?", f"/{name}?")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


async def test_without_temporal_it_is_not_ready(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    async with api_served(settings) as url:
        state = await not_ready(url)
    assert state["record"] == "ok"
    assert state["temporal"].startswith("away")


async def test_without_the_record_it_is_not_ready(settings: Settings) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    async with api_served(settings.model_copy(update={"database_url": nowhere})) as url:
        state = await not_ready(url)
    assert state["record"].startswith("away")
    assert state["temporal"] == "ok"


async def test_before_the_migration_it_is_not_ready(settings: Settings, empty_url: str) -> None:
    async with api_served(settings.model_copy(update={"database_url": empty_url})) as url:
        assert (await not_ready(url))["record"].startswith("away")


def test_an_idle_connection_is_let_go_by_clients_before_the_api_closes_it() -> None:
    """Otherwise a request can meet a connection that is just being closed."""
    expiry = httpx.Limits().keepalive_expiry
    assert expiry is not None
    assert expiry * 2 < KEEP_ALIVE_SECONDS
