"""One occurrence of a recurring directive: recorded, then it gets a workflow of its own like any other."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from activities.occurrence import IssueFor, OccurrenceActivities, OccurrenceAnswer
    from workflows.directive import RECORD_LIMIT, RECORD_RETRY, WAIT_WITHIN_TASK
    from workflows.messages import StartOccurrence
    from workflows.starting import start_directive

SCHEDULED_AT = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
"""The instant for which a schedule started a workflow, however late it did; set by Temporal."""


@workflow.defn(name="Occurrence")
class OccurrenceWorkflow:
    """Started by a recurrence's Temporal Schedule: when an instant has come, late after a downtime, or for a backfill."""

    @workflow.run
    async def run(self, start: StartOccurrence) -> OccurrenceAnswer:
        """What became of the period; a refusal is an answer, and is kept in the record."""
        info = workflow.info()
        answer = await workflow.execute_local_activity_method(
            OccurrenceActivities.issue_occurrence,
            IssueFor(
                recurrence_id=start.recurrence_id,
                period=start.period,
                scheduled_at=info.typed_search_attributes.get(SCHEDULED_AT) or workflow.now(),
                now=workflow.now(),
                attempt=info.run_id,
            ),
            start_to_close_timeout=timedelta(seconds=30),
            schedule_to_close_timeout=RECORD_LIMIT,
            retry_policy=RECORD_RETRY,
            local_retry_threshold=WAIT_WITHIN_TASK,
        )
        if answer.directive_id is not None:
            await start_directive(answer.directive_id, answer.effects)
        return answer
