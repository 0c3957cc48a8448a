"""GET /overview: how everything stands, by unit, by source document and by day, each figure one click from its list."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.overview import overview_for
from api.pages.rendering import page
from api.pages.visitor import Visiting
from api.services import services_of
from storage.queries import sql

router = APIRouter(include_in_schema=False)


@router.get("/overview")
async def show(request: Request, visitor: Visiting) -> Response:
    """The overview of what the visitor may see."""
    services = services_of(request)
    position = await services.pool.fetchval(sql("head_position"))
    found = await overview_for(services, visitor.caller)
    return page(request, "overview.html", visitor=visitor, now=found.at, position=position, watch="all", found=found)
