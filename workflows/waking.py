"""Starting what the record calls for: the execution of a directive that may have none, the re-projection, the succession."""

from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from workflows.messages import (
    TASK_TIMEOUT,
    NotifyRequest,
    ReprojectionProgress,
    StartDirective,
    StartReprojection,
    StartSuccession,
    reprojection_workflow_id,
    succession_workflow_id,
    workflow_id,
)

_PREFIX = workflow_id(UUID(int=0)).removesuffix(str(UUID(int=0)))


async def wake(client: Client, directive_id: UUID, queue: str) -> bool:
    """Make sure that the directive has an execution; whether it had none. One that runs already is left as it is."""
    try:
        await client.start_workflow(
            "Directive",
            StartDirective(directive_id=directive_id),
            id=workflow_id(directive_id),
            task_queue=queue,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            task_timeout=TASK_TIMEOUT,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


async def send_again(client: Client, effect: NotifyRequest, queue: str) -> None:
    """Let the directive's execution send notices that one before it did not; it starts for that if need be.

    Nobody is told twice: an execution takes the same notices once, and an outcome, or whom a try has reached, is in the record.
    """
    await client.start_workflow(
        "Directive",
        StartDirective(directive_id=effect.directive_id),
        id=workflow_id(effect.directive_id),
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        start_signal="start_effects",
        start_signal_args=[[effect]],
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


async def count_executing(client: Client, queue: str) -> int:
    """How many directives have an execution, as far as Temporal's index knows: it is a few seconds behind."""
    return (await client.count_workflows(_executing(queue))).count


async def executing(client: Client, queue: str) -> set[UUID]:
    """The directives that have an execution, as far as Temporal's index knows; others of its type are none of ours."""
    listed = client.list_workflows(_executing(queue), page_size=1000)
    return {found async for execution in listed if (found := _directive_of(execution.id)) is not None}


def _directive_of(name: str) -> UUID | None:
    try:
        found = UUID(name.removeprefix(_PREFIX))
    except ValueError:
        return None
    return found if name == workflow_id(found) else None


def _executing(queue: str) -> str:
    return f"WorkflowType = 'Directive' and ExecutionStatus = 'Running' and TaskQueue = '{queue}'"


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
