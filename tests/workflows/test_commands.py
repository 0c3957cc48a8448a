"""Commands as updates: each answered once, recorded once, and refused without a trace where that is plain at once."""

import asyncio
from collections import Counter
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.commands import (
    Accept,
    Acknowledge,
    Command,
    Comment,
    Deadline,
    Delivered,
    RecordDelivery,
    RecordSignalRefusal,
    ReportProgress,
    Tick,
)
from domain.evolve import fold
from domain.period import Every, Period
from domain.refusals import Code, Refusal
from storage.directives import find
from storage.pool import Pool
from tests.domain.happenings import order
from tests.domain.recurrences import recurring
from tests.workflows.desk import Desk
from workflows.messages import StartDirective


async def test_an_answer_tells_the_version_and_the_position(desk: Desk) -> None:
    issued = await desk.issue()
    taken = await desk.send(Acknowledge())
    assert [(a.refusal, a.version, a.position) for a in (issued, taken)] == [(None, 1, 1), (None, 2, 2)]


async def test_a_refusal_of_the_rules_is_an_answer_and_changes_nothing(desk: Desk) -> None:
    await desk.issue()
    answer = await desk.send(Acknowledge(), by="tp-tnmt")
    assert answer.refusal is not None
    assert answer.refusal.code is Code.NOT_PERMITTED
    assert await desk.types() == ["DirectiveIssued"]
    assert (await desk.send(Acknowledge())).version == 2


async def test_an_issue_that_is_refused_leaves_no_event_and_no_workflow(desk: Desk) -> None:
    answer = await desk.issue(order(lead_unit="nowhere", deadline=Deadline(working_days=5)))
    assert answer.refusal is not None
    assert answer.refusal.code is Code.UNKNOWN_UNIT
    await desk.handle.result()
    assert await desk.status() is WorkflowExecutionStatus.COMPLETED
    assert await desk.events() == []
    issued = await desk.issue()
    assert (issued.refusal, issued.version) == (None, 1)
    assert (await desk.store.events_of(desk.directive_id))[0].event.data.code.endswith("/0001")  # type: ignore[union-attr]


async def test_thirty_commands_at_once_are_each_answered_and_recorded_once(desk: Desk, pool: Pool) -> None:
    await desk.issue()
    envelopes = [await desk.envelope(Comment(text=f"Ý kiến {n}")) for n in range(30)]
    answers = await asyncio.gather(*(desk.submit(envelope) for envelope in envelopes))
    assert sorted(answer.version for answer in answers) == list(range(2, 32))
    events = await desk.events()
    assert Counter(event.command_id for event in events[1:]) == Counter(e.command_id for e in envelopes)
    by_id = {event.command_id: event.stream_version for event in events}
    assert [by_id[e.command_id] for e in envelopes] == [answer.version for answer in answers]
    found = await find(pool, desk.directive_id)
    assert found is not None
    assert found.state == fold(events)


async def test_a_repeat_gets_the_first_answer(desk: Desk) -> None:
    await desk.issue()
    envelope = await desk.envelope(Comment(text="Đã xem"))
    first = await desk.submit(envelope)
    await desk.send(Acknowledge())
    assert await desk.submit(envelope) == first
    assert (await desk.history()).count("WORKFLOW_EXECUTION_UPDATE_ACCEPTED") == 3
    assert await desk.types() == ["DirectiveIssued", "Commented", "DirectiveAcknowledged"]


async def test_a_repeat_of_the_issue_gets_the_first_answer(desk: Desk) -> None:
    envelope = await desk.envelope(order(deadline=Deadline(working_days=5)))
    first = await desk.start_with(envelope, resume=False)
    assert await desk.start_with(envelope, resume=False) == first
    another = await desk.start_with(envelope.model_copy(update={"command_id": uuid4()}))
    assert another.refusal is not None
    assert another.refusal.code is Code.ALREADY_ISSUED
    assert await desk.types() == ["DirectiveIssued"]


async def test_an_impossible_command_is_refused_without_a_trace_in_the_history(desk: Desk) -> None:
    await desk.issue()
    before = await desk.history()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await desk.send(Accept())
    cause = refused.value.cause
    assert isinstance(cause, ApplicationError)
    refusal = Refusal.model_validate(cause.details[0])
    assert cause.type == refusal.code == Code.NOT_POSSIBLE_NOW
    assert refusal.params["phase"] == "issued"
    assert "acknowledge" in refusal.params["possible"]
    assert not [kind for kind in (await desk.history())[len(before) :] if not kind.startswith("WORKFLOW_TASK")]
    assert await desk.types() == ["DirectiveIssued"]


OWN: list[Command] = [
    Tick(),
    recurring().occurrence(Period.parse("2026-03", Every.MONTH)),
    RecordDelivery(channel="email", delivered=(Delivered(recipient="x", event_id=uuid4(), message_id="<x>"),)),
    RecordSignalRefusal(refused_command="accept", refused_command_id=uuid4(), refused_user="x", code="x"),
]


@pytest.mark.parametrize("command", OWN, ids=lambda command: command.name)
async def test_the_workflows_own_commands_do_not_come_from_outside(desk: Desk, command: Command) -> None:
    await desk.issue()
    for by in ("system", "chu-tich"):
        with pytest.raises(WorkflowUpdateFailedError):
            await desk.send(command, by)
        await desk.signal(command, by)
    await desk.had("DirectiveIssued", "SignalRefused", "SignalRefused")


async def test_a_signal_issues_no_occurrence(desk: Desk) -> None:
    occurrence = recurring().occurrence(Period.parse("2026-03", Every.MONTH))
    await desk.client.start_workflow(
        "Directive",
        StartDirective(directive_id=desk.directive_id, resume=False),
        id=desk.handle.id,
        task_queue=desk.queue,
        start_signal="signal_command",
        start_signal_args=[await desk.envelope(occurrence, "chu-tich")],
    )
    await desk.handle.result()
    assert await desk.events() == []


async def test_history_reads_forward_although_a_clock_lags(desk: Desk) -> None:
    await desk.issue()
    early = (await desk.envelope(ReportProgress(percent=10))).model_copy(
        update={"at": (await desk.events())[0].occurred_at.replace(year=2020)}
    )
    assert (await desk.submit(early)).refusal is None
    first, second = await desk.events()
    assert second.occurred_at == first.occurred_at
    assert second.recorded_at >= first.recorded_at
