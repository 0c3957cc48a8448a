"""GET /me/work and GET /directives/{id}/officers: what waits for the caller, and who could carry a directive out."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from api.auth import SignedIn
from api.lookup import directive_for
from api.services import services_of
from api.views import directive_view
from domain.choosing import candidates, officers_of, ranked
from domain.desk import Waits, by_urgency, waits_for
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
    services = services_of(request)
    now = services.now()
    found = await desk(services.pool, caller.person.username, caller.visible, MOST)
    reasons = [(state, waits_for(state, caller.person, caller.directory)) for state in found]
    mine = sorted(
        ((state, why) for state, why in reasons if why is not None and (not waits or why in waits)),
        key=lambda pair: by_urgency(pair[0], now),
    )
    counts = Counter(why for _, why in reasons if why is not None)
    return {
        "items": [directive_view(state, now) | {"waits_for": why} for state, why in mine[:limit]],
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
    state = (await directive_for(caller, reference, services)).state
    names = officers_of(state.lead_unit, caller.directory)
    found = candidates(names, state.title, await services.store.assignments(names))
    return {"choose": choose, "items": [one.model_dump(mode="json") for one in ranked(choose, found)]}
