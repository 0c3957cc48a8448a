"""A mail server, a record, and the activities between them."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from activities.notify import NotifyActivities
from activities.recorder import Recorder
from activities.smtp import Mailer, SmtpTarget
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache
from tests.activities.notices import Notices
from tests.activities.postbox import Postbox


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server that takes everything until told otherwise."""
    server = Postbox()
    server.open()
    yield server
    server.close()


@pytest.fixture
def recorder(pool: Pool) -> Recorder:
    """The record on PostgreSQL, with mail configured."""
    return Recorder(PostgresEventStore(pool), ReferenceCache(pool), lambda: datetime.now(UTC), mail=True)


@pytest.fixture
async def notices(pool: Pool, recorder: Recorder, postbox: Postbox) -> AsyncIterator[Notices]:
    """Directives whose notices go to the postbox."""
    mailer = Mailer(SmtpTarget.from_url(postbox.url, "Đôn Đốc <don-doc@van-xuan.example>"))
    yield Notices(pool, recorder, NotifyActivities(pool, recorder, mailer))
    mailer.close()
