"""Filling an OCEL 2.0 log: events with their objects as they come, then what the directory says of units and people."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, time
from uuid import UUID

from audit.exporting.fields import common_values, data_values
from audit.exporting.objects import ObjectType, Thing, person, snapshots, unit
from audit.exporting.ocel_file import OcelFile
from audit.exporting.relations import Link, links, related
from audit.exporting.source import Step
from domain.instants import at_local
from domain.state import DirectiveState
from domain.validity import DatedDirectory


async def fill(log: OcelFile, steps: AsyncIterator[Step], directory: DatedDirectory) -> None:
    """Put the events into the log, and all that they have to do with."""
    held = _Held(log)
    async for step in steps:
        event, state = step.event, step.state
        values = (*common_values(step), *data_values(event.data))
        log.add_event(step.position, event.data.type, event.occurred_at, values)
        log.relate(step.position, related(event, state))
        held.follow(step)
    _put_directory(log, directory)


class _Held:
    """What is known of the objects of the directive at hand, so that only what changes is written."""

    def __init__(self, log: OcelFile) -> None:
        self._log = log
        self._directive: UUID | None = None
        self._values: dict[Thing, tuple[object, ...]] = {}
        self._bonds: tuple[object, ...] = ()

    def follow(self, step: Step) -> None:
        """Write what the event has made of the objects."""
        state = step.state
        if state.id != self._directive:
            self._directive, self._values, self._bonds = state.id, {}, ()
        for thing, values in snapshots(state):
            before = self._values.get(thing)
            if before == values:
                continue
            if before is not None:
                self._log.change(thing, step.event.occurred_at, before, values)
            elif thing.type is not ObjectType.SOURCE or not self._log.described(thing):
                # A document may be the source of several directives, and says the same of itself in all.
                self._log.describe(thing, values)
            self._values[thing] = values
        bonds = _bonds(state)
        if bonds != self._bonds:
            self._log.link(links(state))
            self._bonds = bonds


def _bonds(state: DirectiveState) -> tuple[object, ...]:
    """What links follow from."""
    return state.lead_unit, state.coordinating_units, state.informed_units, len(state.extensions)


def _put_directory(log: OcelFile, directory: DatedDirectory) -> None:
    """Units and people that the log names, and the units above them, as the directory has them on each day."""
    for someone in directory.people.values():
        if log.has(person(someone.username)):
            spells = [(spell.since, (someone.full_name, spell.unit)) for spell in someone.spells]
            _put_spells(log, person(someone.username), spells)
            log.link(Link(person(someone.username), unit(spell.unit), "member") for spell in someone.spells)
    named = [code for code in directory.units if log.has(unit(code))]
    for code in _with_those_above(named, directory):
        known = directory.units[code].spells
        log.add(unit(code))
        _put_spells(log, unit(code), [(one.since, (one.unit.name, one.unit.kind, one.unit.parent)) for one in known])
        above = (one.unit.parent for one in known)
        log.link(Link(unit(code), unit(parent), "part_of") for parent in above if parent is not None)


def _put_spells(log: OcelFile, thing: Thing, spells: Sequence[tuple[date, tuple[object, ...]]]) -> None:
    """What a unit or a person is from each day on; the first counts from the beginning."""
    (_, before), *later = spells
    log.describe(thing, before)
    for since, values in later:
        log.change(thing, at_local(since, time(0)), before, values)
        before = values


def _with_those_above(codes: list[str], directory: DatedDirectory) -> list[str]:
    """The units and all that were ever above them."""
    found = dict.fromkeys(codes)
    ahead = [*codes]
    while ahead:
        parents = {spell.unit.parent or "" for spell in directory.units[ahead.pop()].spells}
        new = sorted(one for one in parents if one in directory.units and one not in found)
        found |= dict.fromkeys(new)
        ahead += new
    return [*found]
