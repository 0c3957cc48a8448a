"""A record, an engine, workers with mail, and the comparison of the two."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client

from audit.reconcile import reconciling
from audit.reconcile.reader import Histories
from audit.reconcile.reconciling import Reconciler, Report
from settings import Settings
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reconciliation import touched
from tests.activities.conftest import postbox
from tests.activities.postbox import Postbox
from tests.workflows.desk import Desk, real_now
from worker import build_workers

__all__ = ["postbox"]

Compare = Callable[..., Awaitable[Report]]
"""Called with how much later it is than now."""


@pytest.fixture
def mailing(settings: Settings, postbox: Postbox) -> Settings:
    """Settings under which mail leaves the house."""
    return settings.model_copy(update={"smtp_url": postbox.url})


@pytest.fixture
async def at_work(mailing: Settings, pool: Pool, temporal_client: Client) -> AsyncIterator[None]:
    """The program's own workers."""
    directives, notices = build_workers(temporal_client, pool, mailing)
    async with directives, notices:
        yield


@pytest.fixture
def new_desk(settings: Settings, pool: Pool, temporal_client: Client) -> Callable[[], Desk]:
    """Makes desks of directives not yet issued."""
    return lambda: Desk(temporal_client, settings.task_queue, PostgresEventStore(pool), real_now)


@pytest.fixture
def soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubtful differences are looked at again sooner than in an office where workers may be killed."""
    monkeypatch.setattr(reconciling, "LOOKS_AGAIN_AFTER", (0.1, 0.3, 1.0))


@pytest.fixture
def compare(settings: Settings, pool: Pool, temporal_client: Client, soon_again: None) -> Compare:
    """Compares all directives of the record, and whatever runs on the queue, as `dondoc audit reconcile` does."""

    async def comparison(later: timedelta = timedelta(0)) -> Report:
        histories = Histories(temporal_client, settings.task_queue)
        running, copies = await histories.running(), await histories.copies()
        ids = [directive_id for directive_id, _ in await touched(pool, 0, 10_000)]
        strange = (running | copies.keys()) - {*ids}
        clock = lambda: datetime.now(UTC) + later  # noqa: E731
        reconciler = Reconciler(pool, histories, clock=clock)
        return await reconciler.reconcile([*ids, *strange], copies)

    return comparison
