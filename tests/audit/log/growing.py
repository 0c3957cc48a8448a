"""A record that grows by so many events, fast."""

from itertools import count

from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.domain.happenings import progressed
from tests.storage.commits import after, begun

AT_ONCE = 100
_numbers = count(1)


async def grow(pool: Pool, events: int) -> None:
    """One directive more, with so many events: its issue and then reports of progress, AT_ONCE to a command."""
    store = PostgresEventStore(pool)
    last = begun(code=f"2020/{next(_numbers):04d}")
    await store.append([last])
    for first in range(0, events - 1, AT_ONCE):
        count = min(AT_ONCE, events - 1 - first)
        last = after(last, *(progressed(number % 100) for number in range(count)))
        await store.append([last])
