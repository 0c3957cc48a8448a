"""The way in and out, and the switch of the language."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.addresses import inside
from api.pages.forms import FILE, read_form, texts
from api.pages.language import COOKIE
from api.pages.rendering import page
from api.pages.signing import sign_in_page
from api.problems import Problem
from api.services import services_of
from api.signing.cookies import drop_session, put_session
from api.signing.entry import sign_in, sign_out

router = APIRouter(include_in_schema=False)

_YEAR = 365 * 24 * 3600


@router.get("/sign-in")
async def ask(request: Request, next: str = "/", left: str = "") -> Response:  # noqa: A002 - the name in the address
    """The form, for whoever comes or has just `left`."""
    return sign_in_page(request, onward=inside(next), left=bool(left))


@router.post("/sign-in")
async def enter(request: Request) -> Response:
    """A new session, and on to where the visitor wanted to go; the form again with the reason otherwise."""
    values = texts(await read_form(request))
    username, onward = values.get("username", [""])[0], inside(values.get("next", ["/"])[0])
    kept = [(name[5:], value) for name, held in values.items() if name.startswith("kept.") for value in held]
    try:
        entered = await sign_in(request, username, values.get("password", [""])[0])
    except Problem as problem:
        if problem.status not in (401, 429, 503):
            raise
        return sign_in_page(request, onward=onward, kept=kept, problem=problem, username=username)
    if entered.must_change:
        answer: Response = RedirectResponse("/account/password", 303)
    elif kept:
        lost = [value for name, value in kept if name.startswith(FILE)]
        rest = [(name, value) for name, value in kept if not name.startswith(FILE)]
        answer = page(request, "resend.html", next=onward, kept=rest, lost=lost)
    else:
        answer = RedirectResponse(onward, 303)
    put_session(answer, request, entered.session)
    return answer


@router.post("/sign-out")
async def leave(request: Request) -> Response:
    """End the session. Whoever may have come by a provider is then asked about the session there."""
    await sign_out(request)
    answer = RedirectResponse("/sign-in?left=1" if services_of(request).openid else "/sign-in", 303)
    drop_session(answer, request)
    return answer


@router.post("/language")
async def switch(request: Request) -> Response:
    """Remember the language in this browser, and back to the page."""
    values = texts(await read_form(request))
    answer = RedirectResponse(inside(values.get("next", ["/"])[0]), 303)
    language = "en" if values.get("language") == ["en"] else "vi"
    answer.set_cookie(COOKIE, language, max_age=_YEAR, path="/", samesite="lax", httponly=True)
    return answer
