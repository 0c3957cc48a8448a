"""One sign-in at the provider, from the button to the session: setting out, coming back, and who that is."""

import hmac
import re
from dataclasses import dataclass, field

import structlog
from starlette.requests import Request

from api.auth import UNAUTHENTICATED
from api.problems import Problem
from api.services import services_of
from api.signing.entry import address_of, session_for
from api.signing.openid.client import OpenID
from api.signing.openid.cookie import attempt_in, secrets_of
from api.signing.openid.failures import ProviderAway, ProviderRefused
from api.signing.openid.provider import Secrets
from api.signing.openid.provisioning import admitted
from domain.claims import ClaimsError, claimed
from storage.openid import LONGEST_ONWARD, begin_attempt, take_attempt

log = structlog.get_logger()

SIGN_IN = "/sign-in"
LONGEST_CODE = 4096
RETRY_AFTER = {"Retry-After": "10"}


@dataclass(frozen=True)
class SetOut:
    """A browser that is to be sent to the provider."""

    address: str
    attempt: str = field(repr=False)


@dataclass(frozen=True)
class Back:
    """A browser that has come back from the provider, in the same sign-in in which it set out."""

    onward: str
    secrets: Secrets = field(repr=False)


async def set_out(request: Request, onward: str) -> SetOut:
    """The way to the provider; afterwards to `onward`, an address of this site.

    Problem 404 without a provider, 429 `openid_busy`, 503 `openid_away`.
    """
    services, openid = services_of(request), _configured(request)
    if not await openid.may_start(address_of(request)):
        raise Problem(429, "openid_busy", headers=RETRY_AFTER)
    try:
        await openid.provider.configuration()  # first: nothing is noted for a way that leads nowhere
        attempt = await begin_attempt(services.pool, onward if len(onward) <= LONGEST_ONWARD else "/")
        return SetOut(await openid.provider.address_for(secrets_of(attempt)), attempt)
    except ProviderAway as error:
        raise _away(error) from error


async def come_back(request: Request) -> Back:
    """The sign-in that this browser had begun; it is over herewith, whatever comes of it.

    Problem 401 `openid_not_begun` for a browser that had begun none: the address may be a trap in which somebody else is signed
    in already (RFC 9700, section 4.7). What such an address says ends nothing that is under way.
    """
    openid, attempt = _configured(request), attempt_in(request)
    secrets = secrets_of(attempt) if attempt is not None and attempt.isascii() else None
    state = _only(request, "state")
    if attempt is None or secrets is None or not hmac.compare_digest(state.encode(), secrets.state.encode()):
        raise _not_begun(request, openid)
    onward = await take_attempt(services_of(request).pool, attempt)
    if onward is None:
        raise _not_begun(request, openid)
    return Back(onward, secrets)


async def finish(request: Request, back: Back) -> str:
    """A new session for the person of whom the provider speaks; the one that the browser carried is ended.

    Problem 401 `openid_denied` when the provider let nobody in, 401 `openid_refused` when what it says proves nothing, 403 for
    somebody who has no business here, 503 `openid_away`.
    """
    services, openid = services_of(request), _configured(request)
    try:
        code = await _code(request, openid)
        claims = await openid.provider.claims(code, back.secrets)
    except ProviderAway as error:
        raise _away(error) from error
    except ProviderRefused as error:
        log.warning("sign_in.refused", by="openid", reason=str(error), address=address_of(request))
        raise Problem(401, "openid_refused", headers=UNAUTHENTICATED) from error
    try:
        found = claimed(openid.setup.mapping, claims)
        username = await admitted(services, openid.setup.mapping, found, openid.setup.issuer)
    except ClaimsError as error:
        log.warning("sign_in.refused", by="openid", reason=error.english, address=address_of(request))
        raise Problem(403, "openid_claims", reason=(error.vietnamese, error.english)) from error
    except Problem as problem:
        log.warning("sign_in.refused", by="openid", reason=problem.code, address=address_of(request))
        raise
    session = await session_for(request, username)
    log.info("sign_in.opened", by="openid", username=username, address=address_of(request))
    return session


async def way_out(request: Request) -> str:
    """Where to send a browser that is signed out here and wants to be at the provider too; the sign-in if there is no such place.

    Problem 404 without a provider, 503 `openid_away`.
    """
    openid = _configured(request)
    try:
        return await openid.provider.address_to_leave(f"{openid.setup.public_url}{SIGN_IN}") or SIGN_IN
    except ProviderAway as error:
        raise _away(error) from error


async def _code(request: Request, openid: OpenID) -> str:
    """The code that the browser brings, from the very provider that was asked (RFC 9207). Problem 401 when it brings none."""
    issuer, named = openid.setup.issuer, request.query_params.getlist("iss")
    told = (await openid.provider.configuration()).authorization_response_iss_parameter_supported
    if named != [issuer] and (named or told):
        raise ProviderRefused("the answer is of another issuer")
    error = _only(request, "error")
    if error:
        shown = error if re.fullmatch(r"[a-z_]{1,60}", error) else "?"
        log.warning("sign_in.refused", by="openid", reason=f"error {shown}", address=address_of(request))
        raise Problem(401, "openid_denied", headers=UNAUTHENTICATED, error=shown)
    code = _only(request, "code")
    if not 0 < len(code) <= LONGEST_CODE:
        raise ProviderRefused("the answer holds no code")
    return code


def _only(request: Request, name: str) -> str:
    """The parameter, if it stands there once; else nothing."""
    values = request.query_params.getlist(name)
    return values[0] if len(values) == 1 else ""


def _configured(request: Request) -> OpenID:
    openid = services_of(request).openid
    if openid is None:
        raise Problem(404, "not_found")
    return openid


def _not_begun(request: Request, openid: OpenID) -> Problem:
    log.warning("sign_in.refused", by="openid", reason="not begun in this browser", address=address_of(request))
    return Problem(401, "openid_not_begun", headers=UNAUTHENTICATED, address=openid.setup.public_url)


def _away(error: ProviderAway) -> Problem:
    log.warning("openid.away", error=str(error))
    return Problem(503, "openid_away", headers=RETRY_AFTER)
