"""Brings a database to the form this version needs: numbered SQL files, forward only, each once, in order."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import asyncpg

from storage.pool import PROGRAM_ROLE

_FILE = re.compile(r"^(\d{2})_(\w+)\.sql$")
_LOCK = 0x646F_6E64_6F63  # "dondoc": one migration at a time on a database
LOCK_TIMEOUT = "10s"
TURN_SECONDS = 60.0
"""How long a start waits for another program that is migrating the same database."""
STATEMENT_TIMEOUT = "5min"


class MigrationError(Exception):
    """The database cannot be brought to the form that this version needs."""


@dataclass(frozen=True)
class Migration:
    """One file of storage/migrations."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text: an applied file must never change."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations of this version, in order; a gap in the numbers is an error."""
    found = []
    for resource in files("storage").joinpath("migrations").iterdir():
        match = _FILE.match(resource.name)
        if match:
            found.append(Migration(int(match[1]), match[2], resource.read_text(encoding="utf-8")))
    found.sort(key=lambda m: m.number)
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise MigrationError("the migration files are not numbered 01, 02, 03 …")
    return found


async def migrate(owner_url: str, program_url: str | None = None) -> list[str]:
    """Apply what is missing; the names applied now. `program_url` names the login that programs use, which is let in.

    Runs under an advisory lock, so that two starts at once do not meet, and with limits on locks and statements, so that a
    busy database is left alone rather than blocked.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        await _take_turn(connection)
        applied = await _applied(connection)
        done = []
        for migration in migrations():
            known = applied.pop(migration.number, None)
            if known is None:
                await _apply(connection, migration)
                done.append(f"{migration.number:02}_{migration.name}")
            elif known != migration.checksum:
                raise MigrationError(
                    f"migration {migration.number:02}_{migration.name} was changed after it was applied"
                )
        if applied:
            raise MigrationError(f"the database is newer than this program: it has migration {max(applied)}")
        await _let_in(connection, program_url)
        return done
    finally:
        await connection.close()


async def _take_turn(connection: asyncpg.Connection) -> None:
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK, timeout=TURN_SECONDS)
    except TimeoutError as error:
        raise MigrationError(f"another program is migrating the database for more than {TURN_SECONDS:.0f} s") from error
    # Only now: the limit would hold for the turn as well, and a long migration elsewhere is no failure of this one.
    await connection.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")


async def pending(owner_url: str) -> list[str]:
    """The names of the migrations that the database lacks."""
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        table = await connection.fetchval("select to_regclass('schema_migrations')")
        rows = await connection.fetch("select number from schema_migrations") if table else []
        have = {row["number"] for row in rows}
        return [f"{m.number:02}_{m.name}" for m in migrations() if m.number not in have]
    finally:
        await connection.close()


async def _applied(connection: asyncpg.Connection) -> dict[int, str]:
    await connection.execute(
        "create table if not exists schema_migrations ("
        " number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())"
    )
    rows = await connection.fetch("select number, checksum from schema_migrations")
    return {row["number"]: row["checksum"] for row in rows}


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(f"set local statement_timeout = '{STATEMENT_TIMEOUT}'")
        await connection.execute(migration.text)
        await connection.execute(
            "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.checksum,
        )


async def _let_in(connection: asyncpg.Connection, program_url: str | None) -> None:
    """Make the programs' login a member of the program role."""
    login = unquote(urlsplit(program_url).username or "") if program_url else ""
    login = login or await connection.fetchval("select session_user")
    row = await connection.fetchrow("select rolsuper from pg_roles where rolname = $1", login)
    if row is None:
        raise MigrationError(f"the login {login} does not exist on the server; create it and run the migration again")
    if not row["rolsuper"]:
        quoted = await connection.fetchval("select quote_ident($1)", login)
        await connection.execute(f"grant {PROGRAM_ROLE} to {quoted}")
    await connection.execute(f"grant select on schema_migrations to {PROGRAM_ROLE}")
    await connection.execute(f"grant usage on schema public to {PROGRAM_ROLE}")
