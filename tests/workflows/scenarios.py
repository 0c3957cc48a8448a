"""Courses that together take every path through the workflows' own code: what is recorded, replayed and fingerprinted."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowHandle, WorkflowHistory, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.occurrence import OccurrenceAnswer
from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    ChangeDeadline,
    CommandEnvelope,
    Comment,
    Deadline,
    Delegate,
    IssueDirective,
    ReportCompletion,
    Suspend,
    Withdraw,
)
from domain.directory_fold import changed
from domain.events import SubdirectiveIssued
from domain.ids import directive_id_for, occurrence_command_id
from domain.reorganising import ended
from domain.terms import StopCause
from tests.domain.happenings import order
from tests.domain.recurrences import recurring
from tests.support.eventually import eventually
from tests.workflows.desk import FIVE_DAYS, NO_DEADLINE, Desk
from tests.workflows.faulty import recorder_on
from tests.workflows.shapes import shape_of
from tests.workflows.stage import Stage, staged
from workflows.directive import DirectiveWorkflow
from workflows.messages import (
    CommandAnswer,
    IssueMany,
    IssueManyAnswer,
    StartOccurrence,
    StartSuccession,
)
from workflows.waking import start_reprojection

Handle = WorkflowHandle[Any, Any]
A_LONG_TIME = timedelta(days=60)


async def straight_on(stage: Stage) -> Handle:
    """Issued, taken on, reported, approved, accepted; refusals of the rules and of the validator between."""
    await stage.begin()
    await stage.send(Acknowledge(), by="tp-tnmt")
    await stage.send(Acknowledge())
    try:
        await stage.send(Accept())
    except WorkflowUpdateFailedError:
        pass  # the validator's refusal, which leaves no trace
    await stage.send(ReportCompletion(result="Xong"))
    await stage.send(ApproveCompletion())
    await stage.send(Accept())
    await stage.handle.result()
    return stage.handle


async def left_alone(stage: Stage) -> Handle:
    """Reminded, missed, escalated; then withdrawn."""
    await stage.begin()
    await stage.pass_time(A_LONG_TIME)
    await stage.send(Withdraw(reason="Trùng nhiệm vụ"))
    await stage.handle.result()
    return stage.handle


async def another_deadline(stage: Stage) -> Handle:
    """Reminded of the first deadline, then of a later one, then of none."""
    await stage.begin()
    await stage.pass_time(timedelta(days=2, hours=23))
    await stage.send(ChangeDeadline(deadline=await stage.due_in(days=9), reason="Thêm việc"))
    await stage.pass_time(timedelta(days=8, hours=23))
    await stage.send(ChangeDeadline(deadline=Deadline(none_because="Chờ luật"), reason="Chờ luật"))
    await stage.pass_time(A_LONG_TIME)
    return stage.handle


async def signalled(stage: Stage) -> Handle:
    """One signal carried out, one refused and recorded."""
    await stage.begin()
    await stage.signal(Acknowledge())
    await stage.had("DirectiveIssued", "DirectiveAcknowledged")
    await stage.signal(Accept())
    await stage.had("DirectiveIssued", "DirectiveAcknowledged", "SignalRefused")
    return stage.handle


async def refused_issue(stage: Stage) -> Handle:
    """Never issued: the workflow ends at once."""
    await stage.issue(order(lead_unit="nowhere"))
    await stage.handle.result()
    return stage.handle


async def continued(stage: Stage) -> Handle:
    """The first of two runs: it ends by being continued."""
    await stage.begin(continue_after=20)
    first_run = await stage.run_id()
    for n in range(4):
        await stage.send(Comment(text=f"Ý kiến {n}"))

    async def in_another_run() -> bool:
        return await stage.run_id() != first_run

    await eventually(in_another_run)
    return stage.client.get_workflow_handle(stage.handle.id, run_id=first_run)


async def continuing(stage: Stage) -> Handle:
    """The second of two runs: it goes on where the first one stood."""
    await continued(stage)
    await stage.send(Comment(text="Tiếp tục"))
    await stage.pass_time(timedelta(days=2, hours=23))
    return stage.handle


async def restarted(stage: Stage) -> Handle:
    """Brought back from the record by a command, and timed on."""
    await stage.begin()
    await stage.handle.terminate()
    await stage.start_with(await stage.envelope(Acknowledge()))
    await stage.pass_time(timedelta(days=2, hours=23))
    return stage.handle


async def mailed(stage: Stage) -> Handle:
    """Notices leave the house after the issue and after the end."""
    await stage.begin()
    await _sent(stage, 1)
    await stage.send(Withdraw(reason="Trùng nhiệm vụ"))
    await stage.handle.result()
    return stage.handle


async def defective(stage: Stage) -> Handle:
    """A defect during a tick is looked at again after a while."""
    await stage.begin()
    stage.faulty.before.append(ValueError("a defect"))
    await stage.pass_time(timedelta(days=2, hours=23))
    return stage.handle


async def given_up(stage: Stage) -> Handle:
    """The notices cannot be sent."""
    stage.mail_fails = ApplicationError("no way out", non_retryable=True)
    await stage.issue(NO_DEADLINE)
    await _sent(stage, 1)
    return stage.handle


async def many(stage: Stage) -> Handle:
    """Issued with others of one document; the history of the workflow that issues them."""
    handle = await _issued_by_document(stage, await stage.envelope(await _dated(stage)))
    await _timed(stage)
    return handle


async def many_again(stage: Stage) -> Handle:
    """The same again: the directive has its workflow already, which is handed the notices."""
    envelope = await stage.envelope(await _dated(stage))
    await _issued_by_document(stage, envelope)
    await _sent(stage, 1)
    again = await _issued_by_document(stage, envelope)
    await _sent(stage, 2)
    return again


async def handed_over(stage: Stage) -> Handle:
    """The history of a directive's workflow that is handed notices."""
    envelope = await stage.envelope(await _dated(stage))
    for times in (1, 2):
        await _issued_by_document(stage, envelope)
        await _sent(stage, times)
    return stage.handle


