"""The notification centre: what this person was told, the newest first."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.forms import read_form, texts
from api.pages.rendering import page
from api.pages.visitor import Visiting
from api.problems import Problem
from api.services import services_of
from storage.notices import inbox, mark_all_read, mark_read, notice_of
from storage.queries import sql

router = APIRouter(include_in_schema=False)

_A_PAGE = 50


@router.get("/notices")
async def notices(
    request: Request,
    visitor: Visiting,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    unread: bool = False,
) -> Response:
    """A page of the inbox."""
    services, person = services_of(request), visitor.caller.person
    position = await services.pool.fetchval(sql("head_position"))
    found, count = await inbox(services.pool, person.username, before=before, unread_only=unread, limit=_A_PAGE)
    following = found[-1].position if len(found) == _A_PAGE else None
    shown: dict[str, Any] = {"notices": found, "count": count, "following": following, "only_unread": unread}
    return page(request, "notices.html", visitor=visitor, position=position, watch="all", **shown)


@router.post("/notices/read")
async def read_all(request: Request, visitor: Visiting) -> Response:
    """Mark all as read that the page showed or that came before; what came since stays unread."""
    through = texts(await read_form(request)).get("through", [""])[0]
    if not through.isdecimal() or len(through) > 18:
        raise Problem(422, "malformed_form")
    await mark_all_read(services_of(request).pool, visitor.caller.person.username, int(through))
    return RedirectResponse("/notices", 303)


@router.get("/notices/{notice_id}")
async def follow(request: Request, visitor: Visiting, notice_id: UUID) -> Response:
    """To the directive that a notice is about; the notice counts as read."""
    services, person = services_of(request), visitor.caller.person
    code = await notice_of(services.pool, person.username, notice_id)
    if code is None:
        raise Problem(404, "not_found")
    await mark_read(services.pool, person.username, notice_id)
    return RedirectResponse(f"/directives/{code.replace('/', '-')}", 303)
