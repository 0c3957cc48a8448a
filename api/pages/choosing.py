"""What of the notices leaves the house for this person: each at once, a summary in the morning, the pressing ones, none."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.forms import read_form, texts
from api.pages.rendering import page
from api.pages.visitor import Visiting
from api.problems import Problem
from api.services import services_of
from domain.channels import Channel, Mode
from storage.choices import choose, mode_of

router = APIRouter(include_in_schema=False)

_ADDRESS = "/account/notifications"


@router.get(_ADDRESS)
async def notifications(
    request: Request, visitor: Visiting, done: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The form."""
    person = visitor.caller.person
    chosen = await mode_of(services_of(request).pool, person.username, Channel.EMAIL)
    return page(
        request, "notifications.html", visitor=visitor, done=done, chosen=chosen, modes=list(Mode), email=person.email
    )


@router.post(_ADDRESS)
async def choose_notifications(request: Request, visitor: Visiting) -> Response:
    """The choice holds for what happens from now on."""
    named = texts(await read_form(request)).get(Channel.EMAIL, [""])[0]
    if named not in list(Mode):
        raise Problem(422, "malformed_form")
    await choose(services_of(request).pool, visitor.caller.person.username, Channel.EMAIL, Mode(named))
    return RedirectResponse(f"{_ADDRESS}?done=yes", 303)
