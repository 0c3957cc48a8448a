"""The process group that `dondoc up` starts: PostgreSQL, Temporal, the worker and the API, stopped together."""

import asyncio
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import httpx
import psutil
import structlog

from embedded import temporal
from embedded.postgres import EmbeddedPostgres, embedded_postgres_at, ensure_database
from settings import Settings
from storage.migrate import migrate
from storage.pool import open_pool
from storage.reference import store_policies
from storage.seed import default_policies

log = structlog.get_logger()

READY_SECONDS = 60.0
STOP_SECONDS = 30.0
RESTART_AFTER = 1.0

Progress = Callable[[str], None]


class AlreadyRunning(Exception):
    """Another `dondoc up` or `demo` runs on this data folder."""

    def __init__(self, running: "Running | None") -> None:
        where = f" tại {running.url}, tiến trình {running.pid}" if running else ""
        super().__init__(
            f"Thư mục dữ liệu này đang được một `dondoc up` khác sử dụng{where}. Hãy dùng hệ thống đó, dừng nó, "
            "hoặc chọn thư mục khác bằng --data.\n"
            "Another `dondoc up` uses this data folder: use that one, stop it, or choose another folder with --data."
        )


class StartFailed(Exception):
    """A program of the group did not become ready; the message names its log."""


@dataclass(frozen=True)
class Running:
    """What other commands must know of a running group; kept in run.json of the data folder."""

    pid: int
    url: str
    database_url: str
    temporal_address: str
    temporal_ui: str | None
    children: tuple[tuple[int, float], ...]
    """Process ids with their creation times, so that a number given anew to a stranger is never taken for ours."""


def read_running(data: Path) -> Running | None:
    """The group last started on the folder, alive or not."""
    try:
        fields = json.loads((data / "run.json").read_text())
    except (OSError, ValueError):
        return None
    return Running(**{**fields, "children": tuple(tuple(child) for child in fields["children"])})


