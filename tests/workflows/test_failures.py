"""What fails below a workflow: an outage of the record heals by itself, a defect of ours ends nothing but its command."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.remembered import Remembered
from domain.commands import Acknowledge, Comment
from domain.events import ReminderDue
from storage.store import VersionConflict
from tests.support.eventually import eventually
from tests.support.skipping import skip
from tests.workflows.desk import FIVE_DAYS, Desk
from tests.workflows.faulty import FaultyStore, working_on
from tests.workflows.test_left_alone import LADDER
from workflows.directive import DirectiveWorkflow
from workflows.messages import StartDirective, workflow_id

OUTAGES = [OSError("connection reset"), TimeoutError(), asyncpg.CannotConnectNowError("the database is starting up")]


@pytest.fixture
def store() -> FaultyStore:
    return FaultyStore()


@pytest.fixture
async def desk(skipping: WorkflowEnvironment, task_queue: str, store: FaultyStore) -> AsyncIterator[Desk]:
    """A directive whose record fails on demand."""
    async with working_on(skipping.client, task_queue, store):
        one = Desk(skipping.client, task_queue, store, skipping.get_current_time)
        yield one
        await one.clear_away()


async def test_an_outage_during_a_command_heals_by_itself(desk: Desk, store: FaultyStore) -> None:
    await desk.issue()
    store.before.extend(OUTAGES)
    answer = await desk.send(Acknowledge())
    assert (answer.refusal, answer.version) == (None, 2)
    assert store.tries == 1 + len(OUTAGES) + 1
    assert await desk.types() == ["DirectiveIssued", "DirectiveAcknowledged"]


async def test_an_outage_while_issuing_heals_by_itself(desk: Desk, store: FaultyStore) -> None:
    store.before.append(OSError("connection refused"))
    assert (await desk.issue()).version == 1
    assert await desk.types() == ["DirectiveIssued"]


async def test_an_answer_lost_after_the_append_is_found_again(desk: Desk, store: FaultyStore) -> None:
    store.after.append(OSError("connection reset"))
    issued = await desk.issue()
    store.after.append(OSError("connection reset"))
    taken = await desk.send(Acknowledge())
    assert [(a.version, a.position) for a in (issued, taken)] == [(1, 1), (2, 2)]
    assert await desk.types() == ["DirectiveIssued", "DirectiveAcknowledged"]
    assert store.tries == 2
    standing = await desk.standing()
    assert standing is not None
    assert standing.version == 2


async def test_a_reminder_whose_answer_was_lost_is_sent_once(
    desk: Desk, store: FaultyStore, skipping: WorkflowEnvironment
) -> None:
    await desk.issue()
    store.after.extend(OSError("connection reset") for _ in range(3))
    await skip(skipping, timedelta(days=60))
    await desk.had("DirectiveIssued", *LADDER)


async def test_writers_that_overlap_decide_again(desk: Desk, store: FaultyStore) -> None:
    await desk.issue()
    store.before.extend(VersionConflict() for _ in range(4))
    assert (await desk.send(Acknowledge())).version == 2


async def test_a_defect_ends_its_command_at_once_and_nothing_else(desk: Desk, store: FaultyStore) -> None:
    await desk.issue()
    store.before.append(ValueError("a defect"))
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await desk.send(Acknowledge())
    defect = failed.value.cause
    assert isinstance(defect, ApplicationError)
    assert (defect.type, defect.non_retryable) == ("Defect", True)
    assert store.tries == 2
    assert (await desk.send(Acknowledge())).version == 2


async def test_a_defect_during_a_signal_does_not_end_the_directive(
    desk: Desk, store: FaultyStore, skipping: WorkflowEnvironment
) -> None:
    await desk.issue()
    store.before.append(ValueError("a defect"))
    await desk.signal(Comment(text="Ý kiến"))
    await _until_used_up(store)
    assert await desk.status() is WorkflowExecutionStatus.RUNNING
    await skip(skipping, timedelta(days=60))
    await desk.had("DirectiveIssued", *LADDER)


async def test_a_defect_during_a_tick_is_looked_at_again_after_a_while(
    desk: Desk, store: FaultyStore, skipping: WorkflowEnvironment
) -> None:
    await desk.issue()
    store.before.append(ValueError("a defect"))
    await skip(skipping, timedelta(days=60))
    reminded = (await desk.had("DirectiveIssued", *LADDER))[1]
    assert isinstance(reminded.data, ReminderDue)
    assert timedelta(seconds=60) <= reminded.occurred_at - reminded.data.due_at < timedelta(minutes=5)


async def test_a_restart_that_meets_a_defect_looks_again_after_a_while(
    desk: Desk, store: FaultyStore, skipping: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.issue()
    await desk.handle.terminate()
    basis, defects = store.basis, [ValueError("a defect"), ValueError("a defect")]

    async def broken(*args: object) -> object:
        if defects:
            raise defects.pop()
        return await basis(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "basis", broken)
    monkeypatch.setattr(Remembered, "get", lambda *_: None)  # as in another process
    with pytest.raises(WorkflowUpdateFailedError):
        await desk.start_with(await desk.envelope(Comment(text="Còn đó không?")))
    await skip(skipping, timedelta(days=60))
    await desk.had("DirectiveIssued", *LADDER)


async def test_an_issue_that_met_a_defect_leaves_no_workflow_behind(
    desk: Desk, store: FaultyStore, skipping: WorkflowEnvironment
) -> None:
    envelope = await desk.envelope(FIVE_DAYS)
    store.before.append(ValueError("a defect"))
    with pytest.raises(WorkflowUpdateFailedError):
        await desk.start_with(envelope, resume=False)
    await skip(skipping, timedelta(hours=1))

    async def over() -> bool:
        return await desk.status() is WorkflowExecutionStatus.COMPLETED

    await eventually(over)
    assert await desk.events() == []
    assert (await desk.start_with(envelope, resume=False)).version == 1


async def test_an_issue_that_was_lost_on_the_way_leaves_no_workflow_behind(
    desk: Desk, skipping: WorkflowEnvironment
) -> None:
    await skipping.client.start_workflow(
        DirectiveWorkflow.run,
        StartDirective(directive_id=desk.directive_id, resume=False),
        id=workflow_id(desk.directive_id),
        task_queue=desk.queue,
    )
    await skip(skipping, timedelta(hours=1))

    async def over() -> bool:
        return await desk.status() is WorkflowExecutionStatus.COMPLETED

    await eventually(over)
    assert await desk.events() == []
    assert (await desk.issue()).version == 1


async def _until_used_up(store: FaultyStore) -> None:
    async def used_up() -> bool:
        return not store.before

    await eventually(used_up)
