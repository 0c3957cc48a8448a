"""Bringing lists of units and people into the directory: what differs becomes a change, and every bad row is told."""

from collections.abc import Iterable, Sequence
from datetime import date

from domain.directory import Person, Unit
from domain.directory_changes import (
    DirectoryChange,
    HeldRole,
    PersonDeactivated,
    PersonReactivated,
    PersonRegistered,
    PersonRenamed,
)
from domain.directory_error import DirectoryError
from domain.reorganising import checked, established, post, revised
from domain.validity import BEGINNING, DatedDirectory


def imported_units(
    held: DatedDirectory,
    units: Sequence[Unit],
    today: date,
    since: date | None = None,
    decision: str | None = None,
) -> list[DirectoryChange]:
    """The changes that bring the units to what the list says; units not named stay as they are.

    They count from `since`. Without it, what was known before is another from `today`, and what is new is taken to have
    been there as long as the unit above it. DirectoryError if the whole would be no directory on some day.
    """
    _once((unit.code for unit in units), "unit")
    listed = {unit.code: unit for unit in units}
    changes: list[DirectoryChange] = []
    for unit in units:
        if unit.code not in held.units:
            changes.append(established(unit, since or _first_day(unit, listed, held), decision))
        elif (known := held.on(since or today).units.get(unit.code)) != unit:
            if known is None and (end := held.units[unit.code].end) is not None:
                raise DirectoryError(
                    f"đơn vị {unit.code} đã kết thúc ngày {end.on}; đơn vị mới cần mã mới",
                    f"unit {unit.code} has ended on {end.on}; a new unit takes a new code",
                )
            changes.append(revised(unit, since or today, decision))
    return checked(held, changes, _earliest(changes))


def imported_people(
    held: DatedDirectory,
    people: Sequence[Person],
    today: date,
    since: date | None = None,
    decision: str | None = None,
) -> list[DirectoryChange]:
    """The same for people, each with exactly the roles given. New ones are taken to have been there as long as their units.

    Names and whether someone is active hold at once and are not dated.
    """
    _once((person.username for person in people), "person")
    changes: list[DirectoryChange] = []
    for person in people:
        _once((f"{grant.role}@{grant.unit}" for grant in person.roles), f"{person.username}: role")
        if person.username not in held.people:
            changes += _registered(person, since or _as_long_as_units(person, held), decision)
        else:
            changes += _updated(person, held, since or today, decision)
    return checked(held, changes, _earliest(changes))


def _registered(person: Person, since: date, decision: str | None) -> list[DirectoryChange]:
    registered = PersonRegistered(
        username=person.username,
        full_name=person.full_name,
        unit=person.unit,
        roles=tuple(HeldRole(role=grant.role, unit=grant.unit) for grant in person.roles),
        since=None if since == BEGINNING else since,
        decision_number=decision,
    )
    if person.active:
        return [registered]
    return [registered, PersonDeactivated(username=person.username, decision_number=decision)]


def _updated(person: Person, held: DatedDirectory, day: date, decision: str | None) -> list[DirectoryChange]:
    changes: list[DirectoryChange] = []
    known, then = held.people[person.username], held.on(day).people.get(person.username)
    if then is None or (then.unit, {*then.roles}) != (person.unit, {*person.roles}):
        changes.append(post(person.username, person.unit, person.roles, day, decision))
    if known.full_name != person.full_name:
        changes.append(PersonRenamed(username=person.username, full_name=person.full_name, decision_number=decision))
    if known.active != person.active:
        activity = PersonReactivated if person.active else PersonDeactivated
        changes.append(activity(username=person.username, decision_number=decision))
    return changes


def _first_day(unit: Unit, listed: dict[str, Unit], held: DatedDirectory) -> date:
    """The first day of the nearest unit above that is known already; the beginning where there is none."""
    seen: set[str] = set()
    at: Unit | None = unit
    while at is not None and at.parent is not None and at.code not in seen:
        seen.add(at.code)
        known = held.units.get(at.parent)
        if known is not None:
            return known.spells[0].since
        at = listed.get(at.parent)
    return BEGINNING


def _as_long_as_units(person: Person, held: DatedDirectory) -> date:
    named = (person.unit, *(grant.unit for grant in person.roles))
    return max((held.units[code].spells[0].since for code in named if code in held.units), default=BEGINNING)


def _earliest(changes: Iterable[DirectoryChange]) -> date:
    return min((getattr(change, "since", None) or BEGINNING for change in changes), default=BEGINNING)


def _once(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DirectoryError(f"{name} được nêu hai lần", f"{what} {name} is named twice")
        seen.add(name)
