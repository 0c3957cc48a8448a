"""Several directives of one source document: recorded in one transaction, then each gets its own workflow."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.record import RecordActivities
    from workflows.directive import RECORD_LIMIT, RECORD_RETRY, WAIT_WITHIN_TASK, DirectiveWorkflow
    from workflows.messages import TASK_TIMEOUT, IssueMany, IssueManyAnswer, NotifyRequest, StartDirective, workflow_id


@workflow.defn(name="IssueMany")
class IssueManyWorkflow:
    """All or none: what the transaction holds is issued, and whatever is issued will be started."""

    @workflow.run
    async def run(self, request: IssueMany) -> IssueManyAnswer:
        """The answers in the order asked, or every refusal."""
        answer = await workflow.execute_local_activity_method(
            RecordActivities.record_issues,
            request,
            start_to_close_timeout=timedelta(seconds=30),
            schedule_to_close_timeout=RECORD_LIMIT,
            retry_policy=RECORD_RETRY,
            local_retry_threshold=WAIT_WITHIN_TASK,
        )
        if not answer.refusals:
            await asyncio.gather(*(start_directive(e.directive_id, answer.effects) for e in request.envelopes))
        return answer


async def start_directive(directive_id: UUID, effects: Sequence[NotifyRequest]) -> None:
    """Start the workflow of a directive that was just recorded, with its own of the notices."""
    own = tuple(effect for effect in effects if effect.directive_id == directive_id)
    try:
        await workflow.start_child_workflow(
            DirectiveWorkflow.run,
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
    running = workflow.get_external_workflow_handle_for(DirectiveWorkflow.run, workflow_id(directive_id))
    try:
        await running.signal(DirectiveWorkflow.start_effects, list(effects))
    except FailureError:
        workflow.logger.exception("the notices of issuing directive %s found no execution", directive_id)
