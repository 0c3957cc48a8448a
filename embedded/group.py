"""The process group that `dondoc up` starts: PostgreSQL, Temporal, the worker and the API, stopped together."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from embedded import temporal
from embedded.leftovers import end_leftovers, forget_processes, note_processes
from embedded.logs import open_log
from embedded.postgres import EmbeddedPostgres, embedded_postgres_at, ensure_database
from embedded.running import Running, forget, locked, note
from settings import Settings
from storage.migrate import migrate, pending
from storage.pool import open_pool
from storage.reference import store_policies
from storage.seed import default_policies

log = structlog.get_logger()

ROOT = Path(__file__).parent.parent
READY_SECONDS = 60.0
STOP_SECONDS = 30.0
LOOK_EVERY = 1.0
"""Seconds between looks at the programs; one that has ended is started again at the next."""
STEPS = 4
"""How many steps a start on an empty folder tells."""

Progress = Callable[[str], None]


class StartFailed(Exception):
    """A program of the group did not become ready; the message names its log."""


@asynccontextmanager
async def running_group(settings: Settings, say: Progress) -> AsyncIterator[Running]:
    """Start what is not configured elsewhere, wait until commands can be given, and stop all of it on leaving."""
    data = settings.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        held.enter_context(locked(data))
        forget(data)
        for pid in end_leftovers(data):
            say(f"Đã dừng tiến trình còn sót {pid} · ended a process left over")
        group = _Group(settings, data, say)
        try:
            running = await group.start(held)
            supervisor = asyncio.create_task(group.supervise())
            note(data, running)
            try:
                yield running
            finally:
                supervisor.cancel()
                await asyncio.gather(supervisor, return_exceptions=True)
        finally:
            say("Đang dừng các tiến trình · stopping")
            forget(data)
            await asyncio.to_thread(group.stop)
            forget_processes(data)


class _Group:
    def __init__(self, settings: Settings, data: Path, say: Progress) -> None:
        self._settings = settings
        self._data = data
        self._say = say
        self._postgres: EmbeddedPostgres | None = None
        self._temporal: subprocess.Popen[bytes] | None = None
        self._temporal_ports: tuple[int, int | None] = (0, None)
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, list[str]] = {}
        self._environment: dict[str, str] = {}

    async def start(self, held: ExitStack) -> Running:
        """Everything, in order; what is named in the environment is used as it is."""
        port = self._settings.port or temporal.free_port()
        host = self._settings.host
        await _must_be_free(host, port)
        if "TEMPORAL_ADDRESS" not in os.environ:
            self._start_temporal()
        database_url = await self._database(held)
        if self._temporal is not None:
            await self._until(temporal.wait_ready(self._temporal_ports[0], seconds=READY_SECONDS), "temporal")
        self._environment = self._environment_of_programs(database_url)
        self._commands = {
            "worker": [sys.executable, str(ROOT / "worker.py")],
            "api": [sys.executable, str(ROOT / "cli.py"), "api", "--host", host, "--port", str(port)],
        }
        self._say("Khởi động API và worker · starting API and worker")
        for name in self._commands:
            self._spawn(name)
        url = url_of(host, port)
        await self._until(self._api_ready(url), "api")
        await self._until(self._worker_ready(), "worker")
        ui = self._temporal_ports[1]
        address = self._environment.get("TEMPORAL_ADDRESS", "localhost:7233")
        return Running(os.getpid(), url, database_url, address, f"http://127.0.0.1:{ui}" if ui else None)

    async def _database(self, held: ExitStack) -> str:
        configured = self._settings.database_url
        if configured is not None:
            missing = await pending(self._settings.owner_database_url or configured)
            if missing:
                raise StartFailed(f"the configured database lacks {', '.join(missing)}; run: dondoc migrate")
            return configured
        self._say("Khởi động PostgreSQL · starting PostgreSQL")
        self._postgres = held.enter_context(embedded_postgres_at(self._data))
        await prepare(self._postgres, self._say)
        return self._postgres.url

    def _start_temporal(self) -> None:
        self._say("Khởi động Temporal · starting Temporal")
        self._temporal_ports = temporal.free_port(), temporal.free_port() if self._settings.temporal_ui else None
        self._temporal = temporal.start(self._data, self._temporal_ports[0], ui_port=self._temporal_ports[1])
        self._note_processes()

    def _environment_of_programs(self, database_url: str) -> dict[str, str]:
        environment = {**os.environ, "DONDOC_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"}
        if self._temporal is not None:
            environment["TEMPORAL_ADDRESS"] = f"127.0.0.1:{self._temporal_ports[0]}"
            environment["TEMPORAL_NAMESPACE"] = temporal.NAMESPACE
        return environment

    def _spawn(self, name: str) -> None:
        environment = dict(self._environment)
        if name == "api" and self._settings.metrics_port:
            # The worker has this port and the next one.
            environment["DONDOC_METRICS_PORT"] = str(self._settings.metrics_port + 2)
        with open_log(self._data / f"{name}.log") as log_file:
            self._programs[name] = subprocess.Popen(
                self._commands[name],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                start_new_session=True,  # Ctrl-C reaches us, and we stop it in order
            )
        self._note_processes()

    def _note_processes(self) -> None:
        note_processes(self._data, [process.pid for process in self._processes().values() if process.poll() is None])

    def _processes(self) -> dict[str, subprocess.Popen[bytes]]:
        return {**self._programs, **({"temporal": self._temporal} if self._temporal else {})}

    async def _until(self, ready: "asyncio._CoroutineLike[None]", name: str) -> None:
        """Wait for readiness; StartFailed as soon as a process has ended instead, or when the time is over."""
        waiting = asyncio.ensure_future(ready)
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not waiting.done():
                    for one, process in self._processes().items():
                        if process.poll() is not None:
                            place = self._data / f"{one}.log"
                            raise StartFailed(f"{one} ended with code {process.returncode}; see {place}")
                    await asyncio.wait({waiting}, timeout=0.1)
                waiting.result()
        except TimeoutError:
            raise StartFailed(f"{name} did not become ready; see {self._data / f'{name}.log'}") from None
        finally:
            waiting.cancel()
