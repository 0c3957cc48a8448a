"""Time alone moves a directive: reminded, missed, escalated, each once and at its instant, in seconds of real time."""

from datetime import datetime, time, timedelta

from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.calendar import WorkCalendar
from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    ChangeDeadline,
    Deadline,
    Reject,
    ReportCompletion,
    Withdraw,
)
from domain.events import DeadlineChanged, DeadlineMissed, DirectiveIssued, Escalated, Event, ReminderDue
from domain.evolve import fold
from domain.instants import at_local, local
from storage.directives import find
from storage.pool import Pool
from tests.support.skipping import skip
from tests.workflows.desk import Desk

A_LONG_TIME = timedelta(days=60)
LADDER = [
    *("ReminderDue", "ReminderDue", "DeadlineMissed"),
    *("ReminderDue", "ReminderDue", "ReminderDue", "Escalated", "ReminderDue", "Escalated"),
]
"""All that the policy of ordinary directives makes of a deadline that nobody meets."""


def steps(events: list[Event]) -> list[tuple[str, datetime]]:
    """The keys and instants of the steps taken."""
    taken = [e.data for e in events if isinstance(e.data, ReminderDue | DeadlineMissed | Escalated)]
    return [(data.step, data.due_at) for data in taken]


async def until(desk: Desk, skipping: WorkflowEnvironment, moment: datetime) -> None:
    """Let the clock run to `moment`."""
    await skip(skipping, moment - await desk.now())


async def test_a_directive_left_alone_climbs_the_whole_ladder_once(
    desk: Desk, skipping: WorkflowEnvironment, pool: Pool
) -> None:
    await desk.issue()
    await skip(skipping, A_LONG_TIME)
    first, *rest = await desk.had("DirectiveIssued", *LADDER)
    due_day = WorkCalendar().shift(local(first.occurred_at).date(), 5)
    expected = {"1.deadline": at_local(due_day + timedelta(days=1), time(0))}
    for number, days in enumerate((-3, -1, 1, 2, 3, 5), 1):
        expected[f"1.reminder.{number}"] = at_local(WorkCalendar().shift(due_day, days), time(8))
    for level, days in ((1, 4), (2, 10)):
        expected[f"1.escalation.{level}"] = at_local(WorkCalendar().shift(due_day, days), time(8))
    assert dict(steps(rest)) == expected
    for event, (_, due_at) in zip(rest, steps(rest), strict=True):
        assert timedelta(0) <= event.occurred_at - due_at < timedelta(minutes=5)
    assert [e.data.number for e in rest if isinstance(e.data, ReminderDue)] == [1, 2, 3, 4, 5, 6]
    assert [e.data.level for e in rest if isinstance(e.data, Escalated)] == [1, 2]
    found = await find(pool, desk.directive_id)
    assert found is not None
    assert found.state == fold([first, *rest])
    assert found.state.next_wakeup_at is None
    assert await desk.status() is WorkflowExecutionStatus.RUNNING


async def test_a_changed_deadline_brings_a_new_ladder_and_ends_the_old_one(
    desk: Desk, skipping: WorkflowEnvironment
) -> None:
    await desk.issue()
    issued = (await desk.happened())[0]
    assert isinstance(issued, DirectiveIssued)
    await until(desk, skipping, issued.plan.steps[0].due_at + timedelta(hours=1))
    await desk.send(ChangeDeadline(deadline=Deadline(working_days=8), reason="Thêm việc"))
    await skip(skipping, A_LONG_TIME)
    await desk.had("DirectiveIssued", "ReminderDue", "DeadlineChanged", *LADDER)
    changed = (await desk.happened())[2]
    assert isinstance(changed, DeadlineChanged)
    planned = [*issued.plan.steps[:1], *changed.plan.steps]
    assert steps(await desk.events()) == [(step.key, step.due_at) for step in planned]


async def test_a_deadline_brought_forward_wakes_the_workflow_earlier(desk: Desk, skipping: WorkflowEnvironment) -> None:
    await desk.issue()
    sooner = await desk.now() + timedelta(hours=1)
    await desk.send(ChangeDeadline(deadline=Deadline(at=sooner), reason="Gấp"))
    await until(desk, skipping, sooner + timedelta(minutes=1))
    await desk.had("DirectiveIssued", "DeadlineChanged", "DeadlineMissed")


async def test_nobody_is_reminded_of_a_reported_result_and_its_acceptance_ends_the_workflow(
    desk: Desk, skipping: WorkflowEnvironment
) -> None:
    await desk.issue()
    await desk.send(Acknowledge())
    await desk.send(ReportCompletion(result="Đã rà soát xong"))
    await skip(skipping, A_LONG_TIME)
    assert await desk.types() == ["DirectiveIssued", "DirectiveAcknowledged", "CompletionReported"]
    await desk.send(ApproveCompletion())
    await desk.send(Accept())
    await desk.handle.result()
    assert await desk.status() is WorkflowExecutionStatus.COMPLETED
    assert (await desk.types())[-2:] == ["CompletionApproved", "CompletionAccepted"]


async def test_a_rejected_result_starts_the_clock_again(desk: Desk, skipping: WorkflowEnvironment) -> None:
    await desk.issue()
    await desk.send(Acknowledge())
    await desk.send(ReportCompletion(result="Đã rà soát xong"))
    await skip(skipping, timedelta(days=30))
    await desk.send(Reject(reason="Thiếu hai phòng"))
    # The escalations that came due while the issuer had the result press nobody; the missed deadline stays missed.
    await desk.had("CompletionRejected", "DeadlineMissed", after=3)


async def test_a_withdrawn_directive_ends_at_once(desk: Desk) -> None:
    await desk.issue()
    await desk.send(Withdraw(reason="Trùng nhiệm vụ"))
    await desk.handle.result()
    assert await desk.types() == ["DirectiveIssued", "DirectiveWithdrawn"]
