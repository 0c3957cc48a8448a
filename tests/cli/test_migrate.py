"""`dondoc migrate`: once is enough, twice is harmless, and the wrong database is named."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from embedded.postgres import EmbeddedPostgres
from storage.migrate import migrations
from tests.support.command_line import dondoc


@pytest.fixture
async def empty_url(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The URL of a database without anything in it, configured for the commands."""
    name = f"test_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres.maintenance_url)
    await admin.execute(f'create database "{name}"')
    url = postgres.url.replace("/dondoc?", f"/{name}?")
    monkeypatch.setenv("DONDOC_DATABASE_URL", url)
    yield url
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.mark.usefixtures("empty_url")
def test_twice_applies_once() -> None:
    names = [f"{one.number:02}_{one.name}" for one in migrations()]
    assert dondoc("migrate", "--json").succeeded().json == {"applied": names}
    assert dondoc("migrate", "--json").succeeded().json == {"applied": []}
    assert "nothing to apply" in dondoc("migrate").succeeded().out
    assert dondoc("list", "--json").succeeded().json == {"items": [], "total": 0}


async def test_a_database_of_a_newer_program_is_refused(empty_url: str) -> None:
    import asyncio

    (await asyncio.to_thread(dondoc, "migrate")).succeeded()
    connection = await asyncpg.connect(empty_url)
    await connection.execute("insert into schema_migrations (number, name, checksum) values (99, 'later', 'x')")
    await connection.close()
    (await asyncio.to_thread(dondoc, "migrate")).ended(1, "newer than this program")


def test_a_database_that_is_away_ends_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", "postgresql://dondoc@127.0.0.1:1/x")
    dondoc("migrate").ended(3, "cannot reach what is needed")
