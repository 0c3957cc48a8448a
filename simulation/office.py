"""Who acts for a unit: found in the directory, as the rules will look for them."""

from collections.abc import Iterable, Sequence
from random import Random

from domain.directory import Directory, Grant, Person, Role, Unit, UnitKind


class NobodyActs(ValueError):
    """The directory has no unit with a head and a leader above who is somebody else: nothing could be issued or accepted."""


class Office:
    """The units that can lead, and their people."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._officers: dict[str, list[str]] = {}
        for person in directory.people.values():
            for grant in person.roles:
                if person.active and grant.role is Role.OFFICER and person.unit == grant.unit:
                    self._officers.setdefault(grant.unit, []).append(person.username)
        self._leaders = {unit: self._leaders_over(unit) for unit in directory.units}
        self.leads = tuple(unit for unit in directory.units.values() if self._can_lead(unit.code))
        if not self.leads:
            raise NobodyActs("no unit has a head, and above it a leader who is somebody else")
        self.wards = tuple(unit.code for unit in self.leads if unit.kind is UnitKind.WARD)

    def head(self, unit: str) -> str:
        """Who heads the unit."""
        return self._directory.holders(Role.UNIT_HEAD, unit, nearest=True)[0]

    def officer(self, unit: str, random: Random) -> str | None:
        """Some officer of the unit."""
        officers = self._officers.get(unit)
        return random.choice(officers) if officers else None

    def leader(self, unit: str, random: Random) -> str:
        """Some leader over the unit."""
        return random.choice(self._leaders[unit])

    def leads_to(self, leader: str, unit: str) -> bool:
        """Whether the leader may give to the unit."""
        return leader in self._leaders[unit]

    def wards_under(self, leader: str) -> tuple[str, ...]:
        """The wards that the leader may give to."""
        return tuple(ward for ward in self.wards if self.leads_to(leader, ward))

    def _can_lead(self, unit: str) -> bool:
        heads = self._directory.holders(Role.UNIT_HEAD, unit)
        return bool(heads) and bool(self._leaders[unit]) and not {*heads} & {*self._leaders[unit]}

    def _leaders_over(self, unit: str) -> list[str]:
        people = self._directory.people.values()
        return [p.username for p in people if p.active and self._directory.role_over(p, (Role.LEADER,), unit)]


def staffed(units: Sequence[Unit]) -> Directory:
    """A directory of these units with invented people: a head and an officer in each, a leader in each at the top."""
    return Directory(units, [person for unit in units for person in _staff(unit)])


def _staff(unit: Unit) -> Iterable[Person]:
    if unit.parent is None:
        yield _person("lanh-dao", "Lãnh đạo", Role.LEADER, unit)
    yield _person("thu-truong", "Thủ trưởng", Role.UNIT_HEAD, unit)
    yield _person("chuyen-vien", "Chuyên viên", Role.OFFICER, unit)


def _person(post: str, name: str, role: Role, unit: Unit) -> Person:
    username = f"{post}.{unit.code}"[:64]
    grants = (Grant(role=role, unit=unit.code),)
    return Person(username=username, full_name=f"{name} {unit.name}"[:500], unit=unit.code, roles=grants)
