"""The directory as its changes have made it: changed(directory, changes) -> directory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

from domain.directory import EndedUnit, Grant, Unit
from domain.directory_changes import (
    DirectoryChange,
    PersonDeactivated,
    PersonMoved,
    PersonReactivated,
    PersonRegistered,
    PersonRenamed,
    SubstitutionDecided,
    SubstitutionEnded,
    UnitEnded,
    UnitEstablished,
    UnitRevised,
)
from domain.directory_error import DirectoryError
from domain.substitution import Substitution
from domain.validity import BEGINNING, DatedDirectory, DatedPerson, DatedUnit, PersonSpell, UnitSpell

_K = TypeVar("_K")
_T = TypeVar("_T")
_S = TypeVar("_S", UnitSpell, PersonSpell)


def changed(held: DatedDirectory, changes: Iterable[DirectoryChange]) -> DatedDirectory:
    """The directory after `changes`, in their order. Unchecked; DirectoryError only for what names nothing."""
    units, people, substitutions = dict(held.units), dict(held.people), dict(held.substitutions)
    for change in changes:
        match change:
            case UnitEstablished():
                units[change.code] = DatedUnit(change.code, (_unit_spell(change),))
            case UnitRevised():
                unit = _known(units, change.code, "unit")
                units[change.code] = replace(unit, spells=_dated(unit.spells, _unit_spell(change)))
            case UnitEnded():
                unit = _known(units, change.code, "unit")
                end = EndedUnit(
                    code=change.code,
                    name=unit.name_on(change.on),
                    on=change.on,
                    parent=unit.spells[-1].unit.parent,
                    successors=change.successors,
                    decision_number=change.decision_number,
                )
                units[change.code] = replace(unit, end=end)
            case PersonRegistered():
                people[change.username] = DatedPerson(change.username, change.full_name, (_person_spell(change),))
            case PersonMoved():
                person = _known(people, change.username, "person")
                people[change.username] = replace(person, spells=_dated(person.spells, _person_spell(change)))
            case PersonRenamed():
                person = _known(people, change.username, "person")
                people[change.username] = replace(person, full_name=change.full_name)
            case PersonDeactivated() | PersonReactivated():
                person = _known(people, change.username, "person")
                people[change.username] = replace(person, active=isinstance(change, PersonReactivated))
            case SubstitutionDecided():
                substitutions[change.id] = Substitution(
                    id=change.id,
                    absent=change.absent,
                    substitute=change.substitute,
                    first_day=change.first_day,
                    last_day=change.last_day,
                    decision_number=change.decision_number,
                )
            case SubstitutionEnded():
                one = _known(substitutions, change.id, "substitution")
                substitutions[change.id] = one.model_copy(update={"last_day": change.last_day})
            case _:
                assert_never(change)
    return DatedDirectory(units.values(), people.values(), substitutions.values())


def _known(held: Mapping[_K, _T], key: _K, what: str) -> _T:
    if key not in held:
        raise DirectoryError(f"không có {key}", f"there is no {what} {key}")
    return held[key]


def _unit_spell(change: UnitEstablished | UnitRevised) -> UnitSpell:
    unit = Unit(code=change.code, name=change.name, aliases=change.aliases, kind=change.kind, parent=change.parent)
    return UnitSpell(change.since or BEGINNING, unit)


def _person_spell(change: PersonRegistered | PersonMoved) -> PersonSpell:
    roles = tuple(Grant(role=held.role, unit=held.unit) for held in change.roles)
    return PersonSpell(change.since or BEGINNING, change.unit, roles)


def _dated(spells: Sequence[_S], new: _S) -> tuple[_S, ...]:
    """The spells with `new` at its day, in the place of one that was there."""
    found = {spell.since: spell for spell in spells} | {new.since: new}
    return tuple(found[day] for day in sorted(found))
