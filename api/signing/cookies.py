"""The session cookie: for this host only, unseen by scripts, gone with the browser."""

from starlette.requests import Request
from starlette.responses import Response

from api.services import services_of

COOKIE = "dondoc_session"
HOST_COOKIE = f"__Host-{COOKIE}"
"""Under this prefix browsers take a cookie over HTTPS alone, for one host and all its paths (RFC 6265bis, section 4.1.3.2)."""


def put_session(response: Response, request: Request, session: str) -> None:
    """Let the browser hold the session. Over plain HTTP, usual in closed networks, without what browsers refuse there."""
    secure = is_secure(request)
    name = HOST_COOKIE if secure else COOKIE
    response.set_cookie(name, session, path="/", secure=secure, httponly=True, samesite="lax")


def drop_session(response: Response, request: Request) -> None:
    """Let the browser forget it, under either name."""
    secure = is_secure(request)
    for name in (COOKIE, HOST_COOKIE) if secure else (COOKIE,):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def session_in(request: Request) -> str | None:
    """The session that the browser holds. Over HTTPS only under the name that no other site can set."""
    strict = request.cookies.get(HOST_COOKIE)
    return strict or (None if is_secure(request) else request.cookies.get(COOKIE)) or None


def is_secure(request: Request) -> bool:
    """Whether browsers reach this site over HTTPS, so that they take cookies that go no other way."""
    public_url = services_of(request).public_url or ""
    return public_url.startswith("https:") or request.url.scheme == "https"
