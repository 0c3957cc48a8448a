"""A bare workflow of the same shape as a directive's life: start, one timer, three updates, no activity.

Beside it one that calls a local activity which does nothing in each of four updates, the first of which comes with the
start: what Temporal asks for the shape of our commands before a line of ours has run.

Run as a module it is the bare worker: `python -m bench.bare ADDRESS`.
"""

import asyncio
import signal
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, UnsandboxedWorkflowRunner, Worker

from workflows.converter import DATA_CONVERTER

QUEUE = "bench-bare"


@activity.defn
async def nothing(text: str) -> str:
    """Does nothing."""
    return text


@workflow.defn(name="BareActivities")
class BareActivities:
    """Ends after four updates with an activity each, or after ten days."""

    def __init__(self) -> None:
        self._steps = 0

    @workflow.run
    async def run(self) -> None:
        """Wait for the updates on one timer."""
        try:
            await workflow.wait_condition(lambda: self._steps >= 4, timeout=timedelta(days=10))
        except TimeoutError:
            return
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def step(self, text: str) -> str:
        """One of the four."""
        answer = await workflow.execute_local_activity(nothing, text, start_to_close_timeout=timedelta(seconds=20))
        self._steps += 1
        return answer


@workflow.defn(name="Bare")
class Bare:
    """Ends after three updates, or after ten days."""

    def __init__(self) -> None:
        self._steps = 0

    @workflow.run
    async def run(self) -> None:
        """Wait for the updates on one timer."""
        try:
            await workflow.wait_condition(lambda: self._steps >= 3, timeout=timedelta(days=10))
        except TimeoutError:
            return
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def step(self) -> int:
        """One of the three."""
        self._steps += 1
        return self._steps


async def _serve(address: str) -> None:
    client = await Client.connect(address, data_converter=DATA_CONVERTER)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=[Bare, BareActivities],
        activities=[nothing],
        no_remote_activities=True,
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=2000,
        max_concurrent_workflow_tasks=100,
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(maximum=20),
    ):
        await stop.wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve(sys.argv[1]))
