"""The stores under test."""

import pytest

from storage.memory import MemoryEventStore
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.store import EventStore


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> EventStore:
    """Each event store in turn, empty."""
    if request.param == "memory":
        return MemoryEventStore()
    return PostgresEventStore(request.getfixturevalue("pool"))


@pytest.fixture
def record(pool: Pool) -> PostgresEventStore:
    """The store on PostgreSQL, empty."""
    return PostgresEventStore(pool)
