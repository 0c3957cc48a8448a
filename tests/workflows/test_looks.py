"""What the worker looks after: a look that fails holds up none of the others, and is taken again at its next turn."""

import asyncio
from uuid import uuid4

import pytest
from pydantic import ValidationError
from temporalio.client import Client, WorkflowExecutionStatus

from domain.reading import ReadsSealed
from domain.registries import Registry
from settings import Settings
from storage.pool import Pool
from storage.registries import history
from tests.audit.superuser import as_superuser
from tests.support.eventually import eventually
from tests.workflows.desk import FIVE_DAYS, Desk
from worker import keep_looking, look_after, reconcile, reconcile_schedules


async def test_a_recurrence_that_cannot_be_read_holds_up_no_other_look(
    live_desk: Desk, settings: Settings, pool: Pool, temporal_client: Client
) -> None:
    await live_desk.issue(FIVE_DAYS)
    await pool.execute(
        """insert into recurrences (recurrence_id, version, status, created_at, units, state)
           values ($1, 1, 'active', now(), '{NV}', '{}')""",
        uuid4(),
    )
    at = temporal_client, pool, settings.task_queue
    with pytest.raises(ValidationError):
        await reconcile_schedules(*at)
    await look_after(*at)
    await live_desk.handle.terminate()

    async def taken_up() -> bool:
        await reconcile(*at)
        return await live_desk.status() is WorkflowExecutionStatus.RUNNING

    await eventually(taken_up)


@pytest.mark.parametrize("error", [OSError("away"), ValueError("a defect")])
async def test_what_fails_is_looked_at_again(error: Exception) -> None:
    looks, enough = [], asyncio.Event()

    async def look() -> None:
        looks.append(error)
        if len(looks) == 1:
            raise error
        enough.set()

    watch = asyncio.create_task(keep_looking("look", look, 0))
    try:
        async with asyncio.timeout(10):
            await enough.wait()
    finally:
        watch.cancel()
    assert len(looks) >= 2


async def test_reads_that_have_waited_an_hour_are_sealed(
    settings: Settings, pool: Pool, temporal_client: Client, database_url: str
) -> None:
    await as_superuser(
        database_url,
        "insert into reads (read_at, reader, door, kind) values (now() - interval '61 minutes', 'pct', 'api', 'feed')",
    )
    await look_after(temporal_client, pool, settings.task_queue)
    (entered,) = [event for _, event in await history(pool, Registry.READS)]
    assert isinstance(entered.data, ReadsSealed)
    assert entered.data.count == 1
