"""Checkpoints called for by events: none waits for a place outside; where none can be made, the tries come ever further apart."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.checkpoints import EVENTS_UNSIGNED
from audit.log.checkpoint import Checkpoint
from audit.places import delivery, http
from settings import Settings
from storage.log import last_checkpoint
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.superuser import as_superuser
from tests.audit.witness.serving import listening
from tests.support.eventually import eventually
from tests.support.skipping import skip
from worker import build_workers, sign_when_due
from workflows.checkpointing import EVERY, start_checkpoint
from workflows.messages import checkpoint_after_id

PAUSES = [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40, 80, 160, 320, 600, 600)]


@pytest.fixture
def signing(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"keys": tmp_path / "keys", "log_origin": "nhatky.example"})


async def signed_size(pool: Pool) -> int:
    last = await last_checkpoint(pool)
    return last.size if last else 0


async def pauses_after(client: Client, workflow_id: str, run_id: str) -> list[timedelta]:
    """How long the server waited after each run before it tried again; it writes a run that it tries again as continued."""
    pauses: list[timedelta] = []
    while True:
        events = (await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()).events
        again = events[-1].workflow_execution_continued_as_new_event_attributes
        if not again.new_execution_run_id:
            return pauses
        pauses.append(again.backoff_start_interval.ToTimedelta())
        run_id = again.new_execution_run_id


class Slow:
    """A place that answers when it is told to; it keeps what it got, and how many deliveries it had at once."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.most_at_once = 0
        self.answers = asyncio.Event()
        self._at_once = 0

    async def take(self, request: Request) -> Response:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self.asked.append(Checkpoint.parse((await request.body()).decode()).head.size)
        await self.answers.wait()
        self._at_once -= 1
        return PlainTextResponse("ok")

    @property
    def application(self) -> Starlette:
        return Starlette(routes=[Route("/", self.take, methods=["POST"])])


async def test_a_checkpoint_waits_for_no_delivery_that_hangs(
    signing: Settings, pool: Pool, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limited in (delivery, http):
        monkeypatch.setattr(limited, "SECONDS", 300.0)  # on a busy machine too it hangs for as long as the test lasts
    slow = Slow()
    sizes: list[int] = []
    async with listening(slow.application) as url:
        directives, notices = build_workers(
            temporal_client, pool, signing.model_copy(update={"checkpoint_places": f"{url}/"})
        )
        async with directives, notices:
            try:
                for _ in range(3):
                    await grow(pool, EVENTS_UNSIGNED)
                    before = await signed_size(pool)
                    assert await sign_when_due(temporal_client, pool, signing.task_queue)

                    async def made(before: int = before) -> bool:
                        return bool(slow.asked) and await signed_size(pool) > before

                    await eventually(made)
                    sizes.append(await signed_size(pool))
                assert slow.asked == sizes[:1], "one at a time"
            finally:
                slow.answers.set()

            async def all_taken() -> bool:
                return slow.asked[-1] == sizes[-1]

            await eventually(all_taken, seconds=30)
    assert slow.asked == sorted({*slow.asked})
    assert slow.most_at_once == 1


async def test_where_none_can_be_made_the_tries_come_ever_further_apart(
    signing: Settings, pool: Pool, skipping: WorkflowEnvironment, database_url: str
) -> None:
    directives, notices = build_workers(skipping.client, pool, signing)
    async with directives, notices:
        await (await start_checkpoint(skipping.client, signing.task_queue, after=0)).result()
        signed = await signed_size(pool)
        await grow(pool, EVENTS_UNSIGNED)
        await as_superuser(
            database_url,
            "create table whole as select leaf_hash from events where global_position = 1",
            "update events set leaf_hash = sha256('') where global_position = 1",
        )
        with structlog.testing.capture_logs() as logged:
            assert await sign_when_due(skipping.client, pool, signing.task_queue)
            handle = skipping.client.get_workflow_handle(checkpoint_after_id(signing.task_queue, signed))
            first = (await handle.describe()).run_id
            await skip(skipping, sum(PAUSES[:-1], timedelta(seconds=1)))
            assert await sign_when_due(skipping.client, pool, signing.task_queue), "it is still due"
        assert await pauses_after(skipping.client, handle.id, first) == PAUSES
        broken = [line for line in logged if line["event"] == "log.broken"]
        assert len(broken) == len(PAUSES)
        await as_superuser(
            database_url,
            "update events set leaf_hash = (select leaf_hash from whole) where global_position = 1",
        )
        await skip(skipping, EVERY)
        assert await signed_size(pool) == signed + EVENTS_UNSIGNED
        assert not await sign_when_due(skipping.client, pool, signing.task_queue)
