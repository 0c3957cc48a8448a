"""Open directives follow a unit that has ended, each once, page by page; what has ended stays where it was."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.commands import Acknowledge, ReportProgress, Withdraw
from domain.event_values import SYSTEM
from domain.instants import local
from domain.reorganising import ended
from storage.directives import find
from storage.directory import revise
from storage.notices import inbox
from storage.pool import Pool
from storage.reference import ReferenceCache
from tests.domain.happenings import order
from tests.workflows.desk import NO_DEADLINE, Desk, real_now
from worker import follow_the_ended
from workflows.messages import StartSuccession, SuccessionProgress, succession_workflow_id
from workflows.succession import SuccessionWorkflow

ELSEWHERE = order(
    lead_unit="P-A", coordinating_units=(), informed_units=(), officer=None, deadline=NO_DEADLINE.deadline
)


@pytest.fixture
def desk(live_desk: Desk) -> Desk:
    """Here time is real."""
    return live_desk


def another(desk: Desk) -> Desk:
    return Desk(desk.client, desk.queue, desk.store, real_now)


def today() -> date:
    return local(datetime.now(UTC)).date()


async def end_nv(pool: Pool, on: date | None = None) -> None:
    await revise(pool, lambda held: ended(held, "NV", on or date(2026, 1, 1), "TNMT", "9/NQ"), SYSTEM)


async def followed(desk: Desk, pool: Pool) -> SuccessionProgress:
    assert await follow_the_ended(desk.client, pool, desk.queue, ReferenceCache(pool))
    workflow_id = succession_workflow_id(desk.queue)
    progress: SuccessionProgress = await desk.client.get_workflow_handle(
        workflow_id, result_type=SuccessionProgress
    ).result()
    return progress


async def test_open_directives_follow_and_their_new_units_are_told(desk: Desk, pool: Pool) -> None:
    other, closed, elsewhere = another(desk), another(desk), another(desk)
    for one in (desk, other, closed):
        await one.issue(NO_DEADLINE)
    await elsewhere.issue(ELSEWHERE)
    await desk.send(Acknowledge())
    await closed.send(Withdraw(reason="Trùng"))
    await end_nv(pool)
    assert await followed(desk, pool) == SuccessionProgress(followed=2)
    for one, types in (
        (desk, ["DirectiveIssued", "DirectiveAcknowledged", "UnitsSucceeded"]),
        (other, ["DirectiveIssued", "UnitsSucceeded"]),
        (closed, ["DirectiveIssued", "DirectiveWithdrawn"]),
        (elsewhere, ["DirectiveIssued"]),
    ):
        assert await one.types() == types
    found = await find(pool, desk.directive_id)
    assert found is not None
    assert (found.state.lead_unit, found.state.phase, found.state.coordinating_units) == ("TNMT", "in_progress", ())
    notices, _ = await inbox(pool, "tp-tnmt")
    assert next(notice.type for notice in notices if notice.directive_id == desk.directive_id) == "UnitsSucceeded"
    assert not await follow_the_ended(desk.client, pool, desk.queue, ReferenceCache(pool)), "nothing is left to follow"
    assert (await desk.send(ReportProgress(percent=10), by="cv-tnmt")).refusal is None


async def test_a_unit_that_ends_on_a_day_to_come_is_followed_when_it_has_come(desk: Desk, pool: Pool) -> None:
    await desk.issue(NO_DEADLINE)
    await end_nv(pool, today() + timedelta(days=2))
    assert not await follow_the_ended(desk.client, pool, desk.queue, ReferenceCache(pool))
    await pool.execute("update unit_ends set on_day = $1 where code = 'NV'", date(2026, 1, 1))
    await pool.execute("update person_spells set since = $1 where since > $1", date(2026, 1, 1))
    assert (await followed(desk, pool)).followed == 1


async def test_it_goes_on_page_by_page_and_from_run_to_run(desk: Desk, pool: Pool) -> None:
    desks = [another(desk) for _ in range(5)]
    for one in desks:
        await one.issue(NO_DEADLINE)
    await end_nv(pool)
    progress = await desk.client.execute_workflow(
        SuccessionWorkflow.run,
        StartSuccession(page=2, continue_after=1),
        id=f"paged-{desk.queue}",
        task_queue=desk.queue,
    )
    assert progress == SuccessionProgress(followed=5)
    for one in desks:
        assert await one.types() == ["DirectiveIssued", "UnitsSucceeded"]
        await one.clear_away()


async def test_begun_again_from_the_start_it_changes_nothing(desk: Desk, pool: Pool) -> None:
    await desk.issue(NO_DEADLINE)
    await end_nv(pool)
    await followed(desk, pool)
    again = await desk.client.execute_workflow(
        SuccessionWorkflow.run, StartSuccession(above=UUID(int=0)), id=f"again-{desk.queue}", task_queue=desk.queue
    )
    assert again == SuccessionProgress()
    assert await desk.types() == ["DirectiveIssued", "UnitsSucceeded"]


async def test_a_directive_without_an_execution_gets_one(desk: Desk, pool: Pool) -> None:
    await desk.issue(NO_DEADLINE)
    await desk.handle.terminate()
    await end_nv(pool)
    await followed(desk, pool)
    assert await desk.status() is WorkflowExecutionStatus.RUNNING
