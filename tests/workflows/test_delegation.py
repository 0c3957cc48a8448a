"""Sub-directives: recorded with their parent or not at all, and each gets a workflow of its own whatever fails between."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.commands import Acknowledge, Comment, Delegate, Withdraw
from domain.events import DirectiveIssued, SubdirectiveIssued
from domain.refusals import Code
from storage.store import Commit
from tests.workflows.desk import FIVE_DAYS, Desk
from tests.workflows.faulty import FaultyStore, working_on

WARDS = Delegate(units=("TNMT", "P-A", "P-B"))


async def children_of(desk: Desk) -> list[Desk]:
    """A desk for each sub-directive, in the order of the parent's events."""
    ids = [data.subdirective for data in await desk.happened() if isinstance(data, SubdirectiveIssued)]
    return [Desk(desk.client, desk.queue, desk.store, desk.now, directive_id) for directive_id in ids]


@pytest.fixture
async def parent(desk: Desk) -> AsyncIterator[Desk]:
    """A directive that is issued; what was delegated from it is cleared away behind it, for its timers' sake."""
    await desk.issue(FIVE_DAYS)
    yield desk
    for child in await children_of(desk):
        await child.clear_away()


async def test_each_sub_directive_has_a_workflow_that_takes_commands(parent: Desk) -> None:
    await parent.send(WARDS)
    children = await children_of(parent)
    assert len(children) == 3
    for child, head in zip(children, ("tp-tnmt", "ct-a", "ct-b"), strict=True):
        assert await child.status() is WorkflowExecutionStatus.RUNNING
        assert (await child.send(Acknowledge(), by=head)).version == 2
        await child.send(Withdraw(reason="Trùng nhiệm vụ"))
        await child.handle.result()
    assert [data.type for data in await parent.happened()][-3:] == ["SubdirectiveClosed"] * 3
    assert [
        data.code for child in children for data in await child.happened() if isinstance(data, DirectiveIssued)
    ] == [data.code for data in await parent.happened() if isinstance(data, SubdirectiveIssued)]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_failure_around_the_append_shows_all_or_none(
    skipping: WorkflowEnvironment, task_queue: str, when: str
) -> None:
    store = WatchedStore()
    async with working_on(skipping.client, task_queue, store):
        desk = Desk(skipping.client, task_queue, store, skipping.get_current_time)
        await desk.issue(FIVE_DAYS)
        getattr(store, when).append(ConnectionError("the record is away"))
        await desk.send(WARDS)
        assert store.seen == ([1, 1, 7] if when == "before" else [1, 7]), (
            "three directives and what the parent hears, or nothing"
        )
        children = await children_of(desk)
        assert len(children) == 3
        for child in children:
            assert await child.status() is WorkflowExecutionStatus.RUNNING
            await child.clear_away()
        await desk.clear_away()


class WatchedStore(FaultyStore):
    """Notes how many events there are after each append, also after one that failed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    async def append(self, commits: Sequence[Commit], *, decided_under: int | None = None) -> int:
        """See EventStore."""
        try:
            return await super().append(commits, decided_under=decided_under)
        finally:
            self.seen.append(len(await self.events_after(0, 1000)))


async def test_one_unit_that_cannot_be_given_to_stops_all(parent: Desk) -> None:
    answer = await parent.send(Delegate(units=("P-A", "nowhere")))
    assert answer.refusal is not None
    assert answer.refusal.code is Code.UNKNOWN_UNIT
    assert [data.type for data in await parent.happened()] == ["DirectiveIssued"]


async def test_said_twice_it_delegates_once(parent: Desk) -> None:
    envelope = await parent.envelope(WARDS, command_id=uuid4())
    first = await parent.submit(envelope)
    again = await parent.handle.execute_update("command", envelope, id="another", result_type=type(first))
    assert again == first
    assert len(await children_of(parent)) == 3


async def test_children_and_parent_written_to_at_once_are_all_recorded(parent: Desk) -> None:
    await parent.send(WARDS)
    children = await children_of(parent)
    ends = [child.send(Withdraw(reason="Trùng nhiệm vụ")) for child in children]
    remarks = [parent.send(Comment(text=f"Ý kiến {n}")) for n in range(5)]
    answers = await asyncio.gather(*ends, *remarks)
    assert all(answer.refusal is None for answer in answers)
    kinds = Counter(data.type for data in await parent.happened())
    assert (kinds["SubdirectiveClosed"], kinds["Commented"]) == (3, 5)
