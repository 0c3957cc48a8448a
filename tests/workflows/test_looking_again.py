"""The record went on without a directive's workflow: told so, the workflow asks, also when an answer is on its way."""

import asyncio
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client

from domain.commands import Acknowledge
from storage.store import Basis
from tests.support.eventually import eventually
from tests.workflows.desk import Desk, real_now
from tests.workflows.faulty import FaultyStore, recorder_on, working_on
from workflows.directive import DirectiveWorkflow
from workflows.messages import StartDirective, workflow_id


class HeldStore(FaultyStore):
    """Reads at once, but the answer to the read that is held comes only once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.hold_next = False
        self.held, self.may_answer = asyncio.Event(), asyncio.Event()

    async def basis(self, directive_id: UUID, command_id: UUID) -> Basis:
        """See EventStore."""
        basis = await super().basis(directive_id, command_id)
        if self.hold_next:
            self.hold_next = False
            self.held.set()
            await self.may_answer.wait()
        return basis


async def behind_its_back(desk: Desk) -> None:
    """Record an acknowledgement without the directive's workflow."""
    recorder = recorder_on(desk.store)  # type: ignore[arg-type]  # the tests' own store in memory
    assert (await recorder.record(await desk.envelope(Acknowledge()))).refusal is None


async def test_a_workflow_that_is_told_knows_where_its_directive_stands(
    temporal_client: Client, task_queue: str
) -> None:
    store = FaultyStore()
    async with working_on(temporal_client, task_queue, store):
        desk = Desk(temporal_client, task_queue, store, real_now)
        await desk.issue()
        await behind_its_back(desk)
        await desk.handle.signal(DirectiveWorkflow.look_again, [])

        async def knows() -> bool:
            standing = await desk.standing()
            return standing is not None and standing.version == 2

        await eventually(knows)
        await desk.clear_away()


async def test_what_it_is_told_while_an_answer_is_on_its_way_is_not_forgotten(
    temporal_client: Client, task_queue: str
) -> None:
    """The answer may have been given before what the workflow is told of: it must ask once more."""
    store = HeldStore()
    async with working_on(temporal_client, task_queue, store):
        desk = Desk(temporal_client, task_queue, store, real_now)
        await desk.issue()
        await desk.handle.terminate()
        store.hold_next = True
        # With a short task timeout the worker goes back to the server while the answer is awaited, and gets the signal.
        await temporal_client.start_workflow(
            DirectiveWorkflow.run,
            StartDirective(directive_id=desk.directive_id),
            id=workflow_id(desk.directive_id),
            task_queue=task_queue,
            task_timeout=timedelta(seconds=2),
        )
        await store.held.wait()
        await behind_its_back(desk)
        await desk.handle.signal(DirectiveWorkflow.look_again, [])

        async def delivered() -> bool:
            kinds = await desk.history()
            assert "WORKFLOW_EXECUTION_SIGNALED" in kinds
            return "WORKFLOW_TASK_COMPLETED" in kinds[kinds.index("WORKFLOW_EXECUTION_SIGNALED") :]

        await eventually(delivered)
        store.may_answer.set()

        async def knows() -> bool:
            standing = await desk.standing()
            return standing is not None and standing.version == 2

        await eventually(knows, seconds=10)
        await desk.clear_away()
