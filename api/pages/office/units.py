"""GET /office/units: the tree of units with their heads and people, and the units that have ended with who took their place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.pages.office.rights import Keeping, required, units_in_reach
from api.pages.rendering import page
from domain.directory import Directory, Person, Role, Unit
from domain.keeping import Kept
from domain.text import fold
from domain.validity import DatedDirectory

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Branch:
    """A unit in the tree."""

    unit: Unit
    depth: int
    heads: tuple[Person, ...]
    people: int
    """Active people who work in the unit itself."""
    below: int
    """The same with all units below it."""
    ends: date | None
    """When it is decided to end, if that lies ahead."""
    found: bool
    """Whether it is what was searched for, and not only on the way to it."""


@router.get("/office/units")
async def units(request: Request, visitor: Keeping, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The units in the visitor's reach, in the directory's own order."""
    required(visitor, Kept.DIRECTORY)
    directory, reach = visitor.caller.directory, units_in_reach(visitor, Kept.DIRECTORY)
    tree = list(_tree(directory, visitor.caller.dated, reach, fold(q)))
    ended = [one for one in directory.ended.values() if one.code in reach and _matches(one.code, (one.name,), fold(q))]
    return page(
        request,
        "office/units.html",
        visitor=visitor,
        q=q,
        tree=tree,
        ended=sorted(ended, key=lambda one: (one.on, one.code), reverse=True),
        total=len(reach & directory.units.keys()),
        found=sum(branch.found for branch in tree),
    )


def _tree(directory: Directory, dated: DatedDirectory, reach: frozenset[str], wanted: str) -> Iterator[Branch]:
    """Depth first. With something searched for, what matches and the units above it."""
    shown = [unit for unit in directory.units.values() if unit.code in reach]
    matching = {unit.code for unit in shown if _matches(unit.code, (unit.name, *unit.aliases), wanted)}
    active = [person for person in directory.people.values() if person.active]
    below: dict[str | None, list[Unit]] = {}
    for unit in shown:
        below.setdefault(unit.parent if unit.parent in reach else None, []).append(unit)

    def branches(above: str | None, depth: int) -> Iterator[Branch]:
        for unit in below.get(above, ()):
            inside = directory.below(unit.code)
            if matching.isdisjoint(inside):
                continue
            end = dated.units[unit.code].end
            yield Branch(
                unit=unit,
                depth=depth,
                heads=tuple(directory.people[name] for name in directory.holders(Role.UNIT_HEAD, unit.code)),
                people=sum(person.unit == unit.code for person in active),
                below=sum(person.unit in inside for person in active),
                ends=end.on if end else None,
                found=unit.code in matching,
            )
            yield from branches(unit.code, depth + 1)

    return branches(None, 0)


def _matches(code: str, names: tuple[str, ...], wanted: str) -> bool:
    return not wanted or wanted in fold(code) or any(wanted in fold(name) for name in names)
