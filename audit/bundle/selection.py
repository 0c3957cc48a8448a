"""What a bundle is taken of, and what of that is withheld."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from storage.bundle import Extent, SelectedEvent, events_between, events_of_streams, extent_of
from storage.pool import Pool


class NothingSelected(LookupError):
    """The selection holds no event that could be disclosed."""


class Selection(Protocol):
    """A choice of events of one record."""

    @property
    def stated(self) -> dict[str, Any]:
        """As the manifest has it."""
        ...

    async def extent(self, pool: Pool) -> Extent:
        """The first and last position. NothingSelected if there are no events."""
        ...

    def events(self, pool: Pool, size: int) -> AsyncGenerator[SelectedEvent, None]:
        """Its events among the first `size` of the record, in order of positions."""
        ...


@dataclass(frozen=True)
class Positions:
    """Every event from one position to another, both included."""

    first: int
    last: int

    @property
    def stated(self) -> dict[str, Any]:
        """See Selection."""
        return {"from": self.first, "to": self.last}

    async def extent(self, pool: Pool) -> Extent:  # noqa: ARG002 - see Selection
        """See Selection."""
        if not 1 <= self.first <= self.last:
            raise NothingSelected(f"no event lies from position {self.first} to {self.last}")
        return Extent(self.first, self.last)

    def events(self, pool: Pool, size: int) -> AsyncGenerator[SelectedEvent, None]:
        """See Selection."""
        return events_between(pool, self.first, min(self.last, size))


@dataclass(frozen=True)
class Directives:
    """Every event of some directives. With `units` they are those that concern these units, and the manifest names only these."""

    streams: tuple[UUID, ...]
    units: tuple[str, ...] = ()

    @property
    def stated(self) -> dict[str, Any]:
        """See Selection."""
        return {"units": sorted(self.units)} if self.units else {"streams": sorted(map(str, self.streams))}

    async def extent(self, pool: Pool) -> Extent:
        """See Selection."""
        found = await extent_of(pool, self.streams)
        if found is None:
            raise NothingSelected("no directive is selected")
        return found

    def events(self, pool: Pool, size: int) -> AsyncGenerator[SelectedEvent, None]:
        """See Selection."""
        return events_of_streams(pool, self.streams, size)


@dataclass(frozen=True)
class Begun:
    """Directives that have all begun within the first `size` events, up to there: what came since has no proof yet."""

    of: Directives
    size: int

    @property
    def stated(self) -> dict[str, Any]:
        """See Selection."""
        return self.of.stated

    async def extent(self, pool: Pool) -> Extent:
        """See Selection."""
        found = await self.of.extent(pool)
        if found.first > self.size:
            raise NothingSelected("no event of the selection is signed yet")
        return Extent(found.first, min(found.last, self.size))

    def events(self, pool: Pool, size: int) -> AsyncGenerator[SelectedEvent, None]:
        """See Selection."""
        return self.of.events(pool, min(size, self.size))


@dataclass(frozen=True)
class Withholding:
    """Events of the selection that are there as hashes only: by type or by position, for one reason."""

    types: frozenset[str] = frozenset()
    positions: frozenset[int] = frozenset()
    reason: str = ""

    @property
    def rules(self) -> list[str]:
        """The types and positions, as they were asked for."""
        return [*sorted(self.types), *map(str, sorted(self.positions))]

    def covers(self, event: SelectedEvent) -> bool:
        """Whether this event is withheld."""
        return event.type in self.types or event.position in self.positions


NOTHING_WITHHELD = Withholding()
