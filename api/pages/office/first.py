"""GET /office: what the office and administrators keep, each in a line with its figure, and mails that did not leave."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.office.rights import Keeping, required, units_in_reach
from api.pages.rendering import page
from api.services import services_of
from domain.instants import local
from domain.keeping import Kept
from storage.calendar import revisions
from storage.notices import failed_mails

router = APIRouter(include_in_schema=False)

AMONG, SHOWN = 5_000, 20
"""So many of the last events are looked through for mails that failed, and so many of these are shown."""


@router.get("/office")
async def first(request: Request, visitor: Keeping) -> Response:
    """The first page."""
    required(visitor, Kept.DIRECTORY)
    services, directory = services_of(request), visitor.caller.directory
    reference, now = await services.reference.current(), services.now()
    year, units = local(now).year, units_in_reach(visitor, Kept.DIRECTORY)
    people = [person for person in directory.people.values() if person.unit in units]
    return page(
        request,
        "office/first.html",
        visitor=visitor,
        now=now,
        year=year,
        units=len(units & directory.units.keys()),
        people=len(people),
        active=sum(person.active for person in people),
        days=sum(one.decision is not None for one in reference.calendar.out_of_the_week(year)),
        policies=len(reference.policies),
        behind=(await revisions(services.pool)).behind,
        mails=await failed_mails(services.pool, visitor.caller.visible, among=AMONG, limit=SHOWN),
        among=AMONG,
        shown=SHOWN,
    )
