"""Open directives without an execution, as a history leaves them, are taken up: each once, at a bounded rate."""

from temporalio.client import Client, WorkflowExecutionStatus

from console.filling import fill
from settings import Settings
from simulation.behaviour import Behaviour
from simulation.run import Plan, month_of, period
from storage.directives import open_directives
from storage.pool import Pool
from storage.reference import ReferenceCache
from tests.support.eventually import eventually
from tests.support.office import Office
from worker import take_up_the_open
from workflows.messages import workflow_id
from workflows.waking import count_executing, executing


async def test_every_open_directive_of_a_history_gets_its_execution(
    running_office: Office, settings: Settings, pool: Pool, temporal_client: Client
) -> None:
    reference = await ReferenceCache(pool).current()
    start, end = period(month_of("2026-02"), 1)
    facts = reference.facts(end)
    await fill(pool, Plan(40, start, end, 7, Behaviour(), facts), reference.version)
    still_open = await open_directives(pool)
    queue = settings.task_queue
    assert await take_up_the_open(temporal_client, pool, queue) == len(still_open) > 10

    async def all_there() -> bool:
        return await executing(temporal_client, queue) == {*await open_directives(pool)}

    await eventually(all_there)
    assert await count_executing(temporal_client, queue) == len(still_open)
    assert await take_up_the_open(temporal_client, pool, queue) == 0, "nothing is left to take up"
    # One is lost: it alone is taken up again.
    await temporal_client.get_workflow_handle(workflow_id(still_open[0])).terminate()

    async def one_gone() -> bool:
        return await count_executing(temporal_client, queue) == len(still_open) - 1

    await eventually(one_gone)
    assert await take_up_the_open(temporal_client, pool, queue) == 1
    handle = temporal_client.get_workflow_handle(workflow_id(still_open[0]))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
