"""Whatever an office does in a day, the record and Temporal's histories agree about it to the last event."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.occurrence import OccurrenceAnswer
from api.gateway import CommandGateway
from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    CommandEnvelope,
    Comment,
    Deadline,
    Delegate,
    ReportCompletion,
    Suspend,
    Withdraw,
)
from domain.event_values import SYSTEM
from domain.events import SubdirectiveIssued
from domain.ids import directive_id_for, part_command_id
from domain.reorganising import ended
from domain.terms import StopCause
from settings import Settings
from storage.directory import revise
from storage.pool import Pool
from storage.reference import ReferenceCache
from tests.audit.reconcile.conftest import Compare
from tests.domain.happenings import order
from tests.support.eventually import eventually
from tests.workflows.desk import FIVE_DAYS, NO_DEADLINE, Desk
from tests.workflows.test_reprojection import third_day_off
from tests.workflows.test_schedules import kept
from worker import build_workers, follow_the_ended
from workflows.messages import CommandAnswer, StartOccurrence, succession_workflow_id
from workflows.waking import start_reprojection, wake

NewDesk = Callable[[], Desk]


def due_in(seconds: float) -> Deadline:
    return Deadline(at=datetime.now(UTC) + timedelta(seconds=seconds))


async def long_course(desk: Desk) -> None:
    """Repeats, refusals of every sort, signals, several runs, the end, and a word after it."""
    await desk.issue(FIVE_DAYS, continue_after=25)
    await desk.send(Acknowledge())
    said = await desk.envelope(Comment(text="Đã nhận"))
    for again in range(2):  # the same command under another update id
        await _insist(desk, said, f"{said.command_id}-{again}")
    refused = await _insist(desk, await desk.envelope(ReportCompletion(result="Xong"), by="tp-tnmt"))
    assert refused.refusal is not None
    await desk.signal(Accept())
    await desk.signal(Acknowledge(), by="tp-tnmt")
    await desk.signal(Comment(text="Đã rõ"))
    for n in range(8):
        await _insist(desk, await desk.envelope(Comment(text=f"Ý kiến {n}")))
    for command in (ReportCompletion(result="Xong"), ApproveCompletion(), Accept()):
        assert (await _insist(desk, await desk.envelope(command))).refusal is None
    await desk.handle.result()
    await desk.start_with(await desk.envelope(Comment(text="Làm tốt")), resume=True)


async def _insist(desk: Desk, envelope: CommandEnvelope, update_id: str | None = None) -> CommandAnswer:
    """The answer to a command, sent again under its id where the server met the end of a run with it, as clients do."""

    async def answered() -> CommandAnswer | None:
        try:
            answer: CommandAnswer = await desk.handle.execute_update(
                "command", envelope, id=update_id or str(envelope.command_id), result_type=CommandAnswer
            )
        except RPCError:
            return None
        return answer

    answer = await eventually(answered)
    assert answer is not None
    return answer


async def family(desk: Desk) -> None:
    """Two directives below one; one is withdrawn, and the one above hears of all."""
    await desk.issue(FIVE_DAYS)
    await desk.send(Delegate(units=("P-A", "P-B")))
    below = [data.subdirective for data in await desk.happened() if isinstance(data, SubdirectiveIssued)]
    child = Desk(desk.client, desk.queue, desk.store, desk.now, below[0])
    await child.send(Withdraw(reason="Trùng"))
    await child.handle.result()


async def document(desk: Desk, gateway: CommandGateway) -> None:
    """Several directives of one document, and the same request once more."""
    command_id = uuid4()
    envelopes = tuple([await _part(desk, command_id, n) for n in range(3)])
    for _ in range(2):
        answer = await gateway.submit_many(command_id, envelopes)
        assert len(answer.answers) == 3


async def _part(desk: Desk, command_id: UUID, n: int) -> CommandEnvelope:
    own_id = part_command_id(command_id, n)
    envelope = await desk.envelope(FIVE_DAYS, command_id=own_id)
    return envelope.model_copy(update={"directive_id": directive_id_for(own_id)})


async def occurrence(desk: Desk, pool: Pool) -> None:
    """An occurrence of a recurring directive."""
    recurrence = await kept(pool, at=datetime(2026, 1, 10, 2, tzinfo=UTC))
    answer: OccurrenceAnswer = await desk.client.execute_workflow(
        "Occurrence",
        StartOccurrence(recurrence_id=recurrence.id, period="2026-03"),
        id=f"occurrence-{uuid4()}",
        task_queue=desk.queue,
        result_type=OccurrenceAnswer,
    )
    assert answer.directive_id is not None
    await Desk(desk.client, desk.queue, desk.store, desk.now, answer.directive_id).send(Comment(text="Kỳ này"))


async def reprojected(desk: Desk, pool: Pool) -> None:
    """A changed calendar reaches the directive."""
    await desk.issue(FIVE_DAYS)
    await third_day_off(pool)
    await (await start_reprojection(desk.client, desk.queue)).result()
    assert "DeadlineChanged" in await desk.types()


async def succeeded(desk: Desk, pool: Pool) -> None:
    """The unit of the directive ends."""
    await desk.issue(NO_DEADLINE)
    await revise(pool, lambda held: ended(held, "NV", date(2026, 1, 1), "TNMT", "9/NQ"), SYSTEM)
    assert await follow_the_ended(desk.client, pool, desk.queue, ReferenceCache(pool))
    await desk.client.get_workflow_handle(succession_workflow_id(desk.queue)).result()
    await desk.send(Acknowledge(), by="tp-tnmt")


async def lost_and_found(desk: Desk) -> None:
    """The execution is lost, a command brings it back; it is lost once more, and woken."""
    await desk.issue(FIVE_DAYS)
    await desk.had("DirectiveIssued", "NotificationSent")  # a notice under way would be lost with its execution
    for _ in range(2):
        await desk.handle.terminate()
        await desk.start_with(await desk.envelope(Comment(text="Còn đó")), resume=True)
    await desk.handle.terminate()
    await wake(desk.client, desk.directive_id, desk.queue)


async def never_issued(desk: Desk) -> None:
    """An issue that is refused leaves an execution that ends at once."""
    assert (await desk.issue(order(lead_unit="nowhere"))).refusal is not None
    await desk.handle.result()


@pytest.mark.slow
async def test_a_full_day_leaves_no_difference(
    new_desk: NewDesk, compare: Compare, pool: Pool, temporal_client: Client, mailing: Settings
) -> None:
    gateway = CommandGateway(temporal_client, queue=mailing.task_queue)
    pressed, standing_still, cut_off = new_desk(), new_desk(), new_desk()
    directives, notices = build_workers(temporal_client, pool, mailing)
    async with directives, notices:
        await pressed.issue(order(deadline=due_in(3.2)))
        await standing_still.issue(NO_DEADLINE)
        until = datetime.now(UTC) + timedelta(seconds=2)
        await standing_still.send(Suspend(cause=StopCause.OTHER_BODY, reason="Chờ", until=until))
        await asyncio.gather(
            long_course(new_desk()),
            family(new_desk()),
            document(new_desk(), gateway),
            occurrence(new_desk(), pool),
            reprojected(new_desk(), pool),
            never_issued(new_desk()),
        )
        await lost_and_found(new_desk())  # by itself: a changed calendar would call for notices that are lost with it
        await cut_off.issue(FIVE_DAYS)
    # The workers are away: what comes meanwhile waits for the next ones.
    signalled = await cut_off.signal(Comment(text="Không ai ở đó"))
    directives, notices = build_workers(temporal_client, pool, mailing)
    async with directives, notices:
        await succeeded(new_desk(), pool)

        async def came() -> bool:
            return signalled in {event.command_id for event in await cut_off.events()}

        await eventually(came)

        async def pressed_and_resumed() -> bool:
            return "Escalated" in await pressed.types() and "DirectiveResumed" in await standing_still.types()

        await eventually(pressed_and_resumed)
        report = await compare()
        assert report.differences == []
        assert report.directives >= 14
        assert report.runs > report.directives
