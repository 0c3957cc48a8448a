"""GET /me/work and GET /directives/{id}/officers: what waits for the caller, and who could carry a directive out."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from api.auth import SignedIn
from api.reading import opened
from api.services import services_of
from api.views import directive_view
from domain.choosing import candidates, officers_of, ranked
from domain.desk import Waits, by_urgency, lies_on_desk
from domain.directory import Person
from domain.reading import Opened
from domain.state import DirectiveState
from domain.terms import Choice
from storage.directives import desk

router = APIRouter()

MOST = 2000
"""More than one desk bears: what waits beyond it is named by the list of directives."""


@router.get("/me/work", summary="Việc của tôi")
async def my_work(
    request: Request,
    caller: SignedIn,
    waits: Annotated[list[Waits] | None, Query(alias="for")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What waits for the caller, the most urgent first: a decision, an approval, their own work, or to be taken."""
    services, person = services_of(request), caller.person
    now = services.now()
    names = [one.username for one in (person, *caller.directory.absent_for(person.username))]
    found = await desk(services.pool, names, caller.visible, MOST)
    lying = [(state, lies) for state in found if (lies := lies_on_desk(state, person, caller.directory)) is not None]
    mine = sorted(
        ((state, why, one) for state, (why, one) in lying if not waits or why in waits),
        key=lambda line: by_urgency(line[0], now),
    )
    counts = Counter(why for _, (why, _) in lying)
    return {
        "items": [_line(state, why, one, person, now) for state, why, one in mine[:limit]],
        "total": len(mine),
        "counts": {why: counts[why] for why in Waits},
    }


@router.get("/directives/{reference}/officers", summary="Chọn chuyên viên")
async def officers(
    request: Request, caller: SignedIn, reference: str, choose: Choice = Choice.FEWEST_OPEN
) -> dict[str, Any]:
    """The officers who could carry it out, the one whom the rule would choose first, with what speaks for each.

    `assign-officer` takes the same rule as `choose`. The lot falls with that command, not before.
    """
    services = services_of(request)
    state = (await opened(caller, reference, services, Opened.OFFICERS)).state
    names = officers_of(state.lead_unit, caller.directory)
    found = candidates(names, state.title, await services.store.assignments(names))
    return {"choose": choose, "items": [one.model_dump(mode="json") for one in ranked(choose, found)]}


def _line(state: DirectiveState, why: Waits, one: Person, person: Person, now: datetime) -> dict[str, Any]:
    behalf = None if one.username == person.username else one.username
    return directive_view(state, now) | {"waits_for": why, "on_behalf_of": behalf}
