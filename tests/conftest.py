"""Real servers for the whole session; a database of its own, copied from a migrated template, for every test."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import structlog
from temporalio.client import Client

from domain.calendar import SHIPPED
from domain.directory_import import imported_people, imported_units
from domain.validity import DatedDirectory
from embedded import temporal
from embedded.postgres import EmbeddedPostgres, embedded_postgres_at
from settings import Settings
from storage.calendar import store_decision
from storage.directory import put_changes
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.queries import sql
from tests.support.district import PEOPLE, POLICIES, UNITS
from tests.support.office import Office, office
from tests.support.s3_server import S3Server, s3_served
from workflows.converter import DATA_CONVERTER

# Tests cause defects on purpose. To print each with its locals, as structlog does by default, takes more than a second.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


_MEMORY, _ENOUGH = Path("/dev/shm"), 2_000_000_000  # noqa: S108 - a folder with a random name, for its owner alone, is made in it


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server of the session's own, outside pytest's folder: a second session closes that to other users."""
    with _folder_of_record() as folder, embedded_postgres_at(Path(folder)) as server:
        asyncio.run(_without_waiting_for_the_disk(server))
        yield server


@pytest.fixture(scope="session")
async def template_database(postgres: EmbeddedPostgres) -> str:
    """A migrated database with the test district, to copy from."""
    await _execute(postgres, 'create database "template_dondoc"')
    url = _url(postgres, "template_dondoc")
    await migrate(url)
    pool = await open_pool(url, size=2)
    # Without the events of these changes: positions in the tests' records begin with the first directive.
    async with pool.acquire() as connection, connection.transaction():
        await put_changes(connection, imported_units(DatedDirectory(), UNITS, date.max))
        await put_changes(connection, imported_people(DatedDirectory.always(UNITS), PEOPLE, date.max))
        await connection.executemany(sql("set_user_email"), [(p.username, p.email) for p in PEOPLE])
    await pool.executemany(sql("put_policy"), [(p.code, p.version, p.model_dump_json()) for p in POLICIES])
    for decision in SHIPPED:
        await store_decision(pool, decision)
    await pool.close()
    return "template_dondoc"


@pytest.fixture
async def database_url(postgres: EmbeddedPostgres, template_database: str) -> AsyncIterator[str]:
    """The URL of a database of the test's own."""
    name = f"test_{uuid4().hex[:12]}"
    await _execute(postgres, f'create database "{name}" template "{template_database}" strategy file_copy')
    yield _url(postgres, name)
    await _execute(postgres, f'drop database "{name}" with (force)')


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Program connections to the test's database."""
    opened = await open_pool(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def temporal_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Temporal dev server of the session's own, as the embedded default runs it."""
    port = temporal.free_port()
    server = temporal.start(tmp_path_factory.mktemp("temporal"), port)
    try:
        asyncio.run(temporal.wait_ready(port))
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
async def temporal_client(temporal_address: str) -> Client:
    """A client to the session's Temporal."""
    return await Client.connect(temporal_address, data_converter=DATA_CONVERTER)


@pytest.fixture
def task_queue() -> str:
    """A task queue that no other test uses."""
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture
async def settings(
    database_url: str, temporal_address: str, task_queue: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Settings:
    """The programs' settings for the test's own database, queue and files; workflows run in the SDK's sandbox."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    objects = str(tmp_path / "objects")
    return Settings(database_url=database_url, task_queue=task_queue, objects=objects, workflow_sandbox=True)


@pytest.fixture
async def running_office(settings: Settings, pool: Pool, temporal_client: Client) -> AsyncIterator[Office]:
    """API and worker at work for the test."""
    async with office(settings, pool, temporal_client) as opened:
        yield opened


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """An S3 server of the session's own."""
    with s3_served(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="session")
def repo() -> Path:
    """The project's folder."""
    return Path(__file__).parent.parent


def _folder_of_record() -> tempfile.TemporaryDirectory[str]:
    """In memory where there is room for the databases of all processes: on a disk, making one takes twenty times as long."""
    fits = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ENOUGH
    return tempfile.TemporaryDirectory(prefix="dondoc-pg-", dir=_MEMORY if fits else None)


async def _without_waiting_for_the_disk(server: EmbeddedPostgres) -> None:
    """Hundreds of databases are made and dropped; none has to outlive a loss of power. Servers that tests kill are their own."""
    connection = await asyncpg.connect(server.maintenance_url)
    try:
        for name in ("fsync", "full_page_writes"):
            await connection.execute(f"alter system set {name} = off")
        await connection.execute("select pg_reload_conf()")
    finally:
        await connection.close()


async def _execute(server: EmbeddedPostgres, statement: str) -> None:
    connection = await asyncpg.connect(server.maintenance_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _url(server: EmbeddedPostgres, database: str) -> str:
    return server.url.replace("/dondoc?", f"/{database}?")
