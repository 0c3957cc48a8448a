"""A long course is continued as a new run before its history grows too long; nothing is lost on the way."""

import asyncio
from collections import Counter
from datetime import timedelta

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.commands import CommandEnvelope, Comment
from domain.events import DirectiveIssued
from storage.memory import MemoryEventStore
from tests.support.eventually import eventually
from tests.support.skipping import skip
from tests.workflows.desk import NO_DEADLINE, Desk
from tests.workflows.faulty import working_on
from tests.workflows.test_left_alone import LADDER, steps
from workflows.messages import CommandAnswer, NotifyRequest, notify_queue

SHORT = 30
"""History events after which these tests continue a run; the program uses thousands."""


async def at_once(desk: Desk, envelopes: list[CommandEnvelope]) -> list[CommandAnswer]:
    """The answers to commands sent together; a command that is lost would be waited for without end."""
    async with asyncio.timeout(30):
        return await asyncio.gather(*(desk.submit(envelope) for envelope in envelopes))


async def first_run_is_over(desk: Desk, run_id: str) -> bool:
    first = desk.client.get_workflow_handle(desk.handle.id, run_id=run_id)
    return (await first.describe()).status is WorkflowExecutionStatus.CONTINUED_AS_NEW


async def test_commands_at_once_survive_being_continued(desk: Desk, skipping: WorkflowEnvironment) -> None:
    await desk.issue(continue_after=SHORT)
    first_run = (await desk.handle.describe()).run_id
    standing = await desk.standing()
    envelopes = [await desk.envelope(Comment(text=f"Ý kiến {n}")) for n in range(40)]
    for start in range(0, 40, 8):
        answers = await at_once(desk, envelopes[start : start + 8])
        assert sorted(answer.version for answer in answers) == list(range(start + 2, start + 10))
    signals = [await desk.signal(Comment(text=f"Tín hiệu {n}")) for n in range(20)]
    expected = Counter([*signals, *(envelope.command_id for envelope in envelopes)])

    async def all_in() -> bool:
        return Counter(event.command_id for event in (await desk.events())[1:]) == expected

    await eventually(all_in)
    await eventually(desk.between_tasks)
    assert await first_run_is_over(desk, first_run or "")
    assert len(await desk.history()) < 4 * SHORT
    kept = await desk.standing()
    assert standing is not None
    assert kept is not None
    assert (kept.phase, kept.next_wakeup_at) == (standing.phase, standing.next_wakeup_at)
    await skip(skipping, timedelta(days=60))
    await desk.had(*LADDER, after=61)
    issued = (await desk.happened())[0]
    assert isinstance(issued, DirectiveIssued)
    assert steps(await desk.events()) == [(step.key, step.due_at) for step in issued.plan.steps]


async def test_a_run_that_only_sleeps_is_continued_too(desk: Desk, skipping: WorkflowEnvironment) -> None:
    await desk.issue(continue_after=20)
    first_run = (await desk.handle.describe()).run_id
    await skip(skipping, timedelta(days=60))
    await desk.had("DirectiveIssued", *LADDER)
    assert await first_run_is_over(desk, first_run or "")
    assert await desk.status() is WorkflowExecutionStatus.RUNNING


async def test_a_repeat_after_being_continued_gets_the_first_answer(desk: Desk) -> None:
    await desk.issue(continue_after=SHORT)
    first_run = (await desk.handle.describe()).run_id
    envelope = await desk.envelope(Comment(text="Đã xem"))
    first = await desk.submit(envelope)
    for n in range(12):
        await desk.send(Comment(text=f"Ý kiến {n}"))
    assert await first_run_is_over(desk, first_run or "")
    assert await desk.submit(envelope) == first
    assert len(await desk.events()) == 14


async def test_commands_to_a_live_server_survive_being_continued(live_desk: Desk) -> None:
    await live_desk.issue(NO_DEADLINE, continue_after=SHORT)
    first_run = (await live_desk.handle.describe()).run_id
    for batch in range(6):
        envelopes = [await live_desk.envelope(Comment(text=f"Ý kiến {n}")) for n in range(5)]
        answers = await at_once(live_desk, envelopes)
        assert sorted(answer.version for answer in answers) == list(range(5 * batch + 2, 5 * batch + 7))
    assert await first_run_is_over(live_desk, first_run or "")


async def test_notices_under_way_are_started_again_by_the_next_run(
    skipping: WorkflowEnvironment, task_queue: str
) -> None:
    seen: list[tuple[NotifyRequest, str]] = []

    @activity.defn(name="notify")
    async def only_in_the_second_run(request: NotifyRequest) -> None:
        seen.append((request, activity.info().workflow_run_id or ""))
        if len({run for _, run in seen}) == 1:
            raise OSError("the mail server is away")

    notices = Worker(skipping.client, task_queue=notify_queue(task_queue), activities=[only_in_the_second_run])
    store = MemoryEventStore()
    async with working_on(skipping.client, task_queue, store, mail=True), notices:
        desk = Desk(skipping.client, task_queue, store, skipping.get_current_time)
        await desk.issue(NO_DEADLINE, continue_after=SHORT)
        for n in range(12):
            await desk.send(Comment(text=f"Ý kiến {n}"))

        async def sent_by_another_run() -> bool:
            pending = (await desk.handle.describe()).raw_description.pending_activities
            return len({run for _, run in seen}) == 2 and not pending

        await eventually(sent_by_another_run)
        assert len({request for request, _ in seen}) == 1
        await desk.clear_away()
