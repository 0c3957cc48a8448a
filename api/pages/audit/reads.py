"""Who opened what: the notes of reads, by reader, directive and days."""

from datetime import datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.lookup import directive_for
from api.pages.audit.days import day_in
from api.pages.audit.visitors import Auditing, places
from api.pages.forms import Filled
from api.pages.rendering import page
from api.params import readable_query
from api.problems import Problem
from api.reading import note, note_directive
from api.reads import reads_scope
from api.services import services_of
from domain.instants import at_local
from domain.reading import Door, Opened
from domain.wording import Language
from storage.reads import ReadFilter, reads_page

router = APIRouter(include_in_schema=False)

_A_PAGE = 50


@router.get("/audit/reads", dependencies=[Depends(readable_query)])
async def reads(
    request: Request,
    visitor: Auditing,
    user: Annotated[str, Query(max_length=200)] = "",
    directive: Annotated[str, Query(max_length=100)] = "",
    since: Annotated[str, Query(alias="from", max_length=20)] = "",
    until: Annotated[str, Query(alias="to", max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """A page of them, the newest first; this look-up is noted as well."""
    services, caller, scope = services_of(request), visitor.caller, reads_scope(visitor.caller)
    asked = {"user": user.strip(), "directive": directive.strip(), "from": since.strip(), "to": until.strip()}
    faults: dict[str, str] = {}
    days = {name: _day(asked[name], name, faults, visitor.language) for name in ("from", "to")}
    found = None
    if asked["directive"]:
        try:
            found = await directive_for(caller, asked["directive"], services)
        except Problem as problem:
            faults["directive"] = problem.document(request, visitor.language)["detail"]
    if found is not None:
        await note_directive(services, caller, Opened.READS, found, detail=asked["user"], door=Door.PAGE)
    else:
        await note(services, caller, Opened.READS, units=scope, detail=asked["user"], door=Door.PAGE)
    wanted = ReadFilter(
        directive=found.state.id if found else None,
        reader=asked["user"] or None,
        since=days["from"],
        until=days["to"],
        scope=scope,
        unattributed=scope.issuperset(caller.directory.units),
    )
    items, following = ([], None) if faults else await reads_page(services.pool, wanted, _A_PAGE, before)
    kept = {name: text for name, text in asked.items() if text}
    return page(
        request,
        "audit/reads.html",
        visitor=visitor,
        now=services.now(),
        status=422 if faults else 200,
        places=places(visitor),
        filled=Filled({name: [text] for name, text in asked.items()}, faults),
        people=sorted(caller.directory.people),
        items=items,
        query=urlencode(kept),
        asked=bool(kept),
        following=urlencode({**kept, "before": following}) if following is not None else "",
        first=before is None,
    )


def _day(text: str, name: str, faults: dict[str, str], language: Language) -> datetime | None:
    """The beginning of a day; of the day after for `to`, which is meant to be included."""
    if not text:
        return None
    day = day_in(text)
    if day is None:
        faults[name] = "Not a day." if language == "en" else "Không phải một ngày."
        return None
    return at_local(day + timedelta(days=name == "to"), time(0))
