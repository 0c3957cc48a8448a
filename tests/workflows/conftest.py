"""A Temporal server that skips time, and a directive at work on it."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from api.gateway import CommandGateway
from settings import Settings
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.workflows.desk import Desk, real_now
from worker import build_workers
from workflows.converter import DATA_CONVERTER


@pytest.fixture(scope="module")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose clock runs ahead while nothing is to be done. It starts with the real time and never goes back.

    One for each file of tests: it skips for all its workflows at once, so what one leaves behind holds up the others.
    """
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
        data_converter=DATA_CONVERTER,
    ) as server:
        yield server


@pytest.fixture
async def desk(skipping: WorkflowEnvironment, pool: Pool, task_queue: str) -> AsyncIterator[Desk]:
    """A directive not yet issued, on the server that skips time, with the program's own workers and PostgreSQL."""
    settings = Settings(task_queue=task_queue, workflow_sandbox=True)
    directives, notices = build_workers(skipping.client, pool, settings)
    async with directives, notices:
        one = Desk(skipping.client, task_queue, PostgresEventStore(pool), skipping.get_current_time)
        yield one
        await one.clear_away()


@pytest.fixture
async def live_desk(settings: Settings, pool: Pool, temporal_client: Client) -> AsyncIterator[Desk]:
    """A directive not yet issued, on a Temporal server as the embedded default runs it, in real time."""
    directives, notices = build_workers(temporal_client, pool, settings)
    async with directives, notices:
        one = Desk(temporal_client, settings.task_queue, PostgresEventStore(pool), real_now)
        yield one
        await one.clear_away()


@pytest.fixture
def gateway(settings: Settings, temporal_client: Client) -> CommandGateway:
    """The way that the API takes."""
    return CommandGateway(temporal_client, queue=settings.task_queue)
