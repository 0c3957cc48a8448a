"""The directory over time: what each unit was called and where each person worked, from which day on.

A day is a day of the calendar in Việt Nam and begins at 00:00 there. Decisions look at one day of it, a `Directory`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from domain.directory import Directory, EndedUnit, Grant, Person, Unit
from domain.directory_error import DirectoryError
from domain.substitution import Substitution
from domain.text import fold

BEGINNING = date.min
"""Stands for "as far back as the record goes"."""


@dataclass(frozen=True)
class UnitSpell:
    """What a unit is from the day `since` until its next spell or its end."""

    since: date
    unit: Unit


@dataclass(frozen=True)
class DatedUnit:
    """A unit's history: its spells in order of their days, at least one, and its end if it has one."""

    code: str
    spells: tuple[UnitSpell, ...]
    end: EndedUnit | None = None

    def on(self, day: date) -> Unit | None:
        """The unit as it is on `day`; None before its first and from its end on."""
        if self.end is not None and self.end.on <= day:
            return None
        place = bisect_right(self.spells, day, key=lambda spell: spell.since)
        return self.spells[place - 1].unit if place else None

    def name_on(self, day: date) -> str:
        """Its name on `day`; the first before it was, the last after its end."""
        place = bisect_right(self.spells, day, key=lambda spell: spell.since)
        return self.spells[max(place - 1, 0)].unit.name


@dataclass(frozen=True)
class PersonSpell:
    """Where a person works, in which roles, from the day `since` until the next spell."""

    since: date
    unit: str
    roles: tuple[Grant, ...]


@dataclass(frozen=True)
class DatedPerson:
    """A person with their spells in order of their days, at least one. Name, address and activity are as of now."""

    username: str
    full_name: str
    spells: tuple[PersonSpell, ...]
    email: str | None = None
    active: bool = True

    def on(self, day: date) -> Person | None:
        """The person as they are on `day`; None before their first."""
        place = bisect_right(self.spells, day, key=lambda spell: spell.since)
        if not place:
            return None
        spell = self.spells[place - 1]
        return Person(
            username=self.username,
            full_name=self.full_name,
            unit=spell.unit,
            email=self.email,
            roles=spell.roles,
            active=self.active,
        )


class DatedDirectory:
    """All units, people and substitutions with their days."""

    def __init__(
        self,
        units: Iterable[DatedUnit] = (),
        people: Iterable[DatedPerson] = (),
        substitutions: Iterable[Substitution] = (),
    ) -> None:
        self.units: dict[str, DatedUnit] = {unit.code: unit for unit in units}
        self.people: dict[str, DatedPerson] = {person.username: person for person in people}
        self.substitutions: dict[UUID, Substitution] = {one.id: one for one in substitutions}
        self._turns = sorted({BEGINNING, *self._reorganised(), *self._substituted()})
        self._views: dict[date, Directory] = {}

    @classmethod
    def always(cls, units: Iterable[Unit], people: Iterable[Person] = ()) -> "DatedDirectory":
        """Units and people who were always so."""
        return cls(
            (DatedUnit(unit.code, (UnitSpell(BEGINNING, unit),)) for unit in units),
            (
                DatedPerson(p.username, p.full_name, (PersonSpell(BEGINNING, p.unit, p.roles),), p.email, p.active)
                for p in people
            ),
        )

    def _reorganised(self) -> Iterator[date]:
        for unit in self.units.values():
            yield from (spell.since for spell in unit.spells)
            if unit.end is not None:
                yield unit.end.on
        for person in self.people.values():
            yield from (spell.since for spell in person.spells)

    def _substituted(self) -> Iterator[date]:
        for one in self.substitutions.values():
            yield one.first_day
            if one.last_day < date.max:
                yield date.fromordinal(one.last_day.toordinal() + 1)

    def on(self, day: date) -> Directory:
        """The directory as it is on `day`. Made once for all days between two changes."""
        turn = self._turns[bisect_right(self._turns, day) - 1]
        view = self._views.get(turn)
        if view is None:
            view = self._views[turn] = self._made(turn)
        return view

    def _made(self, day: date) -> Directory:
        units = (unit.on(day) for unit in self.units.values())
        people = (person.on(day) for person in self.people.values())
        ends = (unit.end for unit in self.units.values())
        return Directory(
            [unit for unit in units if unit is not None],
            [person for person in people if person is not None],
            [end for end in ends if end is not None and end.on <= day],
            [one for one in self.substitutions.values() if one.holds_on(day)],
        )

    def name_on(self, code: str, day: date) -> str | None:
        """What the unit `code` was called on `day`; None if there never was one."""
        unit = self.units.get(code)
        return unit.name_on(day) if unit else None

    @cached_property
    def unit_words(self) -> dict[str, frozenset[str]]:
        """The folded words of each unit's code, names and aliases of all days: by what it may be asked for."""
        return {code: _words_of(unit) for code, unit in self.units.items()}

    def successor(self, code: str, day: date) -> Unit | None:
        """The unit that stands in the place of `code` on `day`, if `code` has ended by then."""
        return self.on(day).successor(code)

    def check(self, since: date = BEGINNING) -> None:
        """DirectoryError if the directory contradicts itself on any day from `since` on."""
        for unit in self.units.values():
            self._check_end(unit)
        for day in sorted({since, *(turn for turn in self._reorganised() if turn > since)}):
            try:
                self.on(day)
            except DirectoryError as error:
                if day == BEGINNING:
                    raise
                raise DirectoryError(f"từ ngày {day}: {error.vietnamese}", f"from {day}: {error.english}") from None

    def _check_end(self, unit: DatedUnit) -> None:
        """Each successor is there on the day of the end, so succession runs forward in time and never in a circle."""
        if unit.end is None:
            return
        if unit.end.on <= unit.spells[-1].since:
            last = unit.spells[-1].since
            raise DirectoryError(
                f"đơn vị {unit.code} kết thúc ngày {unit.end.on} nhưng đã có quyết định từ ngày {last}",
                f"unit {unit.code} would end on {unit.end.on}, but is described from {last} on",
            )
        for code in unit.end.successors:
            self._check_circle(unit, code)
            successor = self.units.get(code)
            if successor is None or successor.on(unit.end.on) is None:
                raise DirectoryError(
                    f"đơn vị {unit.code} có đơn vị kế thừa {code} chưa có hoặc không còn ngày {unit.end.on}",
                    f"unit {unit.code} names the successor {code}, which is not there on {unit.end.on}",
                )

    def _check_circle(self, unit: DatedUnit, successor: str) -> None:
        path = [unit.code, successor]
        while path[-1] != unit.code:
            following = self.units.get(path[-1])
            if following is None or following.end is None or not following.end.successors:
                return
            path.append(following.end.successors[0])
            if len(path) > len(self.units) + 1:
                return  # a circle among the others: told at one of them
        circle = " > ".join(path)
        raise DirectoryError(
            f"các đơn vị kế thừa {circle} tạo thành vòng tròn", f"the successors {circle} form a cycle"
        )


def _words_of(unit: DatedUnit) -> frozenset[str]:
    told = (unit.code, *(text for spell in unit.spells for text in (spell.unit.name, *spell.unit.aliases)))
    return frozenset(word for text in told for word in fold(text).split())
