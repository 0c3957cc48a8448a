"""GET /office/people: who works where and in which roles."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.pages.office.rights import Keeping, required, units_in_reach
from api.pages.rendering import page
from domain.directory import Person
from domain.keeping import Kept
from domain.text import fold

router = APIRouter(include_in_schema=False)

A_PAGE = 100


@router.get("/office/people")
async def people(
    request: Request,
    visitor: Keeping,
    q: Annotated[str, Query(max_length=200)] = "",
    unit: Annotated[str, Query(max_length=64)] = "",
    at: Annotated[int, Query(ge=1, le=10_000)] = 1,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """A page of the people in the visitor's reach, by name; of one unit and those below it, or with a text."""
    required(visitor, Kept.DIRECTORY)
    directory, reach = visitor.caller.directory, units_in_reach(visitor, Kept.DIRECTORY)
    within = reach & directory.below(unit) if unit else reach
    wanted = fold(q)
    found = sorted(
        (one for one in directory.people.values() if one.unit in within and _matches(one, wanted)),
        key=lambda one: (fold(one.full_name), one.username),
    )
    return page(
        request,
        "office/people.html",
        visitor=visitor,
        q=q,
        unit=unit,
        at=at,
        done=done,
        people=found[(at - 1) * A_PAGE : at * A_PAGE],
        total=len(found),
        pages=max(1, -(-len(found) // A_PAGE)),
        units=[(code, held.name) for code, held in directory.units.items() if code in reach],
        mine=units_in_reach(visitor, Kept.PEOPLE),
    )


def _matches(person: Person, wanted: str) -> bool:
    texts = (person.username, person.full_name, person.email or "")
    return not wanted or any(wanted in fold(text) for text in texts)
