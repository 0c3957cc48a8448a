"""Several directives of one source document: recorded in one transaction, then each gets its own workflow."""

import asyncio
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.record import RecordActivities
    from workflows.directive import RECORD_LIMIT, RECORD_RETRY, WAIT_WITHIN_TASK
    from workflows.messages import IssueMany, IssueManyAnswer
    from workflows.starting import start_directive


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
