"""Units, people and their roles, and the questions the rules ask of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import StringConstraints

from domain.directory_error import DirectoryError
from domain.model import Value
from domain.substitution import Substitution
from domain.text import Code, Line

__all__ = ["Directory", "DirectoryError", "EndedUnit", "Grant", "Person", "Role", "Unit", "UnitKind"]

_T = TypeVar("_T")

EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]


class Role(StrEnum):
    """What a person may be in a unit's subtree."""

    LEADER = "leader"
    OFFICE = "office"
    UNIT_HEAD = "unit_head"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMIN = "admin"


class UnitKind(StrEnum):
    """The kinds of units a district committee has."""

    OFFICE = "office"
    DEPARTMENT = "department"
    AGENCY = "agency"
    POLICE = "police"
    WARD = "ward"


class Unit(Value):
    """A unit of the directory; `parent` is the code of the unit above, None at the top."""

    code: Code
    name: Line
    aliases: tuple[Line, ...] = ()
    kind: UnitKind
    parent: Code | None = None


class Grant(Value):
    """A role over a unit and everything below it."""

    role: Role
    unit: Code


class Person(Value):
    """Someone who acts in the system."""

    username: Code
    full_name: Line
    unit: Code
    email: EmailAddress | None = None
    roles: tuple[Grant, ...] = ()
    active: bool = True


class EndedUnit(Value):
    """A unit that is no more, with its last name and parent.

    `on` is the first day without it; the first successor takes over what was open.
    """

    code: Code
    name: Line
    on: date
    parent: Code | None = None
    successors: tuple[Code, ...] = ()
    decision_number: Line | None = None


class Directory:
    """The units and people as they are on one day, the units that have ended by then, and who stands in for whom."""

    def __init__(
        self,
        units: Iterable[Unit],
        people: Iterable[Person],
        ended: Iterable[EndedUnit] = (),
        substitutions: Iterable[Substitution] = (),
    ) -> None:
        self.units = _by_key(((unit.code, unit) for unit in units), "unit")
        self.people = _by_key(((person.username, person) for person in people), "person")
        self.ended = {unit.code: unit for unit in ended}
        self._substitutes = {one.absent: one.substitute for one in substitutions}
        self._lineage = {code: self._climb(code) for code in self.units}
        # Questions about an ended unit are answered for the one that stands in its place: what it did stays in sight.
        self._lineage |= {code: self._lineage.get(self._heir(code), ()) for code in self.ended}
        for person in self.people.values():
            for code in (person.unit, *(grant.unit for grant in person.roles)):
                if code not in self.units:
                    raise DirectoryError(
                        f"{person.username}: không có đơn vị {code}", f"{person.username} names the unknown unit {code}"
                    )
        self._holders: dict[tuple[Role, str], list[str]] = defaultdict(list)
        for person in self.people.values():
            if person.active:
                for grant in person.roles:
                    self._holders[grant.role, grant.unit].append(person.username)

    def _climb(self, code: str) -> tuple[str, ...]:
        """`code` and the units above it, nearest first."""
        path: list[str] = []
        at: str | None = code
        while at is not None:
            if at in path:
                circle = " > ".join([*path, at])
                raise DirectoryError(f"các đơn vị {circle} tạo thành vòng tròn", f"the units {circle} form a cycle")
            if at not in self.units:
                raise DirectoryError(
                    f"đơn vị {path[-1]} trực thuộc đơn vị {at} không có",
                    f"unit {path[-1]} names the unknown parent {at}",
                )
            path.append(at)
            at = self.units[at].parent
        return tuple(path)

    def _heir(self, code: str) -> str:
        """The unit that answers for `code`: itself, its successor, or where there is none the unit above."""
        seen: set[str] = set()
        while (ended := self.ended.get(code)) is not None and code not in seen:
            seen.add(code)
            code = (*ended.successors, ended.parent or "")[0]
        return code

    def covers(self, scope: str, unit: str) -> bool:
        """Whether `unit` is `scope` or lies below it."""
        return scope in self._lineage.get(unit, ())

    def below(self, scope: str) -> frozenset[str]:
        """`scope` and every unit below it."""
        return frozenset(code for code, path in self._lineage.items() if scope in path)

    def role_over(self, person: Person, roles: Iterable[Role], unit: str) -> Role | None:
        """The first of `roles` that `person` holds over `unit`, or None."""
        held = {grant.role for grant in person.roles if self.covers(grant.unit, unit)}
        return next((role for role in roles if role in held), None)

    def holders(self, role: Role, unit: str, *, nearest: bool = False) -> tuple[str, ...]:
        """Usernames that hold `role` in exactly `unit`; with `nearest`, in the nearest unit at or above it that has one."""
        for code in self._lineage.get(unit, ()) if nearest else (self.present(unit),):
            found = self._holders.get((role, code))
            if found:
                return tuple(found)
        return ()

    def holders_above(self, role: Role, unit: str, up: int) -> tuple[str, ...]:
        """Usernames that hold `role` in the nearest unit at or above `unit` that has one, and `up` such units higher.

        Where the tree ends before that, those of the highest such unit.
        """
        levels = [held for code in self._lineage.get(unit, ()) if (held := self._holders.get((role, code)))]
        return tuple(levels[min(up, len(levels) - 1)]) if levels else ()

    def visible_units(self, person: Person) -> frozenset[str]:
        """The units whose directives `person` may see: those under any role held, and what those see for whom they act.

        Every role sees its own subtree.
        """
        roles = [grant for one in (person, *self.absent_for(person.username)) for grant in one.roles]
        return frozenset().union(*(self.below(grant.unit) for grant in roles))

    def successor(self, code: str) -> Unit | None:
        """The unit that stands in the place of the ended unit `code`, through all that ended since; None if none does."""
        if code not in self.ended:
            return None
        while (ended := self.ended.get(code)) is not None:
            if not ended.successors:
                return None
            code = ended.successors[0]
        return self.units.get(code)

    def present(self, code: str) -> str:
        """`code` itself, or the unit that stands in its place when it has ended."""
        successor = self.successor(code)
        return successor.code if successor else code

    def substitute_of(self, username: str) -> Person | None:
        """The active person who acts for `username`."""
        return self._active(self._substitutes.get(username, ""))

    def absent_for(self, username: str) -> tuple[Person, ...]:
        """The active people for whom `username` acts. Not those for whom these act in turn: what is lent is not lent on."""
        absent = (self._active(one) for one, substitute in self._substitutes.items() if substitute == username)
        return tuple(person for person in absent if person is not None)

    def _active(self, username: str) -> Person | None:
        person = self.people.get(username)
        return person if person is not None and person.active else None


def _by_key(pairs: Iterable[tuple[str, _T]], what: str) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for key, value in pairs:
        if key in found:
            raise DirectoryError(f"{key} được nêu hai lần", f"{what} {key} is named twice")
        found[key] = value
    return found
