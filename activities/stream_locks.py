"""Writers of one stream within this process take turns: whoever decides on it appends before the next one decides."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from uuid import UUID
from weakref import WeakValueDictionary


class StreamLocks:
    """A lock for each directive that somebody writes to; it is forgotten when nobody holds it or waits for it.

    It only spares decisions that would be made in vain. What keeps the record right is the version at which it appends.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def of(self, directive_id: UUID | None) -> AbstractAsyncContextManager[None]:
        """Held while deciding on and writing to a directive; of none there is nothing to wait for."""
        return nullcontext() if directive_id is None else self._locks.setdefault(directive_id, asyncio.Lock())