async def succeeded(stage: Stage) -> Handle:
    """The unit of a directive ends: a succession lets it follow, and hands nothing over where nobody has an address."""
    await stage.begin()
    dated = stage.reference.fixed.dated
    without = changed(dated, ended(dated, "NV", date(2026, 1, 1), "TNMT"))
    stage.reference.now_is(replace(stage.reference.fixed, dated=without))
    handle: Handle = await stage.client.start_workflow(
        "Succession", StartSuccession(), id=f"succession-{uuid4()}", task_queue=stage.queue
    )
    await handle.result()
    return handle


async def told(stage: Stage) -> Handle:
    """The record goes on without the directive's workflow, which is then told to look again."""
    await stage.begin()
    await _timed(stage)
    await recorder_on(stage.faulty).record(await stage.envelope(Acknowledge()))
    await stage.handle.signal(DirectiveWorkflow.look_again, [])
    await _marked(stage, 2)
    return stage.handle


async def reprojected(stage: Stage) -> Handle:
    """The history of the workflow that brings a changed calendar to a directive."""
    await stage.issue(FIVE_DAYS)
    await _timed(stage)
    return await _brought(stage)


async def reprojected_to_a_lost_one(stage: Stage) -> Handle:
    """The same where the directive has no execution."""
    await stage.issue(FIVE_DAYS)
    await _timed(stage)
    await stage.handle.terminate()
    handle = await _brought(stage)
    await _timed(stage)
    return handle


async def _brought(stage: Stage) -> Handle:
    """Decide that the next working day is off, and bring that to the directive."""
    await stage.decide()
    handle = await start_reprojection(stage.client, stage.queue)
    assert (await handle.result()).changed == 1
    return handle


async def _marked(stage: Stage, markers: int) -> None:
    """Wait until the record has answered so often."""

    async def answered() -> bool:
        return shape_of(await stage.handle.fetch_history()).count("MARKER_RECORDED") >= markers

    await eventually(answered)


