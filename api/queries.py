"""GET: directives as a list, one by one, as they stood once, and their events."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import SignedIn
from api.cursors import decode, encode
from api.lookup import directive_for
from api.problems import Problem
from api.services import services_of
from api.views import directive_view, etag, event_view
from domain.evolve import fold
from domain.refusals import Code, refuse
from domain.state import Phase, Timeliness
from storage.directives import OPEN_PHASES, DirectiveFilter, Sort, children_of, page
from storage.postgres import events_after_for_units

router = APIRouter()

Limit = Annotated[int, Query(ge=1, le=200)]
_Text = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.get("/directives", summary="Danh sách nhiệm vụ")
async def list_directives(
    request: Request,
    caller: SignedIn,
    status: Annotated[list[Phase | Literal["open"]] | None, Query()] = None,
    timeliness: Annotated[list[Timeliness] | None, Query()] = None,
    unit: _Text | None = None,
    issuer: _Text | None = None,
    source: _Text | None = None,
    due_from: AwareDatetime | None = None,
    due_to: AwareDatetime | None = None,
    q: _Text | None = None,
    parent: UUID | None = None,
    sort: Sort = "-issued_at",
    limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> JSONResponse:
    """A page of what the caller may see. `status` takes phases or "open"; repeat a filter for more than one value."""
    services = services_of(request)
    phases = [phase for one in status or () for phase in (OPEN_PHASES if one == "open" else (Phase(one),))]
    wanted = DirectiveFilter(
        visible=caller.visible,
        phases=phases,
        timeliness=timeliness or (),
        unit=unit,
        issuer=issuer,
        source=source,
        due_from=due_from,
        due_to=due_to,
        q=q,
        parent=parent,
    )
    now = services.now()
    found = await page(services.pool, wanted, now, sort=sort, limit=limit, after=decode(sort, cursor))
    return JSONResponse(
        {
            "items": [directive_view(state, now) for state in found.items],
            "next_cursor": encode(sort, found.next_key),
            "total": found.total,
        }
    )


@router.get("/directives/{reference}", summary="Một nhiệm vụ, hiện tại hoặc tại một thời điểm")
async def one_directive(
    request: Request,
    caller: SignedIn,
    reference: str,
    at: AwareDatetime | None = None,
    version: Annotated[int | None, Field(ge=1)] = None,
) -> JSONResponse:
    """The state now, or as it stood at an instant (by when it was recorded) or at a version."""
    services = services_of(request)
    found = await directive_for(caller, reference, services)
    if at is not None and version is not None:
        raise Problem(422, "invalid_parameter", field="version", reason="give either at or version")
    state, now = found.state, services.now()
    if at is not None or version is not None:
        recorded = await services.store.events_of(found.state.id)
        events = [item.event for item in recorded]
        moment = at.astimezone(UTC) if at else datetime.max.replace(tzinfo=UTC)
        then = [e for e in events if e.recorded_at <= moment and (version is None or e.stream_version <= version)]
        past = fold(then)
        if past is None or (version is not None and past.version != version):
            raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
        state, now = past, moment if at else past.last_recorded_at
    children = await children_of(services.pool, state.id)
    return JSONResponse(directive_view(state, now, children), headers=etag(state.version))


@router.get("/directives/{reference}/events", summary="Lịch sử của một nhiệm vụ")
async def events_of_directive(request: Request, caller: SignedIn, reference: str) -> dict[str, Any]:
    """Its events, oldest first."""
    services = services_of(request)
    found = await directive_for(caller, reference, services)
    return {"items": [event_view(item) for item in await services.store.events_of(found.state.id)]}


@router.get("/events", summary="Mọi sự kiện theo thứ tự")
async def all_events(
    request: Request,
    caller: SignedIn,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """All events the caller may see after a global position, in order; `next_after` begins the next page."""
    services = services_of(request)
    items = await events_after_for_units(services.pool, caller.visible, after, limit)
    following = items[-1].global_position if len(items) == limit else None
    return {"items": [event_view(item) for item in items], "next_after": following}
