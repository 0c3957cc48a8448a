"""The shell around the rules: decide on what the record holds, append it once, and tell an outage from a defect."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from temporalio.exceptions import ApplicationError

from activities.messages import IssueMany, NotifyRequest
from activities.record import RecordActivities
from activities.recorder import READS, Recorder
from domain.commands import (
    Acknowledge,
    Command,
    CommandEnvelope,
    Comment,
    Deadline,
    IssueDirective,
    ReportCompletion,
    ReportProgress,
    Suspend,
    Tick,
)
from domain.ids import directive_id_for
from domain.refusals import Code
from domain.terms import StopCause
from storage.store import CommandRepeated, VersionConflict
from tests.domain.happenings import order
from tests.domain.spec import USUALLY_BY
from tests.workflows.faulty import FaultyStore, FixedReference, recorder_on

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DIRECTIVE = UUID(int=7)
GOOD = order(deadline=Deadline(at=AT + timedelta(days=10)))
BAD = order(lead_unit="nowhere")


def envelope(
    command: Command, *, at: datetime = AT, directive_id: UUID = DIRECTIVE, command_id: UUID | None = None
) -> CommandEnvelope:
    return CommandEnvelope(
        command_id=command_id or uuid4(),
        directive_id=directive_id,
        user=USUALLY_BY[command.name],
        at=at,
        command=command,
    )


@pytest.fixture
def store() -> FaultyStore:
    return FaultyStore()


@pytest.fixture
def recorder(store: FaultyStore) -> Recorder:
    return recorder_on(store)


@pytest.fixture
def record(recorder: Recorder) -> RecordActivities:
    return RecordActivities(recorder)


async def types(store: FaultyStore) -> list[str]:
    return [recorded.event.data.type for recorded in await store.events_after(0, 100)]


async def test_the_answer_to_a_repeat_is_the_first_one_with_the_standing_of_today(recorder: Recorder) -> None:
    issue = envelope(GOOD)
    first = await recorder.record(issue)
    await recorder.record(envelope(Acknowledge()))
    again = await recorder.record(issue)
    assert (again.version, again.position, again.refusal) == (first.version, first.position, None) == (1, 1, None)
    assert first.standing is not None
    assert again.standing is not None
    assert (first.standing.version, again.standing.version) == (1, 2)


async def test_a_known_id_with_another_command_user_or_directive_is_refused(
    recorder: Recorder, store: FaultyStore
) -> None:
    await recorder.record(envelope(GOOD))
    first = envelope(Comment(text="Một"))
    await recorder.record(first)
    for changes in ({"command": Comment(text="Hai")}, {"user": "cv-nv"}, {"directive_id": uuid4()}):
        answer = await recorder.record(first.model_copy(update=changes))
        assert answer.refusal is not None
        assert answer.refusal.code is Code.IDEMPOTENCY_KEY_REUSED
    later = await recorder.record(first.model_copy(update={"at": AT + timedelta(days=1)}))
    assert (later.refusal, later.version) == (None, 2)
    assert len(await types(store)) == 2


@pytest.mark.parametrize(
    "outage", [OSError("reset"), TimeoutError(), asyncpg.AdminShutdownError("x"), asyncpg.DiskFullError("x")]
)
async def test_an_outage_is_tried_again(record: RecordActivities, store: FaultyStore, outage: Exception) -> None:
    store.before.append(outage)
    with pytest.raises(ApplicationError) as away:
        await record.record_decision(envelope(GOOD))
    assert (away.value.type, away.value.non_retryable) == ("RecordUnavailable", False)
    store.before.append(outage)
    with pytest.raises(ApplicationError) as away:
        await record.record_issues(IssueMany(envelopes=(envelope(GOOD),)))
    assert (away.value.type, away.value.non_retryable) == ("RecordUnavailable", False)


@pytest.mark.parametrize("defect", [ValueError("x"), KeyError("x"), asyncpg.UndefinedTableError("x")])
async def test_a_defect_is_not(record: RecordActivities, store: FaultyStore, defect: Exception) -> None:
    store.before.append(defect)
    with pytest.raises(ApplicationError) as shown:
        await record.record_decision(envelope(GOOD))
    assert (shown.value.type, shown.value.non_retryable) == ("Defect", True)


@pytest.mark.parametrize("conflict", [VersionConflict, CommandRepeated])
async def test_an_overlap_of_writers_is_decided_again_a_few_times(
    record: RecordActivities, store: FaultyStore, conflict: type[Exception]
) -> None:
    store.before.extend(conflict() for _ in range(READS))  # the first one meets what is remembered
    assert (await record.record_decision(envelope(GOOD))).version == 1
    store.before.extend(conflict() for _ in range(READS + 1))
    with pytest.raises(ApplicationError, match=r"changed under 5 decisions"):
        await record.record_decision(envelope(Acknowledge()))
    assert not store.before
    assert await types(store) == ["DirectiveIssued"]


async def test_what_came_due_before_a_command_is_recorded_before_it(recorder: Recorder, store: FaultyStore) -> None:
    await recorder.record(envelope(GOOD))
    await recorder.record(envelope(Acknowledge()))
    late = await recorder.record(envelope(ReportCompletion(result="Xong"), at=AT + timedelta(days=11)))
    happened = await types(store)
    assert happened[-1] == "CompletionReported"
    assert "DeadlineMissed" in happened
    assert late.version == len(happened)
    assert len({recorded.event.command_id for recorded in await store.events_after(2, 100)}) == 2
    state = (await store.basis(DIRECTIVE, uuid4())).state
    assert state is not None
    assert state.late
    before = len(happened)
    assert (await recorder.record(envelope(Tick(), at=AT + timedelta(days=11)))).version == before
    assert len(await types(store)) == before


async def test_the_instants_of_a_directive_never_go_back(store: FaultyStore) -> None:
    clock = [AT + timedelta(hours=1), AT, AT - timedelta(days=1), AT + timedelta(hours=2)]
    recorder = Recorder(store, FixedReference(), lambda: clock.pop(0))
    await recorder.record(envelope(GOOD))
    for days in (-1, -2, 1):
        await recorder.record(envelope(Comment(text="Ý kiến"), at=AT + timedelta(days=days)))
    events = [recorded.event for recorded in await store.events_after(0, 10)]
    assert [event.occurred_at - AT for event in events] == [timedelta(days=d) for d in (0, 0, 0, 1)]
    assert [event.recorded_at - AT for event in events] == [timedelta(hours=h) for h in (1, 1, 1, 2)]


async def test_a_refused_issue_uses_up_no_number(recorder: Recorder, store: FaultyStore) -> None:
    assert (await recorder.record(envelope(BAD))).refusal is not None
    many = [envelope(c, directive_id=directive_id_for(uuid4())) for c in (GOOD, BAD, GOOD)]
    assert [r.index for r in (await recorder.issue_all(IssueMany(envelopes=tuple(many)))).refusals] == [1]
    await recorder.record(envelope(GOOD))
    again = await recorder.record(envelope(GOOD))
    assert again.refusal is not None
    assert again.refusal.code is Code.ALREADY_ISSUED
    await recorder.record(envelope(GOOD, directive_id=uuid4()))
    events = [recorded.event for recorded in await store.events_after(0, 10)]
    assert [event.data.code for event in events if event.data.type == "DirectiveIssued"] == ["2026/0001", "2026/0002"]


async def test_a_directive_is_numbered_in_the_year_it_is_issued_in_here(recorder: Recorder, store: FaultyStore) -> None:
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # midnight in Việt Nam
    for at in (new_year - timedelta(microseconds=1), new_year):
        command: IssueDirective = order(deadline=Deadline(at=at + timedelta(days=10)))
        await recorder.record(envelope(command, at=at, directive_id=uuid4()))
    events = [recorded.event.data for recorded in await store.events_after(0, 10)]
    assert [data.code for data in events if data.type == "DirectiveIssued"] == ["2026/0001", "2027/0001"]


async def test_a_command_based_on_an_older_version_is_refused(recorder: Recorder) -> None:
    await recorder.record(envelope(GOOD))
    await recorder.record(envelope(Acknowledge()))
    stale = envelope(ReportProgress(percent=10)).model_copy(update={"expected_version": 1})
    answer = await recorder.record(stale)
    assert answer.refusal is not None
    assert answer.refusal.code is Code.STALE_VERSION
    fresh = await recorder.record(stale.model_copy(update={"expected_version": 2}))
    assert (fresh.refusal, fresh.version) == (None, 3)


async def test_notices_are_asked_for_where_mail_is_configured_and_again_for_a_repeat(store: FaultyStore) -> None:
    assert (await recorder_on(FaultyStore()).record(envelope(GOOD))).effects == ()
    recorder, issue = recorder_on(store, mail=True), envelope(GOOD)
    first = await recorder.record(issue)
    assert first.effects == (NotifyRequest(directive_id=DIRECTIVE, first_version=1, last_version=1, channel="email"),)
    await recorder.record(envelope(Comment(text="Ý kiến")))
    assert (await recorder.record(issue)).effects == first.effects
    other = envelope(GOOD, directive_id=uuid4())
    many = IssueMany(envelopes=(other, envelope(GOOD, directive_id=uuid4())))
    answers = [await recorder.issue_all(many) for _ in range(2)]
    assert answers[0] == answers[1]
    assert [effect.directive_id for effect in answers[0].effects] == [e.directive_id for e in many.envelopes]


async def test_a_repeat_asks_again_for_all_that_was_recorded_with_it(store: FaultyStore) -> None:
    recorder = recorder_on(store, mail=True)
    await recorder.record(envelope(GOOD))
    stopped = Suspend(cause=StopCause.FUNDING, reason="Chờ kinh phí", until=AT + timedelta(days=2))
    await recorder.record(envelope(stopped))
    comment = envelope(Comment(text="Đã có kinh phí"), at=AT + timedelta(days=3))
    first = await recorder.record(comment)
    assert (await types(store))[2:] == ["DirectiveResumed", "DeadlineChanged", "Commented"]
    resumed = NotifyRequest(directive_id=DIRECTIVE, first_version=3, last_version=4, channel="email")
    assert first.effects == (resumed,)
    assert (await recorder.record(comment)).effects == first.effects


async def test_many_answers_stand_in_the_order_asked(recorder: Recorder) -> None:
    many = IssueMany(envelopes=tuple(envelope(GOOD, directive_id=uuid4()) for _ in range(4)))
    answer = await recorder.issue_all(many)
    assert [(a.version, a.position) for a in answer.answers] == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert await recorder.issue_all(many) == answer
    half = IssueMany(envelopes=(*many.envelopes[:2], envelope(GOOD, directive_id=uuid4())))
    refused = await recorder.issue_all(half)
    assert {(r.index, r.refusal.code) for r in refused.refusals} == {(n, Code.IDEMPOTENCY_KEY_REUSED) for n in range(3)}
