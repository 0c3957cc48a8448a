"""GET /office/calendar: the year as a table for each month, what differs from the plain week, and the decisions behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.pages.office.months import months
from api.pages.office.rights import Keeping, required
from api.pages.rendering import page
from api.services import services_of
from domain.calendar import FIRST_YEAR, LAST_YEAR, CalendarDecision, DayKind, WorkCalendar
from domain.event_values import Actor
from domain.instants import local
from domain.keeping import Kept
from domain.registries import CalendarDecided, Registry
from storage.calendar import revisions
from storage.registries import history

router = APIRouter(include_in_schema=False)

Standing = Literal["whole", "part", "none", "takes_back"]


@dataclass(frozen=True)
class Decided:
    """A decision with how much of it is in force, and who entered it and when; both None for what came with the program."""

    decision: CalendarDecision
    standing: Standing
    actor: Actor | None
    at: datetime | None


@router.get("/office/calendar")
async def calendar(
    request: Request,
    visitor: Keeping,
    year: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None,
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """A year, this one unless another is asked for."""
    required(visitor, Kept.DIRECTORY)
    services, now = services_of(request), services_of(request).now()
    held, shown = await services.calendar(), local(now).year if year is None else year
    entered = {
        event.data.revision: (event.actor, event.occurred_at)
        for _, event in await history(services.pool, Registry.CALENDAR)
        if isinstance(event.data, CalendarDecided)
    }
    decided = [
        Decided(one, _standing(held, one), *entered.get(one.revision, (None, None))) for one in reversed(held.decisions)
    ]
    return page(
        request,
        "office/calendar.html",
        visitor=visitor,
        now=now,
        year=shown,
        earlier=shown - 1 if shown > FIRST_YEAR else None,
        later=shown + 1 if shown < LAST_YEAR else None,
        version=held.version,
        months=months(held, shown),
        days=held.out_of_the_week(shown),
        decided=decided,
        behind=(await revisions(services.pool)).behind,
        may_decide=visitor.may_keep(Kept.CALENDAR),
        done=done,
        today=local(now).date(),
    )


def _standing(held: WorkCalendar, decision: CalendarDecision) -> Standing:
    if all(entry.kind is DayKind.AS_USUAL for entry in decision.entries):
        return "takes_back"
    still = len(held.in_force(decision))
    return "whole" if still == len(decision.entries) else "part" if still else "none"
