"""Deciding on what this process last wrote: it spares a read, and the record finds out whether it was overtaken."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from activities.recorder import Recorder
from activities.remembered import Remembered
from domain.commands import Acknowledge, Comment, ReportCompletion, Withdraw
from domain.refusals import Code
from domain.validity import DatedDirectory
from storage.memory import MemoryEventStore
from storage.store import Basis, Commit, ReferenceChanged
from tests.activities.test_record import DIRECTIVE, GOOD, envelope
from tests.domain.happenings import acknowledged
from tests.storage.commits import after, begun
from tests.support.district import PEOPLE, UNITS
from tests.workflows.faulty import FixedReference, recorder_on


class CountingStore(MemoryEventStore):
    """Counts the reads before decisions."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    async def basis(self, directive_id: UUID, command_id: UUID) -> Basis:
        """See EventStore."""
        self.reads += 1
        return await super().basis(directive_id, command_id)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


async def codes(store: MemoryEventStore) -> list[str]:
    events = [recorded.event.data for recorded in await store.events_after(0, 100)]
    return [data.code for data in events if data.type == "DirectiveIssued"]


async def test_accepted_commands_are_decided_without_a_read(store: CountingStore) -> None:
    recorder = recorder_on(store)
    for command in (GOOD, Acknowledge(), Comment(text="Một"), ReportCompletion(result="Xong")):
        assert (await recorder.record(envelope(command))).refusal is None
    assert store.reads == 0


async def test_what_another_process_has_written_is_decided_on(store: CountingStore) -> None:
    here, there = recorder_on(store), recorder_on(store)
    await here.record(envelope(GOOD))
    assert (await there.record(envelope(Acknowledge()))).version == 2
    assert (await there.record(envelope(Comment(text="Bên kia")))).version == 3
    assert (await here.record(envelope(Comment(text="Bên này")))).version == 4
    assert (await here.record(envelope(Comment(text="Bên này nữa")))).version == 5
    await there.record(envelope(Withdraw(reason="Trùng")))
    refused = await here.record(envelope(Acknowledge()))
    assert refused.refusal is not None
    assert refused.refusal.code is Code.NOT_POSSIBLE_NOW
    assert refused.standing is not None
    assert refused.standing.phase == "withdrawn"


async def test_only_what_is_read_refuses(store: CountingStore) -> None:
    here, there = recorder_on(store), recorder_on(store)
    await here.record(envelope(GOOD))
    await there.record(envelope(Acknowledge()))
    # Here the directive is still remembered as not acknowledged, at version 1.
    expecting = envelope(Comment(text="Đã nhận")).model_copy(update={"expected_version": 2})
    assert (await here.record(expecting)).version == 3


async def test_a_repeat_takes_no_number_and_changes_nothing(store: CountingStore) -> None:
    issue = envelope(GOOD)
    first = await recorder_on(store).record(issue)
    again = await recorder_on(store).record(issue)
    assert (again.version, again.position) == (first.version, first.position)
    await recorder_on(store).record(envelope(GOOD, directive_id=uuid4()))
    assert await codes(store) == ["2026/0001", "2026/0002"]


class ChangingStore(CountingStore):
    """The people change after they were read and before the first append."""

    def __init__(self, reference: FixedReference) -> None:
        super().__init__()
        self.reference, self.changed = reference, False

    async def append(self, commits: Sequence[Commit], *, decided_under: int | None = None) -> int:
        """See EventStore."""
        if not self.changed:
            self.changed = True
            without = DatedDirectory.always(UNITS, [p for p in PEOPLE if p.username != "chu-tich"])
            self.reference.now_is(replace(self.reference.fixed, dated=without))
            raise ReferenceChanged
        return await super().append(commits, decided_under=decided_under)


async def test_a_decision_under_a_directory_that_has_changed_is_made_again() -> None:
    reference = FixedReference()
    store = ChangingStore(reference)
    recorder = Recorder(store, reference, lambda: envelope(GOOD).at)
    answer = await recorder.record(envelope(GOOD))
    assert answer.refusal is not None
    assert answer.refusal.code is Code.NOT_PERMITTED
    assert await codes(store) == []


def test_only_the_last_states_are_kept() -> None:
    states = [begun().state for _ in range(4)]
    remembered = Remembered(most=3)
    for state in states[:3]:
        remembered.keep(state)
    assert remembered.get(states[0].id) == states[0]
    remembered.keep(states[3])
    assert [remembered.get(state.id) for state in states] == [states[0], None, states[2], states[3]]
    later = after(begun(), acknowledged()).state.model_copy(update={"id": DIRECTIVE})
    remembered.keep(later)
    remembered.drop(DIRECTIVE)
    remembered.drop(DIRECTIVE)
    assert remembered.get(DIRECTIVE) is None
