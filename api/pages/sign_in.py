"""The way in and out, and the switch of the language."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.forms import read_form, texts
from api.pages.language import COOKIE, page_language
from api.pages.rendering import page
from api.problems import Problem
from api.signing.cookies import drop_session, put_session
from api.signing.entry import sign_in, sign_out

router = APIRouter(include_in_schema=False)

_YEAR = 365 * 24 * 3600


@router.get("/sign-in")
async def ask(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """The form."""
    return page(request, "sign_in.html", next=inside(next), kept=(), problem=None, username="")


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
        told = problem.document(request, page_language(request))["detail"]
        shown = {"next": onward, "kept": kept, "problem": told, "username": username}
        return page(request, "sign_in.html", status=problem.status, headers=problem.headers, **shown)
    if entered.must_change:
        answer: Response = RedirectResponse("/account/password", 303)
    elif kept:
        answer = page(request, "resend.html", next=onward, kept=kept)
    else:
        answer = RedirectResponse(onward, 303)
    put_session(answer, request, entered.session)
    return answer


@router.post("/sign-out")
async def leave(request: Request) -> Response:
    """End the session."""
    await sign_out(request)
    answer = RedirectResponse("/sign-in", 303)
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


def inside(address: str) -> str:
    """An address of this site; the first page for any other, so that nobody is led out of the house."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else "/"
