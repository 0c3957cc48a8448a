"""The page on which people sign in, however they came to it, and where it may lead."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from api.pages.language import page_language
from api.pages.rendering import page
from api.problems import Problem
from api.services import services_of


def sign_in_page(
    request: Request,
    *,
    onward: str,
    kept: Sequence[tuple[str, str]] = (),
    problem: Problem | None = None,
    status: int = 200,
    username: str = "",
    left: bool = False,
) -> Response:
    """The form, and the button of the provider if there is one. With a problem its words and its status are shown.

    `onward` is where to go afterwards (see `inside`), `kept` what was typed into a form whose session had ended, `left` whether
    somebody has just signed out.
    """
    openid = services_of(request).openid
    return page(
        request,
        "sign_in.html",
        status=problem.status if problem else status,
        headers=problem.headers if problem else None,
        next=onward,
        kept=kept,
        problem=problem.document(request, page_language(request))["detail"] if problem else None,
        username=username,
        here=f"/sign-in?next={quote(onward, safe='/')}",  # this page may stand at the address of a form, or of a return
        provider=openid.setup.name if openid else None,
        left=left,
    )
