"""A long course is continued as a new run before its history grows too long; nothing is lost on the way."""

import asyncio
from collections import Counter
from datetime import timedelta

from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.commands import Comment
from domain.events import DirectiveIssued
from tests.support.eventually import eventually
from tests.workflows.desk import Desk
from tests.workflows.test_left_alone import LADDER, steps

SHORT = 30
"""History events after which these tests continue a run; the program uses thousands."""


async def first_run_is_over(desk: Desk, run_id: str) -> bool:
    first = desk.client.get_workflow_handle(desk.handle.id, run_id=run_id)
    return (await first.describe()).status is WorkflowExecutionStatus.CONTINUED_AS_NEW


async def test_commands_at_once_survive_being_continued(desk: Desk, skipping: WorkflowEnvironment) -> None:
    await desk.issue(continue_after=SHORT)
    first_run = (await desk.handle.describe()).run_id
    standing = await desk.standing()
    envelopes = [await desk.envelope(Comment(text=f"Ý kiến {n}")) for n in range(40)]
    for start in range(0, 40, 8):
        answers = await asyncio.gather(*(desk.submit(envelope) for envelope in envelopes[start : start + 8]))
        assert sorted(answer.version for answer in answers) == list(range(start + 2, start + 10))
    signals = [await desk.signal(Comment(text=f"Tín hiệu {n}")) for n in range(20)]
    expected = Counter([*signals, *(envelope.command_id for envelope in envelopes)])

    async def all_in() -> bool:
        return Counter(event.command_id for event in (await desk.events())[1:]) == expected

    await eventually(all_in)
    assert await first_run_is_over(desk, first_run or "")
    assert len(await desk.history()) < 4 * SHORT
    kept = await desk.standing()
    assert standing is not None
    assert kept is not None
    assert (kept.phase, kept.next_wakeup_at) == (standing.phase, standing.next_wakeup_at)
    await skipping.sleep(timedelta(days=60))
    await desk.had(*LADDER, after=61)
    issued = (await desk.happened())[0]
    assert isinstance(issued, DirectiveIssued)
    assert steps(await desk.events()) == [(step.key, step.due_at) for step in issued.plan.steps]


async def test_a_run_that_only_sleeps_is_continued_too(desk: Desk, skipping: WorkflowEnvironment) -> None:
    await desk.issue(continue_after=20)
    first_run = (await desk.handle.describe()).run_id
    await skipping.sleep(timedelta(days=60))
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
