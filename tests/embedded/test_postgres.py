"""The embedded PostgreSQL: one server for all who use the folder, and no lasting harm when it dies."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from embedded.postgres import EmbeddedPostgres, embedded_postgres_at, ensure_database
from tests.support.eventually import eventually
from tests.support.processes import is_running

HOLD = """
import sys
from pathlib import Path
from embedded.postgres import embedded_postgres_at
with embedded_postgres_at(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database cluster, whose server has been stopped."""
    data = tmp_path_factory.mktemp("cluster")
    with embedded_postgres_at(data):
        pass
    return data


@pytest.fixture
def held_elsewhere(folder: Path, repo: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Another process that uses the server, and the server's process id."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=repo) as holder:
        assert holder.stdout is not None
        yield holder, int(holder.stdout.readline())
        holder.kill()


async def ask(server: EmbeddedPostgres, question: str) -> object:
    connection = await asyncpg.connect(server.maintenance_url, timeout=10)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_it_can_be_used_again_after_it_was_stopped(folder: Path) -> None:
    pids = []
    for _ in range(2):
        with embedded_postgres_at(folder) as server:
            assert await ask(server, "select 1") == 1
            pids.append(server.pid)
        assert not is_running(pids[-1])
    assert pids[0] != pids[1]


async def test_it_is_shared_and_the_last_to_leave_stops_it(
    folder: Path, held_elsewhere: tuple["subprocess.Popen[str]", int]
) -> None:
    holder, pid = held_elsewhere
    with embedded_postgres_at(folder) as server:
        assert server.pid == pid
    assert is_running(pid), "somebody else still uses it"
    holder.communicate(timeout=30)
    assert not is_running(pid)


async def test_a_user_killed_outright_leaves_it_to_the_next_one(
    folder: Path, held_elsewhere: tuple["subprocess.Popen[str]", int]
) -> None:
    holder, pid = held_elsewhere
    holder.kill()
    holder.wait()
    assert is_running(pid)
    with embedded_postgres_at(folder) as server:
        assert server.pid == pid
    assert not is_running(pid)


async def test_what_was_committed_is_there_after_it_was_killed_and_started_again(folder: Path) -> None:
    with embedded_postgres_at(folder) as server:
        connection = await asyncpg.connect(server.maintenance_url)
        await connection.execute("create table kept as select 7 as n")
        psutil.Process(server.pid).kill()
        await eventually(_down(server))
        await eventually(_started_again(server), seconds=30)
        assert server.is_alive()
        assert await ask(server, "select n from kept") == 7
        await ask(server, "drop table kept")


def _down(server: EmbeddedPostgres):  # type: ignore[no-untyped-def]
    async def look() -> bool:
        return not server.is_alive()

    return look


def _started_again(server: EmbeddedPostgres):  # type: ignore[no-untyped-def]
    async def look() -> bool:
        server.start_again()  # while a process of the dead server is still going away, this may fail
        return True

    return look


async def test_a_number_given_to_another_program_is_not_taken_for_the_server(folder: Path) -> None:
    note, lock = folder / "postgres" / "postmaster.pid", folder / "postgres" / ".s.PGSQL.5432.lock"
    with embedded_postgres_at(folder):
        texts = {file: file.read_text().splitlines() for file in (note, lock)}
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        # As after a power cut: the server is gone, its notes are there, and its number has a new owner.
        for file, lines in texts.items():
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        with embedded_postgres_at(folder) as server:
            assert server.pid != stranger.pid
            assert await ask(server, "select 1") == 1
        assert stranger.poll() is None
        stranger.kill()


async def test_the_database_is_made_once(folder: Path) -> None:
    with embedded_postgres_at(folder) as server:
        await ensure_database(server)
        await ensure_database(server)
        assert await ask(server, "select count(*) from pg_database where datname = 'dondoc'") == 1


def test_a_folder_that_cannot_be_a_cluster_is_named(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("7.4\n")
    with pytest.raises(OSError, match="PostgreSQL did not start"), embedded_postgres_at(tmp_path):
        pass
