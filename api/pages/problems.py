"""Problems as pages: who is not signed in is led to the sign-in, everyone else is told what happened and where to go on."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.language import said
from api.pages.forms import kept_fields
from api.pages.language import page_language
from api.pages.rendering import page
from api.pages.signing import sign_in_page
from api.problems import Problem
from api.services import services_of
from api.signing.origin import same_origin
from api.wording import TITLES

SIGN_IN, NEW_PASSWORD = "/sign-in", "/account/password"


def is_page(request: Request) -> bool:
    """Whether a browser asks for something outside the API; a program that takes anything gets problem details there too."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


async def problem_page(request: Request, problem: Problem) -> Response:
    """The problem as a page in the visitor's language, or the way to what has to be done first.

    What was typed into a form whose session had ended is kept on the page of the sign-in.
    """
    if problem.status == 401 and problem.code == "not_signed_in":
        if request.method == "POST" and _may_be_kept(request) and (kept := await kept_fields(request)):
            return sign_in_page(request, status=401, onward=request.url.path, kept=kept)
        return RedirectResponse(f"{SIGN_IN}?next={quote(way_back(request), safe='/')}", 303)
    if problem.code == "password_must_change":
        return RedirectResponse(NEW_PASSWORD, 303)
    language = page_language(request)
    answer = page(
        request,
        "problem.html",
        status=problem.status,
        title=said(TITLES.get(problem.status, TITLES[500]), language),
        detail=problem.document(request, language)["detail"],
        code=problem.code,
    )
    answer.headers.update(problem.headers)
    return answer


def _may_be_kept(request: Request) -> bool:
    """What was meant on a page of ours, and holds no password: a foreign form must not come to be sent from here."""
    ours = same_origin(request, services_of(request).public_url)
    return ours and not request.url.path.startswith((SIGN_IN, NEW_PASSWORD))


def way_back(request: Request) -> str:
    """Where to go after the sign-in: the page that was asked for. After a sending, its form."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query
