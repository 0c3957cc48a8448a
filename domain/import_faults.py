"""What is wrong with the rows of a list before it is brought into the directory: every row, not only the first."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.directory import Directory, Person, Unit
from domain.validity import DatedDirectory


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one field of a row; rows count from 0."""

    row: int
    field: str
    vietnamese: str
    english: str


def unit_faults(
    units: Sequence[Unit], held: DatedDirectory, day: date, also: Collection[str] = ()
) -> Iterator[RowFault]:
    """The faults of units that are to hold from `day`. `also` are codes of rows that could not be read: they name something."""
    directory = held.on(day)
    parents = {code: unit.parent for code, unit in directory.units.items()}
    parents |= {unit.code: unit.parent for unit in units if unit.code not in directory.ended}
    yield from repeated((unit.code, "code") for unit in units)
    for row, unit in enumerate(units):
        end = directory.ended.get(unit.code)
        if end is not None:
            yield RowFault(
                row,
                "code",
                f"{unit.code} đã kết thúc ngày {end.on}; đơn vị mới cần mã mới",
                f"{unit.code} has ended on {end.on}; a new unit takes a new code",
            )
        if unit.parent is not None and unit.parent not in parents and unit.parent not in also:
            yield _unknown(row, "parent", unit.parent, directory, unit.code, "names the unknown parent")
        circle = _circle(unit.code, parents)
        if circle:
            yield RowFault(
                row, "parent", f"các đơn vị {circle} tạo thành vòng tròn", f"the units {circle} form a cycle"
            )


def people_faults(people: Sequence[Person], held: DatedDirectory, day: date) -> Iterator[RowFault]:
    """The faults of people who are to work so from `day`."""
    directory = held.on(day)
    yield from repeated((person.username, "username") for person in people)
    for row, person in enumerate(people):
        if person.unit not in directory.units:
            yield _unknown(row, "unit", person.unit, directory, f"{person.username}:", "there is no unit")
        seen: set[tuple[str, str]] = set()
        for grant in person.roles:
            if grant.unit not in directory.units:
                yield _unknown(row, "roles", grant.unit, directory, f"{person.username}:", "there is no unit")
            if (grant.role, grant.unit) in seen:
                named = f"{grant.role}@{grant.unit}"
                yield RowFault(row, "roles", f"vai trò được nêu hai lần: {named}", f"a role is named twice: {named}")
            seen.add((grant.role, grant.unit))


def repeated(names: Iterable[tuple[str, str]]) -> Iterator[RowFault]:
    """A fault for every row that comes under a name that an earlier one has; each name with its field."""
    first: dict[str, int] = {}
    for row, (name, field) in enumerate(names):
        if name in first:
            yield RowFault(row, field, f"được nêu hai lần: {name}", f"named twice: {name}")
        first.setdefault(name, row)


def _unknown(row: int, field: str, code: str, directory: Directory, who: str, english: str) -> RowFault:
    """A unit that is not there on the day; one that has ended is told with its successor."""
    successor = directory.successor(code)
    if successor is not None:
        return RowFault(
            row,
            field,
            f"{code} đã kết thúc; đơn vị kế thừa là {successor.code} ({successor.name})",
            f"{code} has ended; its successor is {successor.code} ({successor.name})",
        )
    return RowFault(row, field, f"{who} không có đơn vị {code}", f"{who} {english} {code}")


def _circle(code: str, parents: dict[str, str | None]) -> str:
    """The way from `code` back to itself, if there is one."""
    path = [code]
    while (above := parents.get(path[-1])) is not None:
        path.append(above)
        if above == code:
            return " > ".join(path)
        if len(path) > len(parents):
            return ""  # a circle among those above: told at each of them
    return ""
