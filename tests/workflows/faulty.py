"""A record that fails on demand, before or after it has done what it was asked."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.messages import SuccessionPage, SuccessionQuery, SuccessionTask
from activities.occurrence import IssueFor, OccurrenceAnswer
from activities.record import RecordActivities
from activities.recorder import Recorder
from domain.period import Period
from domain.recurring import envelope_of
from domain.succeeding import succeeded_units
from domain.validity import DatedDirectory
from storage.memory import REFERENCE_VERSION, MemoryEventStore
from storage.reference import Reference, ReferenceCache
from storage.store import Commit
from tests.domain.recurrences import recurring
from tests.support.district import PEOPLE, POLICIES, UNITS
from workflows.directive import DirectiveWorkflow
from workflows.issue_many import IssueManyWorkflow
from workflows.occurrence import OccurrenceWorkflow
from workflows.reprojection import ReprojectionWorkflow
from workflows.succession import SuccessionWorkflow


class FaultyStore(MemoryEventStore):
    """Appends raise what stands in `before` without having appended, and what stands in `after` although they have."""

    def __init__(self) -> None:
        super().__init__()
        self.before: deque[Exception] = deque()
        self.after: deque[Exception] = deque()
        self.tries = 0

    async def append(self, commits: Sequence[Commit], *, decided_under: int | None = None) -> int:
        """See EventStore."""
        self.tries += 1
        if self.before:
            raise self.before.popleft()
        position = await super().append(commits, decided_under=decided_under)
        if self.after:
            raise self.after.popleft()
        return position


class FixedReference(ReferenceCache):
    """The test district, as it always was, unless a test says otherwise."""

    def __init__(self) -> None:
        self.fixed = Reference(
            REFERENCE_VERSION, DatedDirectory.always(UNITS, PEOPLE), {policy.code: policy for policy in POLICIES}
        )
        self.now_is(self.fixed)

    def forget(self) -> None:
        """See ReferenceCache. There is nowhere to read it from again."""

    def now_is(self, reference: Reference) -> None:
        """From now on it is another one."""
        self._held = reference


def recorder_on(store: MemoryEventStore, *, mail: bool = False, reference: FixedReference | None = None) -> Recorder:
    """A recorder over a store in memory."""
    return Recorder(store, reference or FixedReference(), lambda: datetime.now(UTC), mail=mail)


@asynccontextmanager
async def working_on(
    client: Client,
    queue: str,
    store: MemoryEventStore,
    *,
    mail: bool = False,
    reference: FixedReference | None = None,
    beside: Iterable[Callable[..., Any]] = (),
) -> AsyncIterator[Worker]:
    """A worker whose record is `store`, with activities beside those that record; its workflows run in the sandbox."""
    reference = reference or FixedReference()
    recorder = recorder_on(store, mail=mail, reference=reference)
    record = RecordActivities(recorder)

    @activity.defn(name="issue_occurrence")
    async def issue_occurrence(request: IssueFor) -> OccurrenceAnswer:
        """The recurrence that the tests know, which is in no database here."""
        recurrence = recurring()
        if request.recurrence_id != recurrence.id:
            return OccurrenceAnswer(left_out="unknown")
        period = Period.parse(request.period or "", recurrence.rule.every)
        envelope = envelope_of(recurrence, period, request.now)
        recorded = await recorder.record(envelope)
        return OccurrenceAnswer(
            period=str(period), directive_id=envelope.directive_id, refusal=recorded.refusal, effects=recorded.effects
        )

    worker = Worker(
        client,
        task_queue=queue,
        workflows=[DirectiveWorkflow, IssueManyWorkflow, OccurrenceWorkflow, ReprojectionWorkflow, SuccessionWorkflow],
        activities=[record.record_decision, record.record_issues, issue_occurrence, _paging(store, reference), *beside],
    )
    async with worker:
        yield worker


def _paging(
    store: MemoryEventStore, reference: FixedReference
) -> Callable[[SuccessionQuery], Awaitable[SuccessionPage]]:
    """What a succession asks, answered from the store in memory; all on one page."""

    @activity.defn(name="succession_page")
    async def page(_: SuccessionQuery) -> SuccessionPage:
        directory = (reference.held or reference.fixed).directory
        states = {item.event.directive_id for item in await store.events_after(0, 1000)}
        bases = [await store.basis(one, one) for one in sorted(states)]
        tasks = (
            SuccessionTask(directive_id=basis.state.id, version=basis.state.version)
            for basis in bases
            if basis.state is not None and succeeded_units(basis.state, directory)
        )
        return SuccessionPage(tasks=tuple(tasks))

    return page
