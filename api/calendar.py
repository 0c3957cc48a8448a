"""GET /calendar: the days of a year on which offices work otherwise than Monday to Friday."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from api.auth import SignedIn
from api.services import services_of
from api.views import calendar_view
from domain.calendar import FIRST_YEAR, LAST_YEAR
from domain.instants import local

router = APIRouter()


@router.get("/calendar", summary="Lịch làm việc của một năm")
async def calendar(
    request: Request,
    _: SignedIn,
    year: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None,
) -> dict[str, Any]:
    """Weekdays off and weekend days worked, each with its reason and, if decided, the decision's number; default: this year."""
    services = services_of(request)
    return calendar_view(await services.calendar(), local(services.now()).year if year is None else year)
