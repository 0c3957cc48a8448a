"""Starting executions from outside: of a directive that may have none, and of the succession."""

from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from workflows.messages import TASK_TIMEOUT, StartDirective, StartSuccession, succession_workflow_id, workflow_id


async def wake(client: Client, directive_id: UUID, queue: str) -> None:
    """Make sure that the directive has an execution; one that runs already is left as it is."""
    await client.start_workflow(
        "Directive",
        StartDirective(directive_id=directive_id),
        id=workflow_id(directive_id),
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        task_timeout=TASK_TIMEOUT,
    )


async def succeed(client: Client, queue: str) -> None:
    """Make sure that a succession runs."""
    await client.start_workflow(
        "Succession",
        StartSuccession(),
        id=succession_workflow_id(queue),
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        task_timeout=TASK_TIMEOUT,
    )
