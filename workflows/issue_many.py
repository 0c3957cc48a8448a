"""Several directives of one source document: recorded in one transaction, then each gets its own workflow."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.record import RecordActivities
    from workflows.directive import RECORD_LIMIT, RECORD_RETRY, DirectiveWorkflow
    from workflows.messages import IssueMany, IssueManyAnswer, NotifyRequest, StartDirective, workflow_id


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
        )
        if not answer.refusals:
            await asyncio.gather(*(self._start(e.directive_id, answer.effects) for e in request.envelopes))
        return answer

    async def _start(self, directive_id: UUID, effects: Sequence[NotifyRequest]) -> None:
        own = tuple(effect for effect in effects if effect.directive_id == directive_id)
        try:
            await workflow.start_child_workflow(
                DirectiveWorkflow.run,
                StartDirective(directive_id=directive_id, effects=own),
                id=workflow_id(directive_id),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            pass  # a command has already reached the directive and started it from the record
