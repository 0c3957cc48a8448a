"""Notices that leave the house: started by the workflow, late or repeated, and never in the way of a command."""

from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.commands import Acknowledge, Comment, Withdraw
from tests.support.eventually import eventually
from tests.workflows.desk import NO_DEADLINE, Desk
from tests.workflows.stage import Stage, staged


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
