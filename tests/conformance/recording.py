"""Histories made in memory, written into a real record: altered ones too, as somebody with the database in hand could."""

from itertools import groupby
from uuid import UUID, uuid4

from audit.conformance.course import Entry, History
from domain.evolve import fold
from domain.state import DirectiveState
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.store import Commit


async def write(pool: Pool, *histories: History) -> None:
    """All events of the histories in the order of their positions."""
    store, states = PostgresEventStore(pool), dict[UUID, DirectiveState]()
    entries = sorted((entry for history in histories for entry in history.entries), key=lambda entry: entry.position)
    for (directive_id, _), group in groupby(entries, key=_command):
        events = tuple(entry.event for entry in group)
        state = fold(events, states.get(directive_id))
        assert state is not None
        states[directive_id] = state
        await store.append([Commit(uuid4(), b"", events, state)])


def _command(entry: Entry) -> tuple[UUID, UUID]:
    return entry.event.directive_id, entry.event.command_id
