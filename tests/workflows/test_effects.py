"""Notices that leave the house: started by the workflow, late or repeated, and never in the way of a command."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.commands import Accept, Acknowledge, Comment, ReportCompletion, Withdraw
from tests.support.eventually import eventually
from tests.workflows.desk import NO_DEADLINE, Desk
from tests.workflows.scenarios import Stage, staged


async def test_mail_that_is_away_holds_up_no_command_and_keeps_the_workflow_until_it_is_sent(
    skipping: WorkflowEnvironment,
) -> None:
    async with staged(skipping, mail=True) as stage:
        stage.mail_fails = OSError("the mail server is away")
        await stage.issue(NO_DEADLINE)
        assert (await stage.send(Acknowledge())).version == 2
        assert (await stage.send(Withdraw(reason="Trùng nhiệm vụ"))).version == 3
        await stage.pass_time(timedelta(minutes=1))
        assert await stage.status() is WorkflowExecutionStatus.RUNNING
        stage.mail_fails = None
        await stage.pass_time(timedelta(minutes=15))
        await over(stage)
        assert stage.given_up == 0


async def test_notices_that_are_given_up_are_recorded_as_such_and_the_directive_goes_on(
    skipping: WorkflowEnvironment,
) -> None:
    async with staged(skipping, mail=True) as stage:
        stage.mail_fails = ApplicationError("no way out", non_retryable=True)
        await stage.issue(NO_DEADLINE)

        async def gave_up() -> bool:
            return stage.given_up == 1

        await eventually(gave_up)
        stage.mail_fails = None
        await stage.send(Withdraw(reason="Trùng nhiệm vụ"))
        await over(stage)
        assert stage.given_up == 1


async def test_what_comes_while_notices_are_under_way_goes_out_together(skipping: WorkflowEnvironment) -> None:
    async with staged(skipping, mail=True) as stage:
        stage.held = asyncio.Event()
        await stage.issue(NO_DEADLINE)
        await stage.send(ReportCompletion(result="Đã xong"))
        await stage.send(Accept())

        async def asked() -> bool:
            return stage.batches == [[1]]

        await eventually(asked)
        stage.held.set()
        await over(stage)
        assert stage.batches == [[1], [2, 4]]


async def test_notices_that_fail_hold_up_none_that_come_after(skipping: WorkflowEnvironment) -> None:
    async with staged(skipping, mail=True) as stage:
        stage.mail_fails = OSError("put off")
        await stage.issue(NO_DEADLINE)

        async def tried_by_itself() -> bool:
            return len(stage.batches) >= 2

        await eventually(tried_by_itself)
        stage.mail_fails = None
        before = len(stage.batches)
        await stage.send(ReportCompletion(result="Đã xong"))

        async def sent() -> bool:
            return [2] in stage.batches[before:]

        await eventually(sent)
        await stage.send(Accept())
        await stage.pass_time(timedelta(minutes=15))
        await over(stage)
        assert {tuple(batch) for batch in stage.batches} >= {(1,), (2,)}


async def over(stage: Stage) -> None:
    """Wait until the workflow has ended by itself."""

    async def completed() -> bool:
        return await stage.status() is WorkflowExecutionStatus.COMPLETED

    await eventually(completed)


async def test_a_command_or_signal_that_names_another_directive_is_not_carried_out(desk: Desk) -> None:
    await desk.issue()
    other = (await desk.envelope(Comment(text="Nhầm"))).model_copy(update={"directive_id": uuid4()})
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await desk.submit(other)
    cause = refused.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == "unknown_directive"
    await desk.handle.signal("signal_command", other)
    await desk.send(Acknowledge())
    assert await desk.types() == ["DirectiveIssued", "DirectiveAcknowledged"]
    assert await desk.store.events_of(other.directive_id) == []
