"""GET /directives: the list, its filters in the address, and the way to all of it as a spreadsheet."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.cursors import decode, encode
from api.export import exported
from api.filters import scope_of
from api.pages.asking import Asked, asked_of
from api.pages.bulk import offered_for_many
from api.pages.command_forms import COMMAND_FORMS
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.services import services_of
from domain.reading import Door
from domain.searching import units_named
from storage.directives import page as page_of_list
from storage.filters import DirectiveFilter
from storage.queries import sql

router = APIRouter(include_in_schema=False)

_A_PAGE = 50


@router.get("/directives")
async def directives(
    request: Request,
    visitor: Visiting,
    cursor: Annotated[str, Query(max_length=1000)] = "",
    done: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """A page of it. A number typed into the search leads to the directive itself."""
    services, now = services_of(request), services_of(request).now()
    asked = asked_of(request.query_params)
    position = await services.pool.fetchval(sql("head_position"))
    wanted = filter_of(asked, visitor)
    after = decode(asked.sort, cursor or None)
    found = await page_of_list(services.pool, wanted, now, sort=asked.sort, limit=_A_PAGE, after=after)
    if found.total == len(found.items) == 1 and found.items[0].code == asked.text("q").replace("-", "/"):
        return RedirectResponse(f"/directives/{found.items[0].code.replace('/', '-')}", 303)
    return page(
        request,
        "directives.html",
        visitor=visitor,
        now=now,
        position=position,
        watch="all",
        asked=asked,
        found=found,
        following=encode(asked.sort, found.next_key),
        cursor=cursor,
        units=[(code, unit.name) for code, unit in visitor.caller.directory.units.items()],
        bulk=offered_for_many(visitor),
        forms=COMMAND_FORMS,
        done=done,
    )


@router.get("/directives/export")
async def export(
    request: Request, visitor: Visiting, format_: Annotated[Literal["csv", "xlsx"], Query(alias="format")]
) -> Response:
    """All that the list shows, as a spreadsheet in the visitor's language."""
    asked = asked_of(request.query_params)
    wanted = filter_of(asked, visitor)
    return await exported(request, visitor.caller, wanted, format_, asked.sort, visitor.language, Door.PAGE)


def filter_of(asked: Asked, visitor: Visitor) -> DirectiveFilter:
    """What is asked for, of what the visitor may see."""
    words = asked.text("q") or None
    return DirectiveFilter(
        visible=scope_of(visitor.caller),
        phases=asked.phases,
        timeliness=asked.timeliness,
        unit=asked.text("unit") or None,
        issuer=asked.text("issuer") or None,
        source=asked.text("source") or None,
        due_from=asked.due_from,
        due_to=asked.due_to,
        q=words,
        parent=asked.identifier("parent"),
        recurrence=asked.identifier("recurrence"),
        cells=asked.cells,
        officer=asked.text("officer") or None,
        involved=asked.text("involved") or None,
        awaits=asked.awaits,
        named=units_named(words, visitor.caller.dated) if words else {},
    )
