"""A directive that is reported on for three years: no run of its workflow grows too long, and nothing is lost on the way.

5,000 reports take some minutes: `make soak` runs them; a test run has a sample.
"""

import os
from datetime import timedelta

import pytest
import structlog
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.commands import ReportProgress
from domain.evolve import fold
from domain.state import Phase
from tests.support.skipping import skip
from tests.workflows.desk import NO_DEADLINE, Desk
from workflows.directive import DirectiveWorkflow

log = structlog.get_logger()

REPORTS = int(os.environ.get("DONDOC_SOAK_REPORTS", "80"))
SAMPLE = 200
"""History events after which the sample continues a run, so that it too has several; the soak takes the program's own."""
THREE_YEARS = timedelta(days=3 * 365)
MOST_EVENTS, MOST_BYTES = 10_240, 10_000_000


@pytest.mark.timeout(1800)
async def test_no_run_grows_too_long_and_the_state_is_that_of_the_record(
    desk: Desk, skipping: WorkflowEnvironment
) -> None:
    await desk.issue(NO_DEADLINE, **({"continue_after": SAMPLE} if REPORTS < 1000 else {}))
    begun = await desk.now()
    for n in range(REPORTS):
        await skip(skipping, THREE_YEARS / REPORTS)
        await desk.send(ReportProgress(percent=n * 100 // REPORTS, note=f"Báo cáo số {n + 1}: đang rà soát hồ sơ."))
    runs = await runs_of(desk)
    histories = [await run.fetch_history() for run in runs]
    lengths = [len(history.events) for history in histories]
    sizes = [sum(event.ByteSize() for event in history.events) for history in histories]
    span = (await desk.now() - begun).days
    log.info("three_years", reports=REPORTS, days=span, runs=len(runs), longest=max(lengths), largest=max(sizes))
    assert len(runs) > 1
    assert max(lengths) <= MOST_EVENTS
    assert max(sizes) <= MOST_BYTES
    events = await desk.events()
    state, standing = fold(events), await desk.standing()
    assert state is not None
    assert standing is not None
    assert (state.progress_reports, len(events)) == (REPORTS, REPORTS + 1)
    assert (await desk.store.basis(desk.directive_id, desk.directive_id)).state == state
    assert (standing.version, standing.phase) == (state.version, Phase.IN_PROGRESS)
    assert await desk.now() - begun >= THREE_YEARS


async def runs_of(desk: Desk) -> list[WorkflowHandle[DirectiveWorkflow, None]]:
    """Every run of the directive's workflow, the first first: each names the one that continued it."""
    run_id: str | None = (await desk.handle.describe()).raw_description.workflow_execution_info.first_run_id
    runs = []
    while run_id:
        run: WorkflowHandle[DirectiveWorkflow, None]
        run = desk.client.get_workflow_handle(desk.handle.id, run_id=run_id)
        runs.append(run)
        history = await run.fetch_history()
        last = history.events[-1]
        continued = (await run.describe()).status is WorkflowExecutionStatus.CONTINUED_AS_NEW
        run_id = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id if continued else None
    return runs