def is_running(data: Path) -> bool:
    """Whether a group runs on the folder now."""
    try:
        with (data / "up.lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@asynccontextmanager
async def running_group(settings: Settings, say: Progress) -> AsyncIterator[Running]:
    """Start what is not configured elsewhere, wait until commands can be given, and stop all of it on leaving."""
    data = settings.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        _lock(held.enter_context((data / "up.lock").open("a")), data)
        _end_leftovers(data)
        group = _Group(settings, data)
        try:
            running = await group.start(held, say)
            supervisor = asyncio.create_task(group.supervise())
            try:
                yield running
            finally:
                supervisor.cancel()
                await asyncio.gather(supervisor, return_exceptions=True)
        finally:
            say("Đang dừng các tiến trình · stopping")
            await asyncio.to_thread(group.stop)
            (data / "run.json").unlink(missing_ok=True)


def _lock(file: IO[str], data: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunning(read_running(data)) from None


def _end_leftovers(data: Path) -> None:
    """End what a group that was killed outright left running; the record and Temporal's file lose nothing by it."""
    left = read_running(data)
    for pid, created in left.children if left else ():
        try:
            process = psutil.Process(pid)
            if abs(process.create_time() - created) < 1:
                log.warning("group.leftover_ended", pid=pid)
                process.terminate()
                process.wait(timeout=STOP_SECONDS)
        except psutil.NoSuchProcess:
            pass


class _Group:
    def __init__(self, settings: Settings, data: Path) -> None:
        self._settings = settings
        self._data = data
        self._temporal: subprocess.Popen[bytes] | None = None
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, list[str]] = {}
        self._environment: dict[str, str] = {}
        self._running: Running | None = None

    async def start(self, held: ExitStack, say: Progress) -> Running:
        ui_port = self._start_temporal(say)
        database_url = self._settings.database_url
        if database_url is None:
            say("Khởi động PostgreSQL · starting PostgreSQL")
            server = held.enter_context(embedded_postgres_at(self._data))
            await prepare(server, say)
            database_url = server.url
        address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
        if self._temporal is not None:
            address = f"127.0.0.1:{self._temporal_port}"
            await self._wait_temporal()
        url = f"http://{self._settings.host}:{self._settings.port}"
        self._environment = {
            **os.environ,
            "DONDOC_DATABASE_URL": database_url,
            "TEMPORAL_ADDRESS": address,
            "PYTHONUNBUFFERED": "1",
        }
        self._commands = {
            "worker": [sys.executable, str(Path(__file__).parent.parent / "worker.py")],
            "api": [
                sys.executable,
                "-m",
                "cli",
                "api",
                "--host",
                self._settings.host,
                "--port",
                str(self._settings.port),
            ],
        }
        for name in self._commands:
            self._spawn(name)
        ui = f"http://127.0.0.1:{ui_port}" if ui_port else None
        self._running = Running(os.getpid(), url, database_url, address, ui, ())
        self._note()
        say("Khởi động API và worker · starting API and worker")
        await self._wait_ready(url)
        return self._running

    def _start_temporal(self, say: Progress) -> int | None:
        if "TEMPORAL_ADDRESS" in os.environ:
            return None
        say("Khởi động Temporal · starting Temporal")
        self._temporal_port = temporal.free_port()
        ui_port = temporal.free_port() if self._settings.temporal_ui else None
        self._temporal = temporal.start(self._data, self._temporal_port, ui_port=ui_port)
        return ui_port

    async def _wait_temporal(self) -> None:
        try:
            await temporal.wait_ready(self._temporal_port, seconds=READY_SECONDS)
        except TimeoutError:
            raise StartFailed(f"Temporal did not start; see {self._data / 'temporal.log'}") from None

    def _spawn(self, name: str) -> None:
        with (self._data / f"{name}.log").open("ab") as log_file:
            self._programs[name] = subprocess.Popen(
                self._commands[name],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                start_new_session=True,  # Ctrl-C reaches us, and we stop it in order
            )

    def _note(self) -> None:
        """Write run.json with the processes as they are now."""
        if self._running is None:
            return
        processes = [*self._programs.values(), *([self._temporal] if self._temporal else [])]
        children = tuple((p.pid, psutil.Process(p.pid).create_time()) for p in processes if p.poll() is None)
        fields = asdict(self._running) | {"children": children}
        part = self._data / "run.json.part"
        part.write_text(json.dumps(fields))
        part.replace(self._data / "run.json")

    async def _wait_ready(self, url: str) -> None:
        address = url.replace("//0.0.0.0", "//127.0.0.1")
        async with httpx.AsyncClient() as client:
            try:
                async with asyncio.timeout(READY_SECONDS):
                    while not await self._answers(client, f"{address}/readyz"):
                        await asyncio.sleep(0.1)
            except TimeoutError:
                raise StartFailed(f"the API did not become ready; see {self._data / 'api.log'}") from None

    async def _answers(self, client: httpx.AsyncClient, url: str) -> bool:
        for name, program in self._programs.items():
            if program.poll() is not None:
                raise StartFailed(f"{name} ended with code {program.returncode}; see {self._data / f'{name}.log'}")
        try:
            return (await client.get(url, timeout=5)).status_code == 200
        except httpx.TransportError:
            return False

    async def supervise(self) -> None:
        """Start a program again that has ended by itself."""
        while True:
            await asyncio.sleep(RESTART_AFTER)
            for name, program in list(self._programs.items()):
                if program.poll() is not None:
                    log.warning("group.restarting", program=name, code=program.returncode)
                    self._spawn(name)
                    self._note()
            if self._temporal is not None and self._temporal.poll() is not None:
                log.warning("group.restarting", program="temporal", code=self._temporal.returncode)
                self._temporal = temporal.start(self._data, self._temporal_port)
                self._note()

    def stop(self) -> None:
        """The API first, so that no command comes in; then the worker finishes; then Temporal."""
        for program in [*reversed(self._programs.values()), *([self._temporal] if self._temporal else [])]:
            if program.poll() is None:
                program.terminate()
                try:
                    program.wait(timeout=STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    log.error("group.killed", pid=program.pid)
                    program.kill()
                    program.wait()


async def prepare(server: EmbeddedPostgres, say: Progress) -> None:
    """Make the database, bring it up to date, and store the default policies."""
    await ensure_database(server)
    applied = await migrate(server.url)
    if applied:
        say(f"Cập nhật cơ sở dữ liệu · migrated: {', '.join(applied)}")
    pool = await open_pool(server.url, size=1)
    try:
        await store_policies(pool, default_policies())
    finally:
        await pool.close()
