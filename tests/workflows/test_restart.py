"""The record outlives its executions: whatever Temporal has lost, the next command brings back, timer and all."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus

from api.gateway import CommandGateway
from api.problems import Problem
from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    Comment,
    Deadline,
    IssueDirective,
    ReportCompletion,
    Withdraw,
)
from domain.events import DirectiveIssued, ReminderDue
from storage.directives import find
from storage.pool import Pool
from tests.domain.happenings import order
from tests.support.eventually import eventually
from tests.workflows.desk import FIVE_DAYS, Desk


@pytest.fixture
def desk(live_desk: Desk) -> Desk:
    """Here time is real."""
    return live_desk


def due_in(seconds: float) -> IssueDirective:
    """Under the policy by the second: the first reminder comes three seconds before the deadline."""
    return order(deadline=Deadline(at=datetime.now(UTC) + timedelta(seconds=seconds)))


async def over(desk: Desk) -> None:
    """Wait until the workflow has ended by itself."""

    async def completed() -> bool:
        return await desk.status() is WorkflowExecutionStatus.COMPLETED

    await eventually(completed)


async def test_a_terminated_execution_is_made_again_with_its_timer(
    desk: Desk, gateway: CommandGateway, pool: Pool
) -> None:
    await gateway.submit(await desk.envelope(due_in(6)))
    await desk.handle.terminate()
    assert (await gateway.submit(await desk.envelope(Acknowledge()))).version >= 2
    found = await find(pool, desk.directive_id)
    standing = await desk.standing()
    assert found is not None
    assert standing is not None
    assert standing.next_wakeup_at == found.state.next_wakeup_at

    async def reminded() -> bool:
        return "ReminderDue" in await desk.types()

    await eventually(reminded)
    issued, *rest = await desk.happened()
    reminders = [data for data in rest if isinstance(data, ReminderDue) and data.number == 1]
    assert isinstance(issued, DirectiveIssued)
    assert [reminder.due_at for reminder in reminders] == [issued.plan.steps[0].due_at]


async def test_what_came_due_without_an_execution_is_taken_before_the_command_that_brings_it_back(
    desk: Desk, gateway: CommandGateway
) -> None:
    await gateway.submit(await desk.envelope(due_in(3.3)))
    await desk.handle.terminate()
    await asyncio.sleep(0.6)
    await gateway.submit(await desk.envelope(Comment(text="Còn đó không?")))
    types = await desk.types()
    assert types[0] == "DirectiveIssued"
    assert types.index("ReminderDue") < types.index("Commented")
    assert types.count("ReminderDue") == len({d.number for d in await desk.happened() if isinstance(d, ReminderDue)})


async def test_a_completed_directive_can_still_be_commented_on(desk: Desk, gateway: CommandGateway) -> None:
    for command in (FIVE_DAYS, Acknowledge(), ReportCompletion(result="Xong"), ApproveCompletion(), Accept()):
        await gateway.submit(await desk.envelope(command))
    await over(desk)
    first_run = (await desk.handle.describe()).run_id
    assert (await gateway.submit(await desk.envelope(Comment(text="Làm tốt")))).version == 6
    assert (await desk.handle.describe()).run_id != first_run
    await over(desk)
    with pytest.raises(Problem) as refused:
        await gateway.submit(await desk.envelope(Withdraw(reason="Trùng")))
    assert refused.value.code == "not_possible_now"
    assert (await desk.types())[-2:] == ["CompletionAccepted", "Commented"]


async def test_a_repeat_to_a_new_execution_gets_the_first_answer(desk: Desk, gateway: CommandGateway) -> None:
    issue, taken = await desk.envelope(FIVE_DAYS), await desk.envelope(Acknowledge())
    first = [await gateway.submit(issue), await gateway.submit(taken)]
    await desk.handle.terminate()
    assert [await gateway.submit(taken), await gateway.submit(issue)] == first[::-1]
    assert await desk.types() == ["DirectiveIssued", "DirectiveAcknowledged"]


async def test_another_command_under_a_known_id_is_refused_by_a_new_execution(
    desk: Desk, gateway: CommandGateway
) -> None:
    await gateway.submit(await desk.envelope(FIVE_DAYS))
    command_id = uuid4()
    await gateway.submit(await desk.envelope(Comment(text="Một"), command_id=command_id))
    await desk.handle.terminate()
    with pytest.raises(Problem) as refused:
        await gateway.submit(await desk.envelope(Comment(text="Hai"), command_id=command_id))
    assert refused.value.code == "idempotency_key_reused"
    assert await desk.types() == ["DirectiveIssued", "Commented"]


async def test_a_command_to_a_directive_that_never_was_leaves_nothing_behind(
    desk: Desk, gateway: CommandGateway
) -> None:
    with pytest.raises(Problem) as refused:
        await gateway.submit(await desk.envelope(Acknowledge()))
    assert refused.value.code == "unknown_directive"
    await over(desk)
    assert await desk.events() == []


async def test_one_issue_sent_from_many_sides_is_issued_once(desk: Desk, gateway: CommandGateway) -> None:
    envelope = await desk.envelope(FIVE_DAYS)
    answers = await asyncio.gather(
        desk.start_with(envelope, resume=False), *(gateway.submit(envelope) for _ in range(4))
    )
    assert {(answer.refusal, answer.version, answer.position) for answer in answers} == {(None, 1, 1)}
    assert await desk.types() == ["DirectiveIssued"]


async def test_an_impossible_command_adds_nothing_to_the_history(desk: Desk, gateway: CommandGateway) -> None:
    await gateway.submit(await desk.envelope(FIVE_DAYS))
    await desk.standing()
    before = await desk.history()
    with pytest.raises(Problem):
        await gateway.submit(await desk.envelope(Accept()))
    assert await desk.history() == before
