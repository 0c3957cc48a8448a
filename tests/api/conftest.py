"""One office for most tests of the HTTP side: they only add directives of their own and look at those."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from temporalio.client import Client

from embedded.postgres import EmbeddedPostgres
from settings import Settings
from storage.pool import Pool, open_pool
from tests.support.office import Office, office


@pytest.fixture(scope="session")
async def shared_url(postgres: EmbeddedPostgres, template_database: str) -> AsyncIterator[str]:
    """The URL of the shared office's database, as its owner reaches it."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres.maintenance_url)
    await admin.execute(f'create database "{name}" template "{template_database}"')
    yield postgres.url.replace("/dondoc?", f"/{name}?")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture(scope="session")
async def shared_pool(shared_url: str) -> AsyncIterator[Pool]:
    """Program connections to it."""
    opened = await open_pool(shared_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def shared_queue() -> str:
    """Its task queue."""
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def shared_objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its files."""
    return tmp_path_factory.mktemp("objects")


@pytest.fixture(scope="session")
def log_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its log's key, for tests that sign checkpoints."""
    return tmp_path_factory.mktemp("log-keys")


@pytest.fixture(scope="session")
async def shared(
    shared_url: str,
    shared_pool: Pool,
    shared_queue: str,
    shared_objects: Path,
    temporal_address: str,
    temporal_client: Client,
) -> AsyncIterator[Office]:
    """The office. Nothing in it comes due within the tests, so only their own commands make events."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMPORAL_ADDRESS", temporal_address)
        settings = Settings(database_url=shared_url, task_queue=shared_queue, objects=str(shared_objects))
        async with office(settings, shared_pool, temporal_client) as opened:
            yield opened


@pytest.fixture
async def unchanged(shared: Office) -> AsyncIterator[None]:
    """The record is after the test as it was before: no directive more, no event more."""
    leader = await shared.as_("chu-tich")
    total = (await leader.get("/directives")).json()["total"]
    head = await shared.pool.fetchval("select position from log_head")
    yield
    assert (await leader.get("/directives")).json()["total"] == total
    assert (await leader.get("/events", params={"after": head})).json()["items"] == []
