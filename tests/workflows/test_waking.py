"""Directives that nobody touches: an execution that is gone is made again once its instant has passed."""

from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from domain.commands import Deadline
from domain.events import DirectiveIssued, ReminderDue
from settings import Settings
from storage.pool import Pool
from tests.domain.happenings import order
from tests.support.eventually import eventually
from tests.workflows.desk import Desk
from worker import wake_the_overslept


async def test_a_lost_execution_is_woken_and_takes_the_step_at_its_instant(
    live_desk: Desk, settings: Settings, pool: Pool, temporal_client: Client
) -> None:
    await live_desk.issue(order(deadline=Deadline(at=datetime.now(UTC) + timedelta(seconds=4))))
    await live_desk.handle.terminate()

    async def overslept() -> int:
        return await wake_the_overslept(temporal_client, pool, settings.task_queue, late=timedelta(0))

    assert await eventually(overslept) == 1

    async def reminded() -> bool:
        return "ReminderDue" in await live_desk.types()

    await eventually(reminded)
    issued, reminder, *_ = await live_desk.happened()
    assert isinstance(issued, DirectiveIssued)
    assert isinstance(reminder, ReminderDue)
    assert reminder.due_at == issued.plan.steps[0].due_at


async def test_an_execution_that_is_there_is_left_alone(
    live_desk: Desk, settings: Settings, pool: Pool, temporal_client: Client
) -> None:
    await live_desk.issue(order(deadline=Deadline(at=datetime.now(UTC) + timedelta(seconds=600))))
    before = (await live_desk.handle.describe()).run_id
    assert await wake_the_overslept(temporal_client, pool, settings.task_queue, late=timedelta(0)) == 0
    await wake_the_overslept(temporal_client, pool, settings.task_queue, late=timedelta(seconds=-3600))
    assert (await live_desk.handle.describe()).run_id == before
