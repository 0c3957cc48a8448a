"""A changed calendar is brought to the open directives it touches, page by page. See docs/decisions/0018."""

import asyncio
from datetime import timedelta
from typing import Literal
from uuid import UUID

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from activities.record import RecordActivities
    from activities.reprojection import ReprojectionActivities
    from domain.commands import SYSTEM_USER, CommandEnvelope, Reproject
    from domain.ids import reprojection_id
    from workflows.directive import RECORD_RETRY, WAIT_WITHIN_TASK, DirectiveWorkflow
    from workflows.messages import (
        TASK_TIMEOUT,
        Recorded,
        ReprojectionOutlook,
        ReprojectionProgress,
        StartDirective,
        StartReprojection,
        TouchedPage,
        TouchedQuery,
        workflow_id,
    )

AT_ONCE = 10
"""Directives under way at the same time, so that commands of people find room on the workers and in the record."""

OF_THE_RECORD = workflow.LocalActivityConfig(
    start_to_close_timeout=timedelta(seconds=20), retry_policy=RECORD_RETRY, local_retry_threshold=WAIT_WITHIN_TASK
)
"""How the record is asked: again for as long as it is away."""


@workflow.defn(name="Reprojection")
class ReprojectionWorkflow:
    """One at a time for the whole record. Cut off anywhere it may go on or begin again: each step is idempotent."""

    @workflow.init
    def __init__(self, start: StartReprojection) -> None:
        self._asked_again = False
        self._progress = start.progress or ReprojectionProgress()
        self._room = asyncio.Semaphore(AT_ONCE)

    @workflow.run
    async def run(self, start: StartReprojection) -> ReprojectionProgress:
        """Until open directives stand under the newest calendar; what was looked at and changed."""
        outlook, above = start.outlook, start.above
        while True:
            self._asked_again = False
            if outlook is None:
                outlook, above = await self._outlook(), UUID(int=0)
                if outlook.behind:
                    begun = {"total": outlook.open_directives, "done": 0, "failed": 0, "revision": outlook.revision}
                    self._progress = self._progress.model_copy(update=begun)
            if outlook.behind:
                await self._all_pages(start, outlook, above)
                if self._progress.failed:
                    return self._progress  # not marked as done: the workers look again every ten minutes
                await self._mark(outlook.revision)
            elif not self._asked_again:
                return self._progress
            outlook = None  # a decision that came meanwhile stands there now

    @workflow.signal
    async def again(self) -> None:
        """The calendar was decided on: look for what there is to do before ending."""
        self._asked_again = True

    @workflow.query
    def progress(self) -> ReprojectionProgress:
        """How far it is."""
        return self._progress

    async def _all_pages(self, start: StartReprojection, outlook: ReprojectionOutlook, above: UUID) -> None:
        while True:
            page = await self._touched(outlook, above, start.page)
            self._count("done", page.looked_at - len(page.touched))
            await asyncio.gather(*(self._bring(outlook, directive_id) for directive_id in page.touched))
            if page.last is None:
                return
            above = page.last
            if workflow.info().get_current_history_length() >= start.continue_after:
                going_on = {"outlook": outlook, "above": above, "progress": self._progress}
                workflow.continue_as_new(start.model_copy(update=going_on))

    async def _bring(self, outlook: ReprojectionOutlook, directive_id: UUID) -> None:
        """Record what the calendar moves, then let the directive's own workflow find its new instants."""
        async with self._room:
            envelope = CommandEnvelope(
                command_id=reprojection_id(directive_id, outlook.after, outlook.revision),
                directive_id=directive_id,
                user=SYSTEM_USER,
                at=workflow.now(),
                command=Reproject(after=outlook.after, revision=outlook.revision),
            )
            try:
                recorded = await self._record(envelope)
            except FailureError:
                # A defect of ours with this one; the others must not wait for it.
                workflow.logger.exception("the calendar was not brought to directive %s", directive_id)
                self._count("failed")
            else:
                if recorded.position:
                    self._count("changed")
                    await self._tell(directive_id, recorded)
            self._count("done")

    def _count(self, what: Literal["done", "changed", "failed"], more: int = 1) -> None:
        counted = self._progress.model_copy(update={what: getattr(self._progress, what) + more})
        # Directives issued meanwhile are looked at as well.
        self._progress = counted.model_copy(update={"total": max(counted.total, counted.done)})

    async def _tell(self, directive_id: UUID, recorded: Recorded) -> None:
        """Its execution is nearly always there; one that is lost, or that ends or begins just now, is met the second time."""
        for _ in range(2):
            if await self._signalled(directive_id, recorded) or await self._started(directive_id, recorded):
                return
        workflow.logger.warning("directive %s was not told of its new instants", directive_id)

    async def _signalled(self, directive_id: UUID, recorded: Recorded) -> bool:
        running: workflow.ExternalWorkflowHandle[DirectiveWorkflow]
        running = workflow.get_external_workflow_handle(workflow_id(directive_id))
        try:
            await running.signal(DirectiveWorkflow.look_again, list(recorded.effects))
        except FailureError:
            return False
        return True

    async def _started(self, directive_id: UUID, recorded: Recorded) -> bool:
        try:
            await workflow.start_child_workflow(
                DirectiveWorkflow.run,
                StartDirective(directive_id=directive_id, effects=recorded.effects),
                id=workflow_id(directive_id),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                task_timeout=TASK_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _record(self, envelope: CommandEnvelope) -> Recorded:
        return await workflow.execute_local_activity_method(
            RecordActivities.record_decision,
            envelope,
            **OF_THE_RECORD,
        )

    async def _outlook(self) -> ReprojectionOutlook:
        return await workflow.execute_local_activity_method(
            ReprojectionActivities.outlook,
            **OF_THE_RECORD,
        )

    async def _touched(self, outlook: ReprojectionOutlook, above: UUID, limit: int) -> TouchedPage:
        return await workflow.execute_local_activity_method(
            ReprojectionActivities.touched,
            TouchedQuery(after=outlook.after, revision=outlook.revision, above=above, limit=limit),
            **OF_THE_RECORD,
        )

    async def _mark(self, revision: int) -> None:
        await workflow.execute_local_activity_method(
            ReprojectionActivities.done,
            revision,
            **OF_THE_RECORD,
        )
