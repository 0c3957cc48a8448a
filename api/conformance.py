"""GET /directives/{reference}/conformance: whether a directive was handled by the rules, with the events that show it."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from api.auth import SignedIn
from api.reading import opened
from api.services import services_of
from audit.conformance.course import History
from audit.conformance.loading import histories, load_book
from audit.conformance.rules.notices import spans_in
from audit.conformance.verdict import judge
from audit.conformance.view import verdict_view
from domain.instants import rfc3339
from domain.reading import Opened
from storage.directives import units_of

router = APIRouter()


@router.get("/directives/{reference}/conformance", summary="Đối chiếu một nhiệm vụ với quy định")
async def conformance(request: Request, caller: SignedIn, reference: str) -> dict[str, Any]:
    """Every rule that applies, with its outcome, the policy version that it rests on and the events that it cites.

    Mail is judged for those to whom this directive's own history shows mail. What rests on the directive above is left out where
    the caller may not see that.
    """
    services = services_of(request)
    found, now = await opened(caller, reference, services, Opened.CONFORMANCE), services.now()
    history = (await histories(services.pool, [found.state.id], now))[0]
    parent = found.state.parent
    if parent is not None and not caller.may_see((await units_of(services.pool, [parent])).get(parent, frozenset())):
        history = History(history.id, history.entries, None, history.unreadable)
    book = await load_book(services.pool, now, mail=spans_in(history))
    return {"as_of": rfc3339(now), **verdict_view(judge(history, book))}
