"""Starting what the record calls for: the execution of a directive that may have none, and the re-projection."""

from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from workflows.messages import (
    TASK_TIMEOUT,
    ReprojectionProgress,
    StartDirective,
    StartReprojection,
    reprojection_workflow_id,
    workflow_id,
)


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


async def start_reprojection(client: Client, queue: str) -> WorkflowHandle[Any, ReprojectionProgress]:
    """Let the calendar be brought to open directives; a run that is under way looks once more before it ends."""
    return await client.start_workflow(
        "Reprojection",
        StartReprojection(),
        id=reprojection_workflow_id(queue),
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        start_signal="again",
        result_type=ReprojectionProgress,
        task_timeout=TASK_TIMEOUT,
    )
