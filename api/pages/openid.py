"""The way in through an OpenID provider: set out, come back; and the way out of it. Only served where one is configured."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.addresses import inside
from api.pages.signing import sign_in_page
from api.problems import Problem
from api.signing.cookies import put_session
from api.signing.openid.cookie import drop_attempt, put_attempt
from api.signing.openid.flow import come_back, finish, set_out, way_out

router = APIRouter(include_in_schema=False)

_TOLD_AT_THE_FORM = frozenset({401, 403, 429, 503})


@router.get("/sign-in/openid")
async def start(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """Off to the provider; a link, so that no rule about forms keeps the browser here."""
    onward = inside(next)
    try:
        begun = await set_out(request, onward)
    except Problem as problem:
        return _told(request, problem, onward)
    answer = RedirectResponse(begun.address, 303)
    put_attempt(answer, request, begun.attempt)
    return answer


@router.get("/sign-in/openid/callback")
async def callback(request: Request) -> Response:
    """Back from the provider: a new session, and on to where the visitor wanted to go; the form with the reason otherwise."""
    try:
        back = await come_back(request)
    except Problem as problem:
        return _told(request, problem, "/")
    try:
        session = await finish(request, back)
        answer: Response = RedirectResponse(back.onward, 303)
        put_session(answer, request, session)
    except Problem as problem:
        answer = _told(request, problem, back.onward)
    drop_attempt(answer, request)
    return answer


@router.get("/sign-in/openid/leave")
async def leave(request: Request) -> Response:
    """Out of the session at the provider as well, for whoever shares a machine."""
    try:
        return RedirectResponse(await way_out(request), 303)
    except Problem as problem:
        return _told(request, problem, "/")


def _told(request: Request, problem: Problem, onward: str) -> Response:
    if problem.status not in _TOLD_AT_THE_FORM:
        raise problem
    return sign_in_page(request, onward=onward, problem=problem)
