"""Who may keep what decisions rest on: units and people with their sign-ins, the working calendar, the policies. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import zip_longest

from domain.directory import Directory, Grant, Person, Role
from domain.directory_changes import DirectoryChange
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.event_values import Actor
from domain.permissions import as_actor
from domain.reading import rights_of
from domain.validity import DatedDirectory, DatedPerson, PersonSpell


class Kept(StrEnum):
    """What is kept."""

    DIRECTORY = "directory"
    """Looking at units, people, calendar and policies."""
    CALENDAR = "calendar"
    POLICIES = "policies"
    PEOPLE = "people"
    """Who works where and in which roles, and how they sign in."""


KEEPERS: Mapping[Kept, tuple[Role, ...]] = {
    Kept.DIRECTORY: (Role.ADMIN, Role.OFFICE),
    Kept.CALENDAR: (Role.ADMIN, Role.OFFICE),
    Kept.POLICIES: (Role.ADMIN,),
    Kept.PEOPLE: (Role.ADMIN,),
}
"""The roles that may keep it, in the order in which one is chosen."""

_FOR_ALL = frozenset({Kept.CALENDAR, Kept.POLICIES})
"""These hold for every unit: the role must be held over a top unit, not over a part of the tree."""
_NOT_LENT = frozenset({Kept.PEOPLE})
"""Whoever stands in for an administrator does not hand out roles and passwords: these would outlast the absence."""


def keeper(person: Person, directory: Directory, kept: Kept, over: Collection[str] = ()) -> Actor | None:
    """As whom `person` may keep it, for things of all the units `over`; None if there is no such right.

    In their own right first, then in place of those for whom they act.
    """
    if not person.active:
        return None
    for right in rights_of(person, directory):
        if right.grant.role not in KEEPERS[kept] or not right.units.issuperset(over):
            continue
        if kept in _FOR_ALL and not is_over_all(right.grant, directory):
            continue
        if right.absent is None or kept not in _NOT_LENT:
            return as_actor(person, right.grant, right.absent)
    return None


def kept_units(person: Person, directory: Directory, kept: Kept) -> frozenset[str]:
    """The units of which `person` may keep what belongs to one unit."""
    rights = (r for r in rights_of(person, directory) if r.grant.role in KEEPERS[kept])
    return frozenset().union(*(r.units for r in rights if r.absent is None or kept not in _NOT_LENT))


def is_over_all(grant: Grant, directory: Directory) -> bool:
    """Whether a role is held over a top unit of the tree."""
    unit = directory.units.get(grant.unit)
    return unit is not None and unit.parent is None


def units_of(person: Person) -> frozenset[str]:
    """Where they work, and over which units they hold roles."""
    return frozenset({person.unit, *(grant.unit for grant in person.roles)})


def units_behind(username: str, held: DatedDirectory, today: date) -> frozenset[str]:
    """The units over which one must administer to change this person or how they sign in: whatever that would open.

    Where they work and hold roles today and later, and the same of those for whom they act or will act.
    """
    lent = {one.absent for one in held.substitutions.values() if one.substitute == username and one.last_day >= today}
    people = (held.people[one] for one in {username, *lent} if one in held.people)
    spells = (spell for person in people for spell in _spells_from(person, today))
    return frozenset(unit for spell in spells for unit in (spell.unit, *(grant.unit for grant in spell.roles)))


def _spells_from(person: DatedPerson, day: date) -> Iterator[PersonSpell]:
    """How they are placed on `day` and after it."""
    for spell, following in zip_longest(person.spells, person.spells[1:]):
        if following is None or following.since > day:
            yield spell


def check_administered(held: DatedDirectory, changes: Sequence[DirectoryChange], today: date) -> None:
    """DirectoryError `last_administrator` if the changes leave nobody who administers the whole, on a day on which there was.

    Days from today on count. A record that had no administrator need not get one.
    """
    after = changed(held, changes)
    turns = (spell.since for person in (*held.people.values(), *after.people.values()) for spell in person.spells)
    for day in sorted({today, *(turn for turn in turns if turn > today)}):
        if _administered(held.on(day)) and not _administered(after.on(day)):
            raise DirectoryError(
                "đây là quản trị viên cuối cùng đang hoạt động; hãy giao vai trò quản trị cho người khác trước",
                "this is the last active administrator; give somebody else that role first",
                code="last_administrator",
            )


def _administered(directory: Directory) -> bool:
    return any(
        person.active and any(grant.role is Role.ADMIN and is_over_all(grant, directory) for grant in person.roles)
        for person in directory.people.values()
    )
