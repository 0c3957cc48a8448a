"""A checkpoint of the record: made, then taken out of the house. Every ten minutes, and sooner when much has happened."""

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    WorkflowHandle,
)
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.checkpoints import CheckpointActivities, CheckpointMade, Delivery
    from workflows.messages import TASK_TIMEOUT, checkpoint_after_id, checkpoint_workflow_id, notify_queue

EVERY = timedelta(minutes=10)
MAKE_LIMIT = timedelta(minutes=7)
"""With the time for deliveries, over before the schedule's next one is due: what was not made by then is made with it."""
DELIVER_LIMIT = timedelta(minutes=2)
"""A place that is away longer gets the next checkpoint."""
MAKE_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
DELIVER_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=15))
"""Often, for the place may be taking the checkpoint before."""
AGAIN = RetryPolicy(initial_interval=timedelta(seconds=5), backoff_coefficient=2.0, maximum_interval=EVERY)
"""After a checkpoint called for by events could not be made, as over a broken log: ever later, at last as the schedule does."""


@workflow.defn(name="Checkpoint")
class CheckpointWorkflow:
    """One checkpoint; the next one covers whatever this one missed."""

    @workflow.run
    async def run(self) -> CheckpointMade:
        """The checkpoint that was made, once every place has taken it or has had its time."""
        made = await workflow.execute_activity_method(
            CheckpointActivities.make_checkpoint,
            task_queue=notify_queue(workflow.info().task_queue),
            start_to_close_timeout=timedelta(minutes=5),
            schedule_to_close_timeout=MAKE_LIMIT,
            retry_policy=MAKE_RETRY,
        )
        await asyncio.gather(*(self._deliver(Delivery(place=place, size=made.size)) for place in made.places))
        return made

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await workflow.execute_activity_method(
                CheckpointActivities.deliver_checkpoint,
                delivery,
                task_queue=notify_queue(workflow.info().task_queue),
                start_to_close_timeout=timedelta(minutes=2),
                schedule_to_close_timeout=DELIVER_LIMIT,
                retry_policy=DELIVER_RETRY,
            )
        except ActivityError:
            # It holds up no other place; the next checkpoint goes there again, and `dondoc doctor` shows how far each is.
            workflow.logger.exception("the checkpoint of %s events was not taken to %s", delivery.size, delivery.place)


async def keep_schedule(client: Client, queue: str) -> bool:
    """Make sure that the schedule of checkpoints is there; whether it was missing, as after the loss of Temporal's store."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            "Checkpoint", id=checkpoint_workflow_id(queue), task_queue=queue, task_timeout=TASK_TIMEOUT
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)]),
        # One that was missed need not be made up for: the next one covers its events too.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=1)),
    )
    try:
        await client.create_schedule(checkpoint_workflow_id(queue), schedule, trigger_immediately=True)
    except ScheduleAlreadyRunningError:
        return False
    return True


async def start_checkpoint(client: Client, queue: str, after: int) -> WorkflowHandle[Any, CheckpointMade]:
    """Make the checkpoint that follows the one of `after` events (0: the first) now; one that is being made is left to it.

    The id names the checkpoint before, so that only the making is waited for and never a delivery: once it is made, the next
    one has another id. Where it cannot be made, the server tries again; so long its run counts as open, for all workers.
    """
    return await client.start_workflow(
        "Checkpoint",
        id=checkpoint_after_id(queue, after),
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        retry_policy=AGAIN,
        result_type=CheckpointMade,
        task_timeout=TASK_TIMEOUT,
    )
