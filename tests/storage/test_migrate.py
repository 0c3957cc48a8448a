"""Migrations: each once, in order, wholly or not at all, by one program at a time, and never over a file that changed."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from domain.validity import BEGINNING
from embedded.postgres import EmbeddedPostgres
from storage import migrate as m
from storage.migrate import MigrationError, migrate, migrations, pending
from storage.pool import open_pool
from storage.reference import load_reference

NAMES = [f"{one.number:02}_{one.name}" for one in migrations()]
LATER = f"{len(NAMES) + 1:02}_later"
"""The migration of a version to come."""
LANDED = {
    "01_record.sql": "096b504ad4e3e160c74902ed5dacdec8ad58df44183c205234091147e88fc966",
    "02_read_models.sql": "d2ade559a990b9a7b59d0ebaaa18eb1993829f997593e7dcd5f5b8ca3d264eb0",
    "03_directory.sql": "35b3abc470779f9183744a5c18d15fc9404f7e40c052e31f5dd6663f62f6754a",
    "04_recurring.sql": "b32616486d68f7bead862b24284e531907aa73b888bca321f66db32acf5da3e2",
    "05_files.sql": "27625b2c9383af753f8e21ecfc98fba295f45cc8355072aabd20f8f6d0ef3e9b",
    "06_calendar.sql": "16caa9c7a043d192829a46f46dcf43fba2f26083fee3338dc186d8118a92032f",
    "07_directory_dates.sql": "44ef8e52d21e818d44af83d8b7b22972ebbdd7fee2adb71c6e25ffa1ea82d7d5",
    "08_checkpoints.sql": "8043e8e319a213b55c68eaede3798d046a2500ec03c76e93d17cbfa26d6c5ece",
    "09_reads.sql": "9106b93f7edf79ceb77628b042b59efab6869433f31308b46175b903fd91e9e6",
    "10_contradictions.sql": "d65b72f33f2cb537f491edd34e570a5d22619b9b61c2d1f211f5474eaa64ffb2",
    "11_reconciliation.sql": "2d9cb675b7917f90209657ebe5c67521a99f62bcf9b9f694ebc14ef5334c6444",
    "12_sign_in.sql": "18b876ad4603cb96453331afd0fde09cac4aa52f19845d4223d2da96c732e453",
    "13_lists.sql": "b622b2bef2a7140a068290532d479c170f953e0d735bc8373d74d0eb094b5a44",
    "14_notifications.sql": "32c1187239dd4c1848a0a6d693806eea9cdbd73725c59dc24cfda0c638884988",
    "15_openid.sql": "c7f9d4c34c44b1511fdaedf071ff58cff288e4ffb67ae9f89493ebc32b17230d",
    "16_open_by_deadline.sql": "27e6e2fdba1949786dbce2bdc67f01c724ffd7616e8afe1ac595d8714f5f6893",
}
"""SHA-256 of the migrations that databases out there have been given. Add to it what lands; never change a line."""


@pytest.fixture
async def owner(postgres: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    """The owner of an empty database."""
    name = f"empty_{uuid4().hex[:12]}"
    server = await asyncpg.connect(postgres.maintenance_url)
    await server.execute(f'create database "{name}"')
    connection = await asyncpg.connect(postgres.url.replace("/dondoc?", f"/{name}?"))
    yield connection
    await connection.close()
    await server.execute(f'drop database "{name}" with (force)')
    await server.close()


@pytest.fixture
async def url(postgres: EmbeddedPostgres, owner: asyncpg.Connection) -> str:
    """The URL of the empty database."""
    name = await owner.fetchval("select current_database()")
    return str(postgres.url.replace("/dondoc?", f"/{name}?"))


@pytest.fixture
def folder(tmp_path: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migration files that the program takes for its own."""
    copy = tmp_path / "migrations"
    shutil.copytree(repo / "storage" / "migrations", copy)
    monkeypatch.setattr(m, "files", lambda _package: tmp_path)
    return copy


async def tables(owner: asyncpg.Connection) -> set[str]:
    rows = await owner.fetch("select tablename from pg_tables where schemaname = 'public'")
    return {row["tablename"] for row in rows}


async def relations(owner: asyncpg.Connection) -> set[str]:
    """Tables and indexes."""
    rows = await owner.fetch("select relname from pg_class where relnamespace = 'public'::regnamespace")
    return {row["relname"] for row in rows}


async def test_an_empty_database_gets_every_migration_once(owner: asyncpg.Connection, url: str) -> None:
    assert await pending(url) == NAMES
    assert await migrate(url) == NAMES
    assert await pending(url) == []
    rows = await owner.fetch("select number, name, checksum from schema_migrations order by number")
    assert [(row["number"], row["checksum"]) for row in rows] == [(f.number, f.checksum) for f in migrations()]
    before = await owner.fetch("select * from schema_migrations order by number")
    assert await migrate(url) == []
    assert await owner.fetch("select * from schema_migrations order by number") == before


async def test_two_starts_at_once_do_not_meet(url: str) -> None:
    done = await asyncio.gather(*(migrate(url) for _ in range(3)))
    assert sorted(done) == [[], [], NAMES]


async def test_what_is_missing_is_added_to_what_is_there(owner: asyncpg.Connection, url: str, folder: Path) -> None:
    later = folder / f"{NAMES[-1]}.sql"
    text = later.read_text(encoding="utf-8")
    later.unlink()
    assert await migrate(url) == NAMES[:-1]
    before = await relations(owner)
    later.write_text(text, encoding="utf-8")
    assert await pending(url) == NAMES[-1:]
    assert await migrate(url) == NAMES[-1:]
    assert await relations(owner) - before


