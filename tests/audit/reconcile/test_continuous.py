"""The workers' own comparison: what was touched, what is open by turns, one worker at a time, the latest differences kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from temporalio.client import Client, WorkflowExecutionStatus

from activities.recorder import Recorder
from audit.reconcile import continuous, notices
from audit.reconcile.continuous import Seen, look
from audit.reconcile.reader import Histories
from domain.commands import Comment
from settings import Settings
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reconciliation import claim, compared_to, found_differences
from storage.reference import ReferenceCache
from tests.activities.postbox import Postbox
from tests.audit.reconcile.plants import past_the_engine
from tests.support.eventually import eventually
from tests.workflows.desk import NO_DEADLINE, Desk
from worker import reconcile

NewDesk = Callable[[], Desk]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch, soon_again: None) -> None:
    """What was recorded just now is looked at as well."""
    monkeypatch.setattr(continuous, "UNDER_WAY", timedelta(0))


@pytest.fixture
def recorder(pool: Pool) -> Recorder:
    """A way into the record past the engine."""
    return Recorder(PostgresEventStore(pool), ReferenceCache(pool), lambda: datetime.now(UTC))


def seen_of(kind: str) -> float:
    return REGISTRY.get_sample_value("dondoc_reconcile_differences_total", {"kind": kind}) or 0.0


async def test_a_difference_is_kept_counted_once_and_gone_when_it_is_gone(
    new_desk: NewDesk, at_work: None, pool: Pool, temporal_client: Client, settings: Settings, recorder: Recorder
) -> None:
    desk = new_desk()
    await desk.issue(NO_DEADLINE)
    await past_the_engine(recorder, desk, Comment(text="Từ bên cạnh"), "tp-nv")
    before = seen_of("past_the_engine")
    at = temporal_client, pool, settings.task_queue

    async def found_now() -> bool:
        return await reconcile(*at) == 1

    await eventually(found_now)
    assert await reconcile(*at) == 0, "the same difference is not new"
    assert seen_of("past_the_engine") == before + 1
    [kept] = await found_differences(pool)
    assert (kept.kind, kept.directive_id) == ("past_the_engine", desk.directive_id)
    assert kept.last_seen > kept.first_seen
    assert (await compared_to(pool))[0] >= kept.position
    # Without an execution it is no better: the history that should have the command is kept for a while.
    await desk.handle.terminate()
    await past_the_engine(recorder, desk, Comment(text="Nữa"), "tp-nv")

    async def found_too_and_taken_up() -> bool:
        await reconcile(*at)
        kept = [one.kind for one in await found_differences(pool)]
        running = await desk.status() is WorkflowExecutionStatus.RUNNING
        return kept.count("past_the_engine") == 2 and running

    await eventually(found_too_and_taken_up)


async def test_what_nobody_touched_comes_round_as_well(
    new_desk: NewDesk, at_work: None, pool: Pool, temporal_client: Client, settings: Settings
) -> None:
    desks = [new_desk() for _ in range(3)]
    for one in desks:
        await one.issue(NO_DEADLINE)
        await one.had("DirectiveIssued", "NotificationSent")
    histories = Histories(temporal_client, settings.task_queue)
    await look(pool, histories)
    await desks[1].handle.terminate()

    async def found() -> Seen:
        seen = await look(pool, histories)
        assert seen is not None
        assert seen.absent == [desks[1].directive_id]
        return seen

    assert [one.kind for one in (await eventually(found)).new] == ["no_execution"]
    assert [one.kind for one in await found_differences(pool)] == ["no_execution"]
    assert await reconcile(temporal_client, pool, settings.task_queue) == 0

    async def gone() -> bool:
        await look(pool, histories)
        return await found_differences(pool) == []

    await eventually(gone)
    [kept] = await found_differences(pool, gone_too=True)
    assert kept.gone_at is not None


async def test_one_worker_at_a_time_and_from_the_beginning_when_the_record_was_cut(
    pool: Pool, temporal_client: Client, settings: Settings
) -> None:
    histories = Histories(temporal_client, settings.task_queue)
    assert await claim(pool, timedelta(minutes=1)) is not None
    assert await look(pool, histories) is None
    await pool.execute("update reconciliation set claimed_until = '-infinity', position = 1000")
    assert await look(pool, histories) is not None
    assert (await compared_to(pool))[0] == 0


async def test_notices_of_a_lost_execution_are_sent_once_by_the_one_that_took_its_place(
    new_desk: NewDesk,
    at_work: None,
    pool: Pool,
    temporal_client: Client,
    settings: Settings,
    postbox: Postbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, at = new_desk(), (temporal_client, pool, settings.task_queue)
    postbox.close()
    await desk.issue(NO_DEADLINE)
    await desk.handle.terminate()

    async def told() -> bool:
        await reconcile(*at)
        return "notice_dropped" in [one.kind for one in await found_differences(pool)]

    async def unsent() -> list[int]:
        seen = await look(pool, Histories(temporal_client, settings.task_queue))
        return [one.first_version for one in seen.unsent] if seen else [0]

    await eventually(told)
    assert await unsent() == [], "a worker may still be sending what the lost execution began"
    monkeypatch.setattr(notices, "ENDED_AFTER", timedelta(0))
    with monkeypatch.context() as late:
        late.setattr(notices, "TRIED_FOR", timedelta(0))
        assert await unsent() == [], "nobody would still be trying"
    assert await unsent() == [1]
    postbox.open()

    async def sent() -> bool:
        await reconcile(*at)
        return "NotificationSent" in await desk.types() and await found_differences(pool) == []

    await eventually(sent)
    await reconcile(*at)
    assert len(postbox.letters) == len({(letter.to, letter.message["Subject"]) for letter in postbox.letters}) > 1
    assert (await desk.types()).count("NotificationSent") == 1
