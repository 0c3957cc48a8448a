"""The record can only grow: for the programs by their rights, for everybody by a trigger."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest

from domain.reading import Read
from embedded.postgres import EmbeddedPostgres
from storage.migrate import MigrationError, migrate
from storage.pool import Pool, open_pool
from storage.postgres import PostgresEventStore
from tests.domain.happenings import acknowledged
from tests.storage.commits import after, begun

CHANGES = [
    statement.format(table)
    for table in ("events", "commands")
    for statement in (
        "update {} set stream_id = gen_random_uuid()",
        "update {} set stream_id = stream_id where false",
        "delete from {}",
        "delete from {} where false",
        "truncate {}",
    )
]
CHANGES += [
    statement.format(table)
    for table in ("recurrence_changes", "recurrence_refusals")
    for statement in (
        "update {} set recurrence_id = recurrence_id where false",
        "delete from {} where false",
        "truncate {}",
    )
]
CHANGES += [
    statement.format(table)
    for table in ("merkle_nodes", "checkpoints", "cosignatures", "checkpoint_copies", "contradictions")
    for statement in ("update {} set size = size where false", "delete from {} where false", "truncate {} cascade")
    if (table, "update" in statement) != ("merkle_nodes", True)
]
CHANGES += ["update reads set reader = 'x' where false", "delete from reads where false", "truncate reads"]
REMOVALS = [
    "drop trigger append_only on events",
    "alter table events disable trigger append_only",
    "alter table commands disable trigger all",
    "drop table events cascade",
    "create or replace function refuse_change() returns trigger language plpgsql as 'begin return null; end'",
    "set session_replication_role = replica",
    "alter table events owner to dondoc_program",
    "delete from log_head",
    "insert into log_head (one, position) values (false, 0)",
    "delete from directives",
    "delete from policies",
    "update policies set body = '{}'",
    "update reference_version set version = 0",
    "update schema_migrations set checksum = ''",
]


@pytest.fixture
async def filled(record: PostgresEventStore) -> PostgresEventStore:
    """A record with two events."""
    first = begun()
    await record.append([first, after(first, acknowledged())])
    return record


async def test_the_programs_may_not_change_what_happened(filled: PostgresEventStore, pool: Pool) -> None:
    before = await filled.events_after(0, 10)
    for statement in CHANGES + REMOVALS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
    assert await filled.events_after(0, 10) == before
    assert len(before) == 2


async def test_the_programs_have_no_right_to_change_what_happened(pool: Pool) -> None:
    for table in ("events", "commands", "recurrence_changes", "recurrence_refusals"):
        held = {
            right
            for right in ("select", "insert", "update", "delete", "truncate", "trigger", "references")
            if await pool.fetchval("select has_table_privilege('dondoc_program', $1, $2)", table, right)
        }
        assert held == {"select", "insert"}


async def test_of_a_read_the_programs_may_write_neither_number_nor_time(pool: Pool) -> None:
    rights = {
        (right, column)
        for right in ("insert", "update")
        for column in Read.model_fields
        if await pool.fetchval("select has_column_privilege('dondoc_program', 'reads', $1, $2)", column, right)
    }
    assert rights == {("insert", column) for column in Read.model_fields if column not in ("read_id", "read_at")}
    assert not await pool.fetchval("select has_table_privilege('dondoc_program', 'reads', 'delete, truncate, trigger')")


async def test_the_trigger_refuses_even_the_owner(filled: PostgresEventStore, database_url: str) -> None:
    before = await filled.events_after(0, 10)
    owner = await asyncpg.connect(database_url)
    assert await owner.fetchval("select rolsuper from pg_roles where rolname = current_user")
    for statement in CHANGES:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="the record is append-only"):
            await owner.execute(statement)
    await owner.close()
    assert await filled.events_after(0, 10) == before


async def test_every_program_connection_takes_the_program_role(pool: Pool) -> None:
    assert await pool.fetchval("select current_user") == "dondoc_program"
    await pool.execute("select 1")
    assert await pool.fetchval("select current_user") == "dondoc_program"


async def test_a_login_without_rights_of_its_own_can_record_and_no_more(
    postgres: EmbeddedPostgres, database_url: str
) -> None:
    async with _login(postgres) as name:
        program_url = database_url.replace("postgres:@", f"{name}@")
        await migrate(database_url, program_url)
        pool = await open_pool(program_url, size=2)
        record = PostgresEventStore(pool)
        first = begun()
        assert await record.append([first, after(first, acknowledged())]) == 2
        assert await record.next_code(2026, uuid4()) == "2026/0001"
        for role in ("reset role", "set role dondoc_program"):
            async with pool.acquire() as connection:
                await connection.execute(role)
                for statement in (*CHANGES, "set role postgres"):
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await connection.execute(statement)
        await pool.close()


async def test_a_login_that_does_not_exist_is_named(database_url: str) -> None:
    with pytest.raises(MigrationError, match="the login nobody-here does not exist"):
        await migrate(database_url, database_url.replace("postgres:@", "nobody-here@"))


@asynccontextmanager
async def _login(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A login of the test's own; logins belong to the whole server."""
    name = f"program_{uuid4().hex[:12]}"
    owner = await asyncpg.connect(postgres.maintenance_url)
    await owner.execute(f"create role {name} login")
    try:
        yield name
    finally:
        await owner.execute(f"revoke dondoc_program from {name}")
        await owner.execute(f"drop role {name}")
        await owner.close()
