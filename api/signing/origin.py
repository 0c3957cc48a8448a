"""Where a request comes from: what a browser sends along with a cookie must have been meant on a page of ours."""

from urllib.parse import urlsplit

from starlette.requests import Request

from api.problems import Problem
from api.services import services_of

_PORTS = {"http": 80, "https": 443}
Place = tuple[str, str, int]
"""Scheme, host, port."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


def same_origin(request: Request, public_url: str | None) -> bool:
    """Whether the Origin header (else the Referer) names this site: `public_url`, or without it the host that was asked.

    A request that names neither, or "null", is not from here. The scheme counts only with `public_url`: behind a proxy that
    ends TLS this process sees another one than the browser. Sec-Fetch-Site would say it all, but on plain HTTP browsers
    leave it out.
    """
    named = request.headers.getlist("origin") or request.headers.getlist("referer")
    origin = place_of(named[0]) if len(named) == 1 else None
    if origin is None:
        return False
    if public_url:
        return origin == place_of(public_url)
    return origin == place_of(f"{origin[0]}://{request.headers.get('host', '')}")


def shown_origin(request: Request) -> str:
    """This site as addresses for people name it: `public_url`, or without it the host that was asked."""
    return services_of(request).public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"


def refuse_foreign(request: Request) -> None:
    """Problem 403 `foreign_origin` for a request that would change something and does not come from this site."""
    if request.method not in SAFE and not same_origin(request, services_of(request).public_url):
        raise Problem(403, "foreign_origin")


def place_of(url: str) -> Place | None:
    """The origin of a URL (RFC 6454, section 4), None for one without."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port
