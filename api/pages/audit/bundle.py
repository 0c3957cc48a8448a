"""The form for an offline bundle, and the bundle as a download."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.auditing import audits_all
from api.bundling import MOST_BYTES, MOST_EVENTS, bundle_of
from api.pages.audit.choosing import Faulty, chosen_by
from api.pages.audit.visitors import Auditing, note_page, places
from api.pages.forms import NOTHING, Filled, read_form, texts
from api.pages.rendering import page
from api.pages.visitor import Visitor
from api.problems import Problem
from api.reading import note
from api.services import services_of
from domain.reading import Door, Opened
from domain.text import fold
from storage.log import head_position, last_checkpoint

router = APIRouter(include_in_schema=False)


@router.get("/audit/bundle")
async def ask(request: Request, visitor: Auditing) -> Response:
    """The form."""
    await note_page(request, visitor, "bundle page")
    return await _form(request, visitor, NOTHING)


@router.post("/audit/bundle")
async def take(request: Request, visitor: Auditing) -> Response:
    """The bundle, noted as a read before it is made; the form again where the choice makes no sense."""
    services, filled = services_of(request), Filled(texts(await read_form(request)))
    try:
        chosen = await chosen_by(filled, visitor, services)
    except Faulty as faulty:
        return await _form(request, visitor, Filled(filled.values, faulty.said(visitor.language)), status=422)
    units = visitor.caller.visible
    await note(services, visitor.caller, Opened.BUNDLE, units=units, detail=chosen.told, door=Door.PAGE)
    try:
        return await bundle_of(services, chosen)
    except Problem as problem:
        if problem.status in (429, 500, 503):
            raise
        banner = problem.document(request, visitor.language)["detail"]
        return await _form(request, visitor, Filled(filled.values, {}, banner), status=problem.status)


async def _form(request: Request, visitor: Visitor, filled: Filled, status: int = 200) -> Response:
    services = services_of(request)
    last = await last_checkpoint(services.pool)
    return page(
        request,
        "audit/bundle.html",
        visitor=visitor,
        now=services.now(),
        status=status,
        places=places(visitor),
        filled=filled,
        units=sorted(((code, visitor.unit(code)) for code in visitor.caller.visible), key=lambda one: fold(one[1])),
        all_events=audits_all(visitor.caller),
        last=last,
        head=await head_position(services.pool),
        most_events=MOST_EVENTS,
        most_bytes=MOST_BYTES,
    )
