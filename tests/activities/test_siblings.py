"""Directives below one parent, each a writer of the parent's stream: in one worker they take turns."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from activities.recorder import Recorder
from domain.commands import Withdraw
from storage.memory import MemoryEventStore
from storage.store import Basis, Commit, VersionConflict
from tests.activities.test_record import DIRECTIVE, GOOD, envelope
from tests.workflows.faulty import recorder_on

SIBLINGS = [UUID(int=100 + n) for n in range(14)]


class LockstepStore(MemoryEventStore):
    """Whoever reads or appends lets all others come as far first; counts the appends that were overtaken."""

    def __init__(self) -> None:
        super().__init__()
        self.overtaken = 0

    async def basis(self, directive_id: UUID, command_id: UUID) -> Basis:
        """See EventStore."""
        basis = await super().basis(directive_id, command_id)
        await asyncio.sleep(0)
        return basis

    async def append(self, commits: Sequence[Commit], *, decided_under: int | None = None) -> int:
        """See EventStore."""
        await asyncio.sleep(0)
        try:
            return await super().append(commits, decided_under=decided_under)
        except VersionConflict:
            self.overtaken += 1
            raise


async def family(store: MemoryEventStore) -> Recorder:
    """A parent with its children in the record; the recorder that wrote them."""
    recorder = recorder_on(store)
    assert (await recorder.record(envelope(GOOD))).refusal is None
    for child in SIBLINGS:
        below = GOOD.model_copy(update={"parent": DIRECTIVE})
        assert (await recorder.record(envelope(below, directive_id=child))).refusal is None
    return recorder


@pytest.mark.parametrize("remembered", [True, False])
async def test_siblings_that_end_at_once_are_all_recorded_at_the_first_try(remembered: bool) -> None:
    store = LockstepStore()
    recorder = await family(store)
    if not remembered:
        recorder = recorder_on(store)
    ends = [envelope(Withdraw(reason="Trùng"), directive_id=child) for child in SIBLINGS]
    answers = await asyncio.gather(*map(recorder.record, ends))
    assert [answer.refusal for answer in answers] == [None] * len(SIBLINGS)
    assert store.overtaken == 0
    parent = (await store.basis(DIRECTIVE, uuid4())).state
    assert parent is not None
    assert parent.version == 1 + 2 * len(SIBLINGS)


async def test_the_parents_own_commands_take_their_turn_too() -> None:
    store = LockstepStore()
    recorder = await family(store)
    withdraw = Withdraw(reason="Trùng", waive_open="Không còn cần")
    ends = [envelope(Withdraw(reason="Trùng"), directive_id=child) for child in SIBLINGS]
    await asyncio.gather(*map(recorder.record, [*ends, envelope(withdraw)]))
    assert store.overtaken == 0
