"""Templates to answers: one environment, the words in both languages beside each other, and the headers of every page."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages import figures
from api.pages.addresses import inside
from api.pages.language import page_language
from api.pages.static import address_of_static
from domain import wording
from domain.wording import Language, named

if TYPE_CHECKING:
    from api.pages.visitor import Visitor

_FOLDER = Path(__file__).parent.parent / "templates"

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "same-origin",  # without a referrer Chromium sends "Origin: null" with forms
    "X-Frame-Options": "DENY",
}
"""Nothing runs on a page but what this server serves as a file: a script that somebody typed into a text stays text."""


def page(
    request: Request,
    template: str,
    *,
    visitor: "Visitor | None" = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """The template with the visitor's name, rights and language."""
    language = visitor.language if visitor else page_language(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            visitor=visitor,
            path=request.url.path,
            here=context.pop("here", _here(request)),
            now=context.pop("now", datetime.now(UTC)),
            **context,
        )
    )
    body, encoded = text.encode(), {}
    if "gzip" in request.headers.get("accept-encoding", ""):
        # No secret of the session is on a page (who may post is told by Origin), so its length tells nothing either.
        body, encoded = gzip.compress(body, 5, mtime=0), {"Content-Encoding": "gzip"}
    return HTMLResponse(body, status, {**HEADERS, **encoded, "Content-Language": language, **(headers or {})})


def _here(request: Request) -> str:
    """Path and query of this page, to come back to."""
    return inside(request.url.path + (f"?{request.url.query}" if request.url.query else ""))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(t=_said, name_of=_name_of, static=address_of_static, wording=wording)
    environment.filters.update(
        day=figures.day,
        local_day=figures.local_day,
        moment=figures.moment,
        number=_in_language(figures.number),
        size=_in_language(figures.size),
        seconds=_in_language(figures.seconds),
        ago=_ago,
        due=_in_language(figures.due),
        left=_left,
    )
    environment.tests["weekend"] = lambda named: named.day.weekday() >= 5
    environment.globals["percent"] = _percent
    environment.globals["weekday"] = figures.weekday
    return environment


def _in_language(written: Callable[[Any, Language], str]) -> Callable[[Context, Any], str]:
    """A filter that writes a value as the language of the page has it."""

    @pass_context
    def filtered(context: Context, value: Any) -> str:
        return written(value, _language(context))

    return filtered


@pass_context
def _said(context: Context, vietnamese: str, english: str) -> str:
    return english if _language(context) == "en" else vietnamese


@pass_context
def _name_of(context: Context, names: dict[str, tuple[str, str]], key: str) -> str:
    return named(names, key, _language(context))


@pass_context
def _ago(context: Context, value: datetime) -> str:
    return figures.ago(value, context["now"], _language(context))


@pass_context
def _left(context: Context, value: datetime | None) -> str:
    return figures.left(value, context["now"], _language(context))


@pass_context
def _percent(context: Context, part: float, whole: float) -> str:
    return figures.percent(part, whole, _language(context))


def _language(context: Context) -> Language:
    language: Language = context["language"]
    return language
