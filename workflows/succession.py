"""Open directives follow units that have ended to their successors, page by page. See docs/decisions/0019."""

import asyncio
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities.record import RecordActivities
    from activities.succession import SuccessionActivities
    from domain.commands import SYSTEM_USER, CommandEnvelope, FollowSuccessors
    from domain.ids import succession_id
    from workflows.directive import RECORD_RETRY, WAIT_WITHIN_TASK
    from workflows.messages import (
        StartSuccession,
        SuccessionPage,
        SuccessionProgress,
        SuccessionQuery,
        SuccessionTask,
    )
    from workflows.starting import start_directive

AT_ONCE = 10
"""Directives under way at the same time, so that commands of people find room on the workers and in the record."""

OF_THE_RECORD = workflow.LocalActivityConfig(
    start_to_close_timeout=timedelta(seconds=20), retry_policy=RECORD_RETRY, local_retry_threshold=WAIT_WITHIN_TASK
)
"""How the record is asked: again for as long as it is away."""


@workflow.defn(name="Succession")
class SuccessionWorkflow:
    """One at a time for the whole record. Cut off anywhere it may go on or begin again: each step is idempotent."""

    @workflow.init
    def __init__(self, start: StartSuccession) -> None:
        self._progress = start.progress
        self._room = asyncio.Semaphore(AT_ONCE)

    @workflow.run
    async def run(self, start: StartSuccession) -> SuccessionProgress:
        """Until every open directive has been asked once; how many followed."""
        above: UUID | None = start.above
        while above is not None:
            page = await self._page(SuccessionQuery(above=above, limit=start.page))
            await asyncio.gather(*(self._follow(task) for task in page.tasks))
            above = page.last
            if above is not None and workflow.info().get_current_history_length() >= start.continue_after:
                workflow.continue_as_new(start.model_copy(update={"above": above, "progress": self._progress}))
        return self._progress

    @workflow.query
    def progress(self) -> SuccessionProgress:
        """How far it is."""
        return self._progress

    async def _page(self, query: SuccessionQuery) -> SuccessionPage:
        return await workflow.execute_local_activity_method(SuccessionActivities.page, query, **OF_THE_RECORD)

    async def _follow(self, task: SuccessionTask) -> None:
        """Record the successors, then let the directive's own workflow send the notices; its instants stay as they were."""
        async with self._room:
            envelope = CommandEnvelope(
                command_id=succession_id(task.directive_id, task.version),
                directive_id=task.directive_id,
                user=SYSTEM_USER,
                at=workflow.now(),
                command=FollowSuccessors(),
            )
            try:
                recorded = await workflow.execute_local_activity_method(
                    RecordActivities.record_decision, envelope, **OF_THE_RECORD
                )
            except FailureError:
                # A defect of ours with this one; the others must not wait for it. The workers look again every minute.
                workflow.logger.exception("directive %s did not follow its units", task.directive_id)
                self._count("failed")
                return
            if recorded.position:
                self._count("followed")
                await start_directive(task.directive_id, recorded.effects)

    def _count(self, what: str) -> None:
        self._progress = self._progress.model_copy(update={what: getattr(self._progress, what) + 1})
