"""What a verification reads: rows of streams in a range of their ids, by cursors in one snapshot, so memory stays constant."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from audit.snapshot import HIGHEST, LOWEST
from storage.queries import sql

AT_ONCE = 2000
"""Rows fetched together."""
QUERY_SECONDS = 300.0
"""For a sort over all that a large record holds."""


class ColumnsOfEvent(NamedTuple):
    """A row of the table of events."""

    global_position: int
    event_id: UUID
    stream_id: UUID
    stream_version: int
    command_id: UUID
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor_user: str
    actor_unit: str | None
    actor_role: str | None
    on_behalf_of: str | None
    canonical: bytes
    leaf_hash: bytes


class Rows:
    """The rows of the streams whose ids lie from `first` up to and including `last`, on a connection inside a transaction."""

    def __init__(self, connection: Any, first: UUID = LOWEST, last: UUID = HIGHEST) -> None:
        self._connection = connection
        self._range = (first, last)

    async def events(self) -> AsyncIterator[list[ColumnsOfEvent]]:
        """Events, a stream after the other in order of ids, each in order of versions."""
        async for batch in self._batches(sql("verify_events")):
            yield [ColumnsOfEvent(*row) for row in batch]

    def directives(self) -> AsyncIterator[Sequence[Any]]:
        """Rows of the list of directives in order of their ids, each as storage.read_models.directive_row has it."""
        return self._batches(sql("verify_directives"))

    def notices(self) -> AsyncIterator[Sequence[Any]]:
        """Rows of the inboxes in order of directive, position and recipient, as storage.read_models.notices_of has them."""
        return self._batches(sql("verify_notices"))

    async def _batches(self, query: str) -> AsyncIterator[Sequence[Any]]:
        cursor = await self._connection.cursor(query, *self._range, timeout=QUERY_SECONDS)
        while batch := await cursor.fetch(AT_ONCE, timeout=QUERY_SECONDS):
            yield batch
