"""GET /units, /me and the caller's notices."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request

from api.auth import SignedIn
from api.problems import Problem
from api.services import services_of
from api.views import notice_view, unit_view
from domain.instants import rfc3339
from storage.notices import inbox, mark_read

router = APIRouter()


@router.get("/units", summary="Danh mục đơn vị")
async def units(caller: SignedIn) -> dict[str, Any]:
    """The directory's units, in its own order."""
    return {"items": [unit_view(unit) for unit in caller.directory.units.values()]}


@router.get("/me", summary="Tôi là ai")
async def me(caller: SignedIn) -> dict[str, Any]:
    """The caller, their roles, for whom they act today, and the units whose directives they may see."""
    person = caller.person.model_dump(mode="json")
    absent = caller.directory.absent_for(caller.person.username)
    acting_for = [{"username": one.username, "full_name": one.full_name} for one in absent]
    return person | {"visible_units": sorted(caller.visible), "acting_for": acting_for}


@router.get("/notifications", summary="Hộp thông báo của tôi")
async def notifications(
    request: Request,
    caller: SignedIn,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    unread: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """The caller's notices, newest first; `before` is a position."""
    services = services_of(request)
    found, count = await inbox(services.pool, caller.person.username, before=before, unread_only=unread, limit=limit)
    following = found[-1].position if len(found) == limit else None
    return {"items": [notice_view(notice) for notice in found], "unread": count, "next_before": following}


@router.post("/notifications/{notice_id}/read", summary="Đánh dấu đã đọc")
async def read(request: Request, caller: SignedIn, notice_id: UUID) -> dict[str, str]:
    """Mark one as read; a second time keeps the first instant."""
    moment = await mark_read(services_of(request).pool, caller.person.username, notice_id)
    if moment is None:
        raise Problem(404, "not_found")
    return {"id": str(notice_id), "read_at": rfc3339(moment)}