async def test_a_directory_without_days_is_taken_to_have_always_been_so(
    owner: asyncpg.Connection, url: str, folder: Path
) -> None:
    (later,) = folder.glob("*_directory_dates.sql")
    held_back = {file: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name >= later.name}
    for file in held_back:
        file.unlink()
    await migrate(url)
    await owner.execute(
        """insert into units (code, name, aliases, kind, parent, place)
           values ('UBQ', 'UBND', '{}', 'office', null, 0), ('NV', 'Nội vụ', '{PNV}', 'department', 'UBQ', 1);
           insert into users (username, full_name, unit, email) values ('a', 'A', 'NV', 'a@x.example'), ('b', 'B', 'UBQ', null);
           insert into user_roles (username, role, unit) values ('a', 'officer', 'NV'), ('a', 'auditor', 'UBQ')"""
    )
    for file, text in held_back.items():
        file.write_text(text, encoding="utf-8")
    await migrate(url)
    pool = await open_pool(url, size=1)
    dated = (await load_reference(pool)).dated
    await pool.close()
    directory = dated.on(BEGINNING)
    assert [unit.model_dump(mode="json") for unit in directory.units.values()] == [
        {"code": "UBQ", "name": "UBND", "aliases": [], "kind": "office", "parent": None},
        {"code": "NV", "name": "Nội vụ", "aliases": ["PNV"], "kind": "department", "parent": "UBQ"},
    ]
    assert {(grant.role, grant.unit) for grant in directory.people["a"].roles} == {
        ("officer", "NV"),
        ("auditor", "UBQ"),
    }
    assert (directory.people["a"].unit, directory.people["a"].email) == ("NV", "a@x.example")
    assert directory.people["b"].roles == ()


async def test_a_file_that_changed_after_it_was_applied_is_refused(url: str, folder: Path) -> None:
    await migrate(url)
    changed = folder / "02_read_models.sql"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(MigrationError, match="02_read_models was changed after it was applied"):
        await migrate(url)


@pytest.mark.parametrize("name", LANDED)
def test_a_migration_that_has_landed_is_never_edited(repo: Path, name: str) -> None:
    found = hashlib.sha256((repo / "storage" / "migrations" / name).read_bytes()).hexdigest()
    assert found == LANDED[name], (
        f"{name} was edited, be it in a comment: every database that has it would refuse to migrate. "
        f"Take the edit back and put the change into a new migration."
    )


def test_every_migration_is_held_to_its_bytes(repo: Path) -> None:
    assert sorted(LANDED) == sorted(file.name for file in (repo / "storage" / "migrations").glob("*.sql"))


async def test_a_database_newer_than_the_program_is_refused(url: str, folder: Path) -> None:
    newer = folder / f"{LATER}.sql"
    newer.write_text("create table later (n integer);", encoding="utf-8")
    assert await migrate(url) == [*NAMES, LATER]
    newer.unlink()
    with pytest.raises(MigrationError, match=f"newer than this program: it has migration {len(NAMES) + 1}"):
        await migrate(url)


async def test_a_migration_that_fails_leaves_nothing_half_done(
    owner: asyncpg.Connection, url: str, folder: Path
) -> None:
    broken = folder / "02_read_models.sql"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text + "\ninsert into directives (code) values ('half');", encoding="utf-8")
    with pytest.raises(asyncpg.NotNullViolationError):
        await migrate(url)
    assert await pending(url) == NAMES[1:]
    assert "directives" not in await tables(owner)
    assert "events" in await tables(owner)
    broken.write_text(text, encoding="utf-8")
    assert await migrate(url) == NAMES[1:]


@pytest.mark.parametrize("gap", ["02_read_models.sql", "01_record.sql"])
async def test_a_gap_in_the_numbers_is_refused(url: str, folder: Path, gap: str) -> None:
    (folder / gap).unlink()
    with pytest.raises(MigrationError, match="not numbered 01, 02, 03"):
        await migrate(url)


async def test_a_number_given_twice_is_refused(url: str, folder: Path) -> None:
    (folder / "02_another.sql").write_text("select 1;", encoding="utf-8")
    with pytest.raises(MigrationError, match="not numbered"):
        await migrate(url)


async def test_a_busy_database_is_left_alone_after_a_while(
    owner: asyncpg.Connection, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(url)
    (folder / f"{LATER}.sql").write_text(
        "create table later (n integer); alter table events add column remark text;", encoding="utf-8"
    )
    monkeypatch.setattr(m, "LOCK_TIMEOUT", "200ms")
    async with owner.transaction():
        await owner.execute("lock table events in access exclusive mode")
        async with asyncio.timeout(30):
            with pytest.raises(asyncpg.LockNotAvailableError):
                await migrate(url)
        assert "later" not in await tables(owner)
    assert await migrate(url) == [LATER]


async def test_a_long_migration_elsewhere_is_waited_for(
    owner: asyncpg.Connection, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(m, "LOCK_TIMEOUT", "50ms")
    await owner.execute("select pg_advisory_lock($1)", m._LOCK)
    waiting = asyncio.create_task(migrate(url))
    await asyncio.sleep(0.5)
    assert not waiting.done(), waiting.result()
    await owner.execute("select pg_advisory_unlock($1)", m._LOCK)
    assert await waiting == NAMES


async def test_the_wait_for_a_migration_elsewhere_has_a_limit(
    owner: asyncpg.Connection, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(m, "TURN_SECONDS", 0.3)
    await owner.execute("select pg_advisory_lock($1)", m._LOCK)
    async with asyncio.timeout(30):
        with pytest.raises(MigrationError, match="another program is migrating"):
            await migrate(url)
    assert await pending(url) == NAMES
