"""An execution of its own for a directive that was recorded within another's transaction."""

from collections.abc import Sequence
from uuid import UUID

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from workflows.messages import TASK_TIMEOUT, NotifyRequest, StartDirective, workflow_id


async def start_directive(directive_id: UUID, effects: Sequence[NotifyRequest]) -> None:
    """Start the directive's workflow, to live on by itself, with the notices that issuing it called for.

    By names rather than classes: the workflow that starts others is the one that is started.
    """
    own = tuple(effect for effect in effects if effect.directive_id == directive_id)
    try:
        await workflow.start_child_workflow(
            "Directive",
            StartDirective(directive_id=directive_id, effects=own),
            id=workflow_id(directive_id),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            task_timeout=TASK_TIMEOUT,
        )
    except WorkflowAlreadyStartedError:
        # A command has already reached the directive and started it from the record, which knows nothing of notices.
        if own:
            await _hand_over(directive_id, own)


async def _hand_over(directive_id: UUID, effects: Sequence[NotifyRequest]) -> None:
    running = workflow.get_external_workflow_handle(workflow_id(directive_id))
    try:
        await running.signal("start_effects", list(effects))
    except FailureError:
        workflow.logger.exception("the notices of issuing directive %s found no execution", directive_id)
