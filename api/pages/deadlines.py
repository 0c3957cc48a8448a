"""GET /calendar/{secret}.ics: a person's deadlines for their calendar program, which signs in by the address alone."""

import hashlib

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Caller
from api.ical import calendar_of
from api.problems import Problem
from api.reading import note
from api.secret_paths import CALENDAR
from api.services import services_of
from domain.own_deadlines import Concern
from domain.reading import Door, Opened
from storage.feed_addresses import feed_user_of
from storage.own_deadlines import deadlines_of

router = APIRouter(include_in_schema=False)

MOST = 1000
_HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@router.api_route(CALENDAR + "{secret}.ics", methods=["GET", "HEAD"])
async def deadlines(request: Request, secret: str) -> Response:
    """The open directives with deadlines that are this person's or their unit's; 404 for an address that is not valid.

    Programs ask every few minutes. An answer that nothing has changed (304) shows nothing new and is not noted as read.
    """
    caller = await _owner(request, secret)
    services, now = services_of(request), services_of(request).now()
    concern = Concern.of(caller.person, caller.directory)
    states = await deadlines_of(services.pool, concern, caller.visible, caller.directory, now, MOST)
    body = calendar_of(states, concern, caller.directory, services.public_url)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": tag}
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    await note(services, caller, Opened.FEED, units=caller.visible, detail="calendar", door=Door.PAGE)
    headers["Content-Disposition"] = 'inline; filename="don-doc.ics"'
    return Response(body, headers=headers, media_type="text/calendar")


async def _owner(request: Request, secret: str) -> Caller:
    services = services_of(request)
    found = await feed_user_of(services.pool, secret)
    if found is None:
        raise Problem(404, "not_found")
    username, version = found
    reference = await services.reference.at(version)
    directory = reference.directory_at(services.now())
    person = directory.people.get(username)
    if person is None or not person.active:
        raise Problem(404, "not_found")
    return Caller(person, directory, reference.dated)


def _tags(header: str) -> list[str]:
    """The entity tags named; weak ones count as well (RFC 9110, section 13.1.2)."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]
