"""GET: directives as a list, one by one, as they stood once, and their events."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import SignedIn
from api.cursors import decode, encode
from api.filters import AskedFor
from api.lookup import as_it_stood, directive_for
from api.params import Moment
from api.problems import Problem
from api.reading import note, note_directive, opened
from api.services import services_of
from api.views import directive_view, etag, event_view, progress_view
from domain.reading import Opened
from domain.refusals import Code, refuse
from storage.directives import children_of, find_many, page
from storage.filters import Sort
from storage.postgres import events_after_for_units

router = APIRouter()

Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/directives", summary="Danh sách nhiệm vụ")
async def list_directives(
    request: Request,
    caller: SignedIn,
    wanted: AskedFor,
    sort: Sort = "-issued_at",
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> JSONResponse:
    """A page of what the caller may see. `status` takes phases or "open"; repeat a filter for more than one value.

    `unit` is the lead unit, `involved` one that leads or coordinates, `source` the number of the document, `cell` one of the
    official totals, `awaits` the decision that is awaited. Due from `due_from` on and before `due_to`. `q` finds words by their
    beginnings, with or without accents, in number, title, source, content and the names of lead and coordinating units.
    `recurrence` gives the occurrences of a recurring directive.
    """
    services = services_of(request)
    now = services.now()
    found = await page(services.pool, wanted, now, sort=sort, limit=limit, after=decode(sort, cursor))
    children = await children_of(services.pool, [state.id for state in found.items], visible=caller.visible)
    return JSONResponse(
        {
            "items": [directive_view(state, now, children[state.id], caller.dated) for state in found.items],
            "next_cursor": encode(sort, found.next_key),
            "total": found.total,
        }
    )


@router.get("/directives/{reference}", summary="Một nhiệm vụ, hiện tại hoặc tại một thời điểm")
async def one_directive(
    request: Request,
    caller: SignedIn,
    reference: str,
    at: Moment | None = None,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> JSONResponse:
    """The state now, or as it stood at an instant (by when it was recorded) or at a version."""
    services, now = services_of(request), services_of(request).now()
    if at is not None and version is not None:
        reason = ("chỉ một trong at và version", "either at or version, not both")
        raise Problem(422, "invalid_parameter", field="version", reason=reason)
    if at is None and version is None:
        found = await opened(caller, reference, services, Opened.DIRECTIVE)
        state, children = found.state, found.children
    else:
        found = await directive_for(caller, reference, services)
        past = await as_it_stood(services, found.state.id, version=version, at=at)
        if past is None:
            raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
        state, now = past, min(at, now) if at else past.last_recorded_at
        children = (await children_of(services.pool, [state.id], by=now, visible=caller.visible))[state.id]
        await note_directive(services, caller, Opened.DIRECTIVE, found, version=state.version)
    return JSONResponse(directive_view(state, now, children, caller.dated), headers=etag(state.version))


@router.get("/directives/{reference}/subdirectives", summary="Các nhiệm vụ giao lại và tiến độ chung")
async def subdirectives(request: Request, caller: SignedIn, reference: str) -> dict[str, Any]:
    """The sub-directives that the caller may see, as they stand now, and how far they are together."""
    services = services_of(request)
    found = await opened(caller, reference, services, Opened.SUBDIRECTIVES)
    states = await find_many(services.pool, found.children)
    return progress_view([states[child] for child in found.children], services.now(), caller.dated)


@router.get("/directives/{reference}/events", summary="Lịch sử của một nhiệm vụ")
async def events_of_directive(request: Request, caller: SignedIn, reference: str) -> dict[str, Any]:
    """Its events, oldest first."""
    services = services_of(request)
    found = await opened(caller, reference, services, Opened.EVENTS)
    events = (await services.store.events_of(found.state.id))[: found.state.version]  # no more than was noted
    return {"items": [event_view(item, caller.dated) for item in events]}


@router.get("/events", summary="Mọi sự kiện theo thứ tự")
async def all_events(
    request: Request,
    caller: SignedIn,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """All events the caller may see after a global position, in order; `next_after` begins the next page."""
    services = services_of(request)
    await note(services, caller, Opened.FEED)
    items = await events_after_for_units(services.pool, caller.visible, after, limit)
    following = items[-1].global_position if len(items) == limit else None
    return {"items": [event_view(item, caller.dated) for item in items], "next_after": following}
