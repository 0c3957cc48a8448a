"""Checkpoints by Temporal: on a schedule, sooner after much has happened, and never over a record that was altered."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowContinuedAsNewError

from activities.checkpoints import EVENTS_UNSIGNED
from audit.log.checkpoint import Checkpoint
from audit.log.keys import PRIVATE
from audit.log.note import VerifyingKey, whole_notes
from settings import Settings
from storage.log import copies_of, last_checkpoint
from storage.log_keys import adopted_keys
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.superuser import as_superuser
from tests.support.eventually import eventually
from worker import build_workers, sign_when_due
from workflows.checkpointing import AGAIN, EVERY, keep_schedule, start_checkpoint
from workflows.messages import checkpoint_workflow_id


async def signed(pool: Pool, size: int) -> None:
    """Wait until a checkpoint covers just so many events."""

    async def reached() -> bool:
        return await signed_size(pool) == size

    await eventually(reached)


@pytest.fixture
def signing(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"keys": tmp_path / "keys", "log_origin": "nhatky.example"})


async def signed_size(pool: Pool) -> int:
    last = await last_checkpoint(pool)
    return last.size if last else -1


async def test_a_schedule_makes_checkpoints_under_a_key_that_the_record_knows(
    signing: Settings, pool: Pool, temporal_client: Client
) -> None:
    await grow(pool, 3)
    directives, notices = build_workers(temporal_client, pool, signing)
    async with directives, notices:
        assert await keep_schedule(temporal_client, signing.task_queue)
        handle = temporal_client.get_schedule_handle(checkpoint_workflow_id(signing.task_queue))
        try:
            await signed(pool, 4)
            (interval,) = (await handle.describe()).schedule.spec.intervals
            assert interval.every == EVERY
            assert not await keep_schedule(temporal_client, signing.task_queue), "it is there already"
        finally:
            await handle.delete()
    (adopted,) = await adopted_keys(pool)
    last = await last_checkpoint(pool)
    assert last is not None
    assert Checkpoint.open(last.note, [VerifyingKey.parse(adopted.key)]).head.origin == "nhatky.example"


async def test_checkpoints_are_taken_out_and_a_place_that_is_away_holds_up_no_other(
    signing: Settings, pool: Pool, temporal_client: Client, tmp_path: Path
) -> None:
    there, away = tmp_path / "there with spaces", tmp_path / "not mounted"
    there.mkdir()
    taken = signing.model_copy(update={"checkpoint_places": f"{away}, {there}"})
    directives, notices = build_workers(temporal_client, pool, taken)
    async with directives, notices:
        handle = await start_checkpoint(temporal_client, taken.task_queue, after=0)

        async def arrived() -> bool:
            return [one.place for one in await copies_of(pool, 1)] == [str(there)]

        await eventually(arrived)
        away.mkdir()  # the disk is back
        await handle.result()
    last = await last_checkpoint(pool)
    assert last is not None
    for folder in (there, away):
        assert whole_notes((folder / "checkpoints.log").read_text("utf-8"))[0].strip() == last.note.strip()


async def test_much_that_happened_is_signed_at_once(signing: Settings, pool: Pool, temporal_client: Client) -> None:
    await grow(pool, EVENTS_UNSIGNED - 1)
    assert not await sign_when_due(temporal_client, pool, signing.task_queue)
    await grow(pool, 1)
    directives, notices = build_workers(temporal_client, pool, signing)
    async with directives, notices:
        assert await sign_when_due(temporal_client, pool, signing.task_queue)
        await start_checkpoint(temporal_client, signing.task_queue, after=0)
        await signed(pool, EVENTS_UNSIGNED + 1)
    assert not await sign_when_due(temporal_client, pool, signing.task_queue)


async def test_a_record_that_was_altered_is_not_signed_again(
    signing: Settings, pool: Pool, temporal_client: Client, database_url: str
) -> None:
    directives, notices = build_workers(temporal_client, pool, signing)
    async with directives, notices:
        await grow(pool, 3)
        await (await start_checkpoint(temporal_client, signing.task_queue, after=0)).result()
        await signed(pool, 4)
        await as_superuser(database_url, "update events set leaf_hash = sha256('') where global_position = 2")
        await grow(pool, 1)
        assert await _failure(temporal_client, pool, signing) == "LogBroken"
        assert await signed_size(pool) == 4


@pytest.mark.parametrize("lost", [True, False])
async def test_without_its_key_nothing_is_signed(
    signing: Settings, pool: Pool, temporal_client: Client, lost: bool
) -> None:
    if lost:
        directives, notices = build_workers(temporal_client, pool, signing)
        async with directives, notices:
            await (await start_checkpoint(temporal_client, signing.task_queue, after=0)).result()
            await signed(pool, 1)
        (signing.keys or Path()).joinpath(PRIVATE).unlink()
    unset = signing if lost else signing.model_copy(update={"keys": None})
    directives, notices = build_workers(temporal_client, pool, unset)
    async with directives, notices:
        assert await _failure(temporal_client, pool, signing) == ("KeysUnusable" if lost else "NoKeys")


async def _failure(client: Client, pool: Pool, settings: Settings) -> str:
    """The type of the failure of a checkpoint that is called for now; the server tries it again in a while."""
    called = await start_checkpoint(client, settings.task_queue, after=max(0, await signed_size(pool)))
    with pytest.raises(WorkflowContinuedAsNewError):  # so a client is told of a run that is tried again
        await called.result(follow_runs=False)
    failed = (await _history(client, called.id, called.result_run_id))[-1].workflow_execution_failed_event_attributes
    again = (await _history(client, called.id, failed.new_execution_run_id))[0]
    backoff = again.workflow_execution_started_event_attributes.first_workflow_task_backoff
    assert backoff.ToTimedelta() == AGAIN.initial_interval
    await client.get_workflow_handle(called.id).terminate()
    return failed.failure.cause.application_failure_info.type


async def _history(client: Client, workflow_id: str, run_id: str | None) -> Sequence[HistoryEvent]:
    return (await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()).events