async def delegated(stage: Stage) -> Handle:
    """A sub-directive is issued below it, whose workflow it starts; said again, the workflow is there and gets the notices.

    To one unit alone, for the same reason as above.
    """
    await stage.begin()
    await _sent(stage, 1)
    command_id = uuid4()
    for times in (1, 2):
        envelope = await stage.envelope(Delegate(units=("P-A",)), command_id=command_id)
        await stage.handle.execute_update("command", envelope, id=f"{command_id}-{times}", result_type=CommandAnswer)
        await _sent(await _below(stage), times)
    await (await _below(stage)).clear_away()
    return stage.handle


async def _below(stage: Stage) -> Desk:
    """The desk of the first sub-directive."""
    issued = (data.subdirective for data in await stage.happened() if isinstance(data, SubdirectiveIssued))
    return Desk(stage.client, stage.queue, stage.store, stage.now, next(issued))


async def stood_still(stage: Stage) -> Handle:
    """Suspended, and on by itself when its end has come."""
    await stage.begin()
    until = await stage.now() + timedelta(days=1)
    await stage.send(Suspend(cause=StopCause.OTHER_BODY, reason="Chờ hướng dẫn", until=until))
    await stage.pass_time(timedelta(days=1, minutes=1))
    return stage.handle


async def occurrence(stage: Stage) -> Handle:
    """The occurrence of a period; the history of the workflow that issues it."""
    recurrence = recurring()
    stage.directive_id = directive_id_for(occurrence_command_id(recurrence.id, "2026-03"))
    handle = await _occurred(stage, StartOccurrence(recurrence_id=recurrence.id, period="2026-03"))
    await _missed(stage)
    return handle


async def nothing_occurred(stage: Stage) -> Handle:
    """A schedule that outlived its recurrence."""
    return await _occurred(stage, StartOccurrence(recurrence_id=stage.directive_id))


async def _occurred(stage: Stage, start: StartOccurrence) -> Handle:
    handle: Handle = await stage.client.start_workflow(
        "Occurrence", start, id=f"occurrence-{uuid4()}", task_queue=stage.queue, result_type=OccurrenceAnswer
    )
    await handle.result()
    return handle


async def _missed(stage: Stage) -> None:
    """Wait until the directive's workflow has recorded that its deadline, long past, was missed."""

    async def recorded() -> bool:
        return "DeadlineMissed" in await stage.types()

    await eventually(recorded)


async def _dated(stage: Stage) -> IssueDirective:
    return order(deadline=await stage.due_in(days=3), policy="hoa_toc")


async def _issued_by_document(stage: Stage, envelope: CommandEnvelope) -> Handle:
    """One directive alone: of several, each would go on when its own turn comes, in no fixed order."""
    handle: Handle = await stage.client.start_workflow(
        "IssueMany",
        IssueMany(envelopes=(envelope,)),
        id=f"issue-many-{uuid4()}",
        task_queue=stage.queue,
        result_type=IssueManyAnswer,
    )
    await handle.result()
    return handle


async def _timed(stage: Stage) -> None:
    """Wait until the directive's workflow has set its timer."""

    async def set_() -> bool:
        return "TIMER_STARTED" in shape_of(await stage.handle.fetch_history())

    await eventually(set_)


async def _sent(desk: Desk, notices: int) -> None:
    """Wait until so many notices have gone out, so that what follows always comes after them in the history.

    The clock of the server that skips time stops for ever when a workflow is terminated in the middle of a task.
    """

    async def gone() -> bool:
        return shape_of(await desk.handle.fetch_history()).count("ACTIVITY_TASK_COMPLETED") >= notices

    await eventually(gone)


WITH_MAIL = {"delegated", "mailed", "given_up", "many_again", "handed_over"}
SCENARIOS: dict[str, Callable[[Stage], Awaitable[Handle]]] = {
    scenario.__name__: scenario
    for scenario in (
        *(straight_on, left_alone, another_deadline, signalled, refused_issue, continued, continuing),
        *(restarted, mailed, defective, given_up, many, many_again, handed_over, delegated, stood_still),
        *(occurrence, nothing_occurred, told, reprojected, reprojected_to_a_lost_one, succeeded),
    )
}


async def played(server: WorkflowEnvironment, name: str) -> WorkflowHistory:
    """Play a scenario; the history it leaves."""
    async with staged(server, mail=name in WITH_MAIL) as stage:
        handle = await SCENARIOS[name](stage)
        return await handle.fetch_history()
