"""What an export goes through: the chosen directives, oldest first, each event with the directive as it stood after it."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID

from domain.directory_changes import DirectoryChange
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.events import DirectiveIssued, DirectiveReassigned, Event, UnitsSucceeded
from domain.evolve import evolve
from domain.registries import Registry
from domain.state import DirectiveState
from domain.validity import DatedDirectory
from storage.envelope import event_from, registry_event_from
from storage.exports import Begun, Choice, begun, events_of, events_of_types, registry_events
from storage.pool import Pool

_CHANGES = get_args(get_args(DirectoryChange)[0])

Told = Callable[[int], None]
"""Is given the position up to which directives have been gone through, by their first events."""


@dataclass(frozen=True)
class Selection:
    """Which events: of everything up to position `up_to` those of the directives named, that concern the unit, in the time.

    `directives` None is all. `unit` None is all; else directives that it, or a unit that was ever below it, issued, leads,
    led, coordinates or is told of. Times are those at which things happened: from `start` on and before `end`.
    """

    up_to: int
    directives: tuple[UUID, ...] | None = None
    unit: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def takes(self, moment: datetime) -> bool:
        """Whether what happened at `moment` lies in the time."""
        return (self.start is None or moment >= self.start) and (self.end is None or moment < self.end)


@dataclass(frozen=True)
class Step:
    """An event, where it stands in the record, and the directive after it."""

    position: int
    event: Event
    state: DirectiveState


async def steps(pool: Pool, selection: Selection, told: Told = lambda _: None) -> AsyncGenerator[Step]:
    """The selected events, one directive after the other in the order in which they began, each in order of versions.

    A directive is always read from its first event on, so that its state is whole where the time begins later.
    """
    choice = Choice(selection.up_to, selection.directives, selection.start, selection.end)
    units = await _units(pool, selection)
    async with aclosing(begun(pool, choice)) as pages:
        async for page in pages:
            streams = [one.directive for one in page]
            if units is not None:
                concerned = await _concerned(pool, streams, selection.up_to, units)
                streams = [stream for stream in streams if stream in concerned]
            async with aclosing(_histories(pool, streams, selection.up_to)) as history:
                async for step in history:
                    if selection.takes(step.event.occurred_at):
                        yield step
            told(_last(page))
    told(selection.up_to)


def _last(page: list[Begun]) -> int:
    return page[-1].position


async def _histories(pool: Pool, streams: list[UUID], up_to: int) -> AsyncGenerator[Step]:
    state: DirectiveState | None = None
    async with aclosing(events_of(pool, streams, up_to)) as rows:
        async for row in rows:
            event = event_from(row.canonical)
            state = evolve(None if event.stream_version == 1 else state, event)
            yield Step(row.position, event, state)


async def directory_at(pool: Pool, up_to: int) -> DatedDirectory:
    """The directory with all its days, as its events up to a position have made it; an empty one where they begin in the middle."""
    async with aclosing(registry_events(pool, Registry.DIRECTORY, up_to)) as rows:
        read = [registry_event_from(row.canonical).data async for row in rows]
    try:
        return changed(DatedDirectory(), [data for data in read if isinstance(data, _CHANGES)])
    except DirectoryError:
        return DatedDirectory()


async def _units(pool: Pool, selection: Selection) -> frozenset[str] | None:
    """The unit and every unit that was ever below it."""
    if selection.unit is None:
        return None
    directory = await directory_at(pool, selection.up_to)
    below, found = {selection.unit}, True
    while found:
        found = False
        for unit in directory.units.values():
            if unit.code not in below and any(spell.unit.parent in below for spell in unit.spells):
                below.add(unit.code)
                found = True
    return frozenset(below)


_NAMES_UNITS = ("DirectiveIssued", "DirectiveReassigned", "UnitsSucceeded")


async def _concerned(pool: Pool, streams: list[UUID], up_to: int, units: frozenset[str]) -> set[UUID]:
    """Those of the directives that concern one of the units, by what happened up to a position."""
    found = set()
    async with aclosing(events_of_types(pool, streams, up_to, _NAMES_UNITS)) as rows:
        async for row in rows:
            event = event_from(row.canonical)
            if not units.isdisjoint(_named(event)):
                found.add(event.directive_id)
    return found


def _named(event: Event) -> Iterator[str | None]:
    """The units by which storage.read_models.directive_row finds a directive, as far as this event says."""
    match event.data:
        case DirectiveIssued() as data:
            yield from (data.lead_unit, *data.coordinating_units, *data.informed_units, event.actor.over)
            # A substitute's own unit has no part in what is issued in the name of another.
            yield event.actor.unit if event.actor.on_behalf_of is None else None
        case DirectiveReassigned() as data:
            yield data.to_unit
        case UnitsSucceeded() as data:
            yield from (data.lead_unit, *data.coordinating_units, *data.informed_units)
        case _:
            return
