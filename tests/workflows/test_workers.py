"""Workers come and go in the middle of commands: every command is carried out, and none twice."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from temporalio.client import Client

from api.gateway import CommandGateway
from api.problems import Problem
from audit.reconcile.reader import Histories
from audit.reconcile.reconciling import Reconciler
from domain.commands import CommandEnvelope, Comment
from domain.evolve import fold
from settings import Settings
from storage.directives import find
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.support.eventually import eventually
from tests.workflows.desk import FIVE_DAYS, Desk, real_now
from worker import build_workers

DIRECTIVES, COMMANDS = 6, 8
"""So many directives, and so many commands on each, all sent at once."""


@asynccontextmanager
async def worker_process(settings: Settings, address: str, repo: Path) -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A worker in a process of its own, as it is deployed."""
    environment = os.environ | {
        "DONDOC_DATABASE_URL": settings.database_url or "",
        "DONDOC_TASK_QUEUE": settings.task_queue,
        "TEMPORAL_ADDRESS": address,
    }
    process = subprocess.Popen(
        [sys.executable, str(repo / "worker.py")], cwd=repo, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=20)


async def insist(gateway: CommandGateway, envelope: CommandEnvelope) -> int:
    """Send a command again under its id as long as the answer is "still working", as clients do; its version."""
    for _ in range(6):
        try:
            return (await gateway.submit(envelope)).version
        except Problem as problem:
            if problem.status != 503:
                raise
    raise AssertionError("the command was not answered")


class Rush:
    """Commands on several directives, all at once."""

    def __init__(self, client: Client, settings: Settings, pool: Pool, gateway: CommandGateway) -> None:
        self._gateway, self._pool = gateway, pool
        self._reconciler = Reconciler(pool, Histories(client, settings.task_queue))
        self._store = PostgresEventStore(pool)
        self.desks = [Desk(client, settings.task_queue, self._store, real_now) for _ in range(DIRECTIVES)]

    async def sent(self) -> list[CommandEnvelope]:
        """Issue, then comment on each; the envelopes, once all are answered."""
        issues = [await desk.envelope(FIVE_DAYS) for desk in self.desks]
        await asyncio.gather(*(insist(self._gateway, envelope) for envelope in issues))
        comments = [await desk.envelope(Comment(text=f"Ý kiến {n}")) for n in range(COMMANDS) for desk in self.desks]
        versions = await asyncio.gather(*(insist(self._gateway, envelope) for envelope in comments))
        assert Counter(versions) == Counter(dict.fromkeys(range(2, COMMANDS + 2), DIRECTIVES))
        return issues + comments

    async def until(self, events: int) -> None:
        """Wait until the record holds so many events."""

        async def so_many() -> bool:
            return len(await self._store.events_after(0, 1000)) >= events

        await eventually(so_many, seconds=60)

    async def assert_all_recorded_once(self, envelopes: list[CommandEnvelope]) -> None:
        """Nothing lost, nothing twice, the read model is the fold of it, and Temporal's histories say the same."""
        recorded = await self._store.events_after(0, 1000)
        assert Counter(r.event.command_id for r in recorded) == Counter(e.command_id for e in envelopes)
        assert [r.global_position for r in recorded] == list(range(1, len(envelopes) + 1))
        assert (await self._reconciler.reconcile([desk.directive_id for desk in self.desks])).differences == []
        for desk in self.desks:
            found = await find(self._pool, desk.directive_id)
            assert found is not None
            assert found.state == fold(await desk.events())
            await desk.clear_away()


@pytest.fixture
def rush(temporal_client: Client, settings: Settings, pool: Pool, gateway: CommandGateway) -> Rush:
    return Rush(temporal_client, settings, pool, gateway)


@pytest.fixture
def start_worker(temporal_client: Client, settings: Settings, pool: Pool) -> Callable[[], Awaitable[AsyncExitStack]]:
    """Starts a worker in this process; closing what it gives stops that worker in order."""

    async def start() -> AsyncExitStack:
        stack = AsyncExitStack()
        for worker in build_workers(temporal_client, pool, settings):
            await stack.enter_async_context(worker)
        return stack

    return start


async def test_a_worker_that_is_stopped_hands_over(
    rush: Rush, start_worker: Callable[[], Awaitable[AsyncExitStack]]
) -> None:
    first = await start_worker()
    sending = asyncio.create_task(rush.sent())
    await rush.until(DIRECTIVES + 10)
    await first.aclose()
    async with await start_worker():
        await rush.assert_all_recorded_once(await sending)


async def test_a_worker_that_is_killed_loses_nothing(
    rush: Rush,
    start_worker: Callable[[], Awaitable[AsyncExitStack]],
    settings: Settings,
    temporal_address: str,
    repo: Path,
) -> None:
    async with worker_process(settings, temporal_address, repo) as process:
        sending = asyncio.create_task(rush.sent())
        await rush.until(DIRECTIVES + 10)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    async with await start_worker():
        await rush.assert_all_recorded_once(await sending)
