"""The cookie of a browser on its way through the provider. What it holds is the root of all that binds the way together."""

import base64
import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import Response

from api.signing.cookies import is_secure
from api.signing.openid.provider import Secrets
from storage.openid import LASTS

COOKIE = "dondoc_openid"
HOST_COOKIE = f"__Host-{COOKIE}"


def secrets_of(attempt: str) -> Secrets:
    """State, nonce and verifier of a sign-in under way: each a digest of what the browser holds, so that nothing of them has
    to be kept, and none tells another."""
    return Secrets(_derived(attempt, "state"), _derived(attempt, "nonce"), _derived(attempt, "verifier"))


def put_attempt(response: Response, request: Request, attempt: str) -> None:
    """Let the browser hold it while it is away. Lax, for it comes back from another site."""
    secure = is_secure(request)
    response.set_cookie(
        HOST_COOKIE if secure else COOKIE,
        attempt,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_attempt(response: Response, request: Request) -> None:
    """Let the browser forget it."""
    secure = is_secure(request)
    name = HOST_COOKIE if secure else COOKIE
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def attempt_in(request: Request) -> str | None:
    """What the browser holds. Over HTTPS only under the name that no other site can set."""
    return request.cookies.get(HOST_COOKIE if is_secure(request) else COOKIE) or None


def _derived(attempt: str, purpose: str) -> str:
    """43 characters, as many as a verifier needs at least (RFC 7636, section 4.1)."""
    digest = hmac.digest(attempt.encode(), purpose.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
