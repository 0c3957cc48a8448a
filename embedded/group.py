"""The process group that `dondoc up` starts: PostgreSQL, Temporal, the worker and the API, stopped together."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from embedded import temporal
from embedded.leftovers import end_leftovers, forget_processes
from embedded.postgres import EmbeddedPostgres, embedded_postgres_at
from embedded.prepare import prepare
from embedded.programs import Programs
from embedded.running import Running, forget, locked, note
from settings import Settings
from storage.migrate import pending

ROOT = Path(__file__).parent.parent
READY_SECONDS = 60.0
CONNECT_SECONDS = 10.0
"""For a Temporal that is configured, and so should be there already, to answer."""
LOOK_EVERY = 1.0
"""Seconds between two looks at the processes."""
STEPS = 4
"""How many steps a start on an empty folder tells."""

Progress = Callable[[str], None]


class StartFailed(Exception):
    """A program of the group did not become ready; the message says why, or names its log."""


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
            note(data, running)
            supervisor = asyncio.create_task(group.supervise())
            try:
                yield running
            finally:
                supervisor.cancel()
                await asyncio.gather(supervisor, return_exceptions=True)
        finally:
            say("Đang dừng các tiến trình · stopping")
            forget(data)
            await asyncio.to_thread(group.programs.stop)
            forget_processes(data)


class _Group:
    def __init__(self, settings: Settings, data: Path, say: Progress) -> None:
        self._settings = settings
        self._data = data
        self._say = say
        self._postgres: EmbeddedPostgres | None = None
        self._environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.programs = Programs(data)

    async def start(self, held: ExitStack) -> Running:
        """Everything, in order; what is named in the environment is used as it is."""
        host, port = self._settings.host, self._settings.port or temporal.free_port()
        _must_be_free(host, port)
        ui = None
        if "TEMPORAL_ADDRESS" in os.environ:
            await self._temporal_answers()
            database_url = await self._database(held)
        else:
            temporal_port, ui = self._start_temporal()
            database_url = await self._database(held)  # while Temporal is starting
            await self._until(temporal.wait_ready(temporal_port, seconds=READY_SECONDS), "temporal")
        self._environment["DONDOC_DATABASE_URL"] = database_url
        self._say("Khởi động API và worker · starting API and worker")
        self._start_worker()
        self._start_api(host, port)
        url = _url(host, port)
        await self._until(_api_answers(url), "api")
        await self._until(self._worker_asks(), "worker")
        address = self._environment.get("TEMPORAL_ADDRESS", "")
        return Running(os.getpid(), url, database_url, address, _url("127.0.0.1", ui) if ui else None)

    async def supervise(self) -> None:
        """Start again what has ended by itself."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._postgres is not None and not self._postgres.is_alive():
                self._say("PostgreSQL đã tắt, khởi động lại · PostgreSQL ended, starting it again")
                try:
                    await asyncio.to_thread(self._postgres.start_again)
                except OSError as error:
                    self._say(str(error))
            for name, code in self.programs.start_ended_again():
                self._say(f"{name} đã tắt (mã {code}), khởi động lại · ended with code {code}, started again")

    def _start_temporal(self) -> tuple[int, int | None]:
        self._say("Khởi động Temporal · starting Temporal")
        port, ui = temporal.free_port(), temporal.free_port() if self._settings.temporal_ui else None
        command = temporal.command(self._data / "temporal.db", port, ui_port=ui)
        self.programs.start("temporal", command, self._environment)
        self._environment |= {"TEMPORAL_ADDRESS": f"127.0.0.1:{port}", "TEMPORAL_NAMESPACE": temporal.NAMESPACE}
        return port, ui

    async def _database(self, held: ExitStack) -> str:
        configured = self._settings.database_url
        if configured is None:
            self._say("Khởi động PostgreSQL · starting PostgreSQL")
            self._postgres = held.enter_context(embedded_postgres_at(self._data))
            await prepare(self._postgres, self._say)
            return self._postgres.url
        missing = await pending(self._settings.owner_database_url or configured)
        if missing:
            raise StartFailed(
                f"Cơ sở dữ liệu còn thiếu · the configured database lacks {', '.join(missing)}; dondoc migrate"
            )
        return configured

    def _start_worker(self) -> None:
        environment = {
            **self._environment,
            "DONDOC_KEYS": str(self._settings.keys or self._data / "keys"),
            "DONDOC_CHECKPOINT_PLACES": self._settings.checkpoint_places or str(self._checkpoints()),
        }
        self.programs.start("worker", [sys.executable, str(ROOT / "worker.py")], environment)

    def _checkpoints(self) -> Path:
        """A file that only grows, until somebody names a place outside."""
        folder = self._data / "checkpoints"
        folder.mkdir(exist_ok=True)
        return folder

    def _start_api(self, host: str, port: int) -> None:
        command = [sys.executable, str(ROOT / "cli.py"), "api", "--host", host, "--port", str(port)]
        environment = {**self._environment, "DONDOC_OBJECTS": self._settings.objects or str(self._data / "objects")}
        if self._settings.metrics_port:
            environment["DONDOC_METRICS_PORT"] = str(self._settings.metrics_port + 2)  # the worker has two
        self.programs.start("api", command, environment)

    async def _until(self, ready: Coroutine[Any, Any, None], name: str) -> None:
        """Wait for it; StartFailed when the time is over, or as soon as a program has ended instead."""
        waiting = asyncio.ensure_future(ready)
        try:
            async with asyncio.timeout(READY_SECONDS):
                while not waiting.done():
                    for one, code in self.programs.ended().items():
                        raise StartFailed(
                            f"{one} đã tắt (mã {code}) · ended with code {code}; xem · see {self.programs.log_of(one)}"
                        )
                    await asyncio.wait({waiting}, timeout=0.1)
            await waiting
        except TimeoutError:
            raise StartFailed(
                f"{name} chưa sẵn sàng sau · is not ready after {READY_SECONDS:.0f} s; "
                f"xem · see {self.programs.log_of(name)}"
            ) from None
        finally:
            waiting.cancel()

    async def _temporal_answers(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await temporal.describe_namespace(await self._client())
        except (RuntimeError, RPCError, TimeoutError) as error:
            address = os.environ["TEMPORAL_ADDRESS"]
            raise StartFailed(f"Temporal tại {address} không trả lời · does not answer: {error}") from None

    async def _client(self) -> Client:
        config = ClientConfig.load_client_connect_config(override_env_vars=self._environment)
        return await Client.connect(**config)

    async def _worker_asks(self) -> None:
        client = await self._client()
        while not await temporal.workers_on(client, self._settings.task_queue):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


async def _api_answers(url: str) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(f"{url}/readyz", timeout=5)).is_success:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            await asyncio.sleep(0.1)


def _must_be_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartFailed(
                f"Không dùng được cổng {port} của {host} · cannot listen on port {port} of {host}: {error.strerror}\n"
                "Chọn cổng khác bằng --port · choose another port with --port"
            ) from None


def _url(host: str, port: int) -> str:
    """Where a browser on this machine reaches a server that listens on `host`."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{reached}:{port}"
