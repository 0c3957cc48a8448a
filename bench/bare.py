"""A bare workflow of the same shape as a directive's life: start, one timer, three updates, no activity.

Run as a module it is the bare worker: `python -m bench.bare ADDRESS`.
"""

import asyncio
import signal
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, UnsandboxedWorkflowRunner, Worker

from workflows.converter import DATA_CONVERTER

QUEUE = "bench-bare"


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
        workflows=[Bare],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=2000,
        max_concurrent_workflow_tasks=100,
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(maximum=20),
    ):
        await stop.wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve(sys.argv[1]))
