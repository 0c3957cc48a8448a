"""Signing in and out with a password, and choosing another one."""

from dataclasses import dataclass, field
from datetime import datetime

import structlog
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from api.auth import UNAUTHENTICATED, Caller
from api.faults import Fault
from api.problems import Problem
from api.services import Services, services_of
from api.signing.cookies import session_in
from api.signing.origin import refuse_foreign
from api.signing.passwords import password_faults
from domain.directory import Directory, Person
from domain.text import Code, compose
from storage.passwords import password_of, renew_password, replace_password
from storage.sessions import end_session, open_session, open_session_by_password

log = structlog.get_logger()

_CODE: TypeAdapter[str] = TypeAdapter(Code)


@dataclass(frozen=True)
class SignedInAs:
    """A session that was just opened, for the browser to hold (`put_session`)."""

    session: str = field(repr=False)
    must_change: bool
    """It opens nothing but the choice of another password, and signing out."""


async def sign_in(request: Request, username: str, password: str) -> SignedInAs:
    """A new session for whoever knows the password; the one that the browser carried is ended.

    Problem 401 `wrong_sign_in`, the same for every cause; 429 `too_many_tries`; 503 `sign_in_busy`; 403 `foreign_origin` when the
    form was on a page of somebody else, who would sign the browser in as themselves.
    """
    refuse_foreign(request)
    services = services_of(request)
    name = _spelled(username)
    address = address_of(request)
    async with services.throttle.trying(name and name.lower(), address) as attempt:
        directory = (await services.reference.current()).directory_at(services.now())
        person = _person(directory, name)
        stored = await password_of(services.pool, person.username if person else "-")
        known = stored if person and person.active else None
        attempt.right, renewed = await services.passwords.verify(password, known.hash if known else None)
    if person is None or known is None or not attempt.right:
        # Not what was typed: in haste some type the password into the field for the name.
        log.warning("sign_in.refused", username=person.username if person else None, address=address)
        raise Problem(401, "wrong_sign_in", headers=UNAUTHENTICATED)
    if renewed is not None:
        await renew_password(services.pool, person.username, known.hash, renewed)
    session = await _opened(request, services, person.username, known.changed_at)
    await _end_carried(request, services)
    log.info("sign_in.opened", username=person.username, address=address, must_change=known.must_change)
    return SignedInAs(session, known.must_change)


async def session_for(request: Request, username: str) -> str:
    """A new session for somebody who has shown who they are without a password; the one that the browser carried is ended."""
    services = services_of(request)
    await _end_carried(request, services)
    agent = request.headers.get("user-agent", "")
    return await open_session(services.pool, username, agent, idle=services.session_idle, lasts=services.session_lasts)


async def sign_out(request: Request) -> None:
    """End the session that the browser carries, if it is still open. Problem 403 `foreign_origin` from elsewhere."""
    refuse_foreign(request)
    session = session_in(request)
    if session is not None:
        username = await _end(services_of(request), session)
        log.info("sign_in.ended", username=username, address=address_of(request))


async def change_password(request: Request, caller: Caller, current: str, new: str) -> SignedInAs:
    """Another password for the caller, who knows the current one: all sessions end, and a new one is opened.

    Problem 422 with faults on `current` or `new`, `current` also when it has been changed meanwhile; 429 and 503 as at sign-in:
    this is a place to guess at it, too.
    """
    services, username = services_of(request), caller.person.username
    stored = await password_of(services.pool, username)
    async with services.throttle.trying(username.lower(), address_of(request)) as attempt:
        attempt.right, _ = await services.passwords.verify(current, stored.hash if stored else None)
    if stored is None or not attempt.right:
        raise _not_the_current(request, username)
    reasons = password_faults(new, username)
    if compose(new) == compose(current):
        reasons = (*reasons, ("trùng với mật khẩu hiện tại", "is the current password"))
    if reasons:
        raise Problem.faulty([Fault("new", "weak_password", reason) for reason in reasons])
    hashed = await services.passwords.hashed(new)
    replaced = await replace_password(services.pool, username, hashed, instead_of=stored.changed_at)
    if replaced is None:
        raise _not_the_current(request, username)
    services.sign_ins.forget(username)
    log.info("password.changed", username=username, address=address_of(request))
    return SignedInAs(await _opened(request, services, username, replaced.changed_at), must_change=False)


def _not_the_current(request: Request, username: str) -> Problem:
    log.warning("password.refused", username=username, address=address_of(request))
    reason = ("không đúng mật khẩu hiện tại", "is not the current password")
    return Problem.faulty([Fault("current", "wrong_password", reason)])


async def _opened(request: Request, services: Services, username: str, verified: datetime) -> str:
    """A session by the password that is so since `verified`. Problem 401 `wrong_sign_in` if it has been changed meanwhile."""
    session = await open_session_by_password(
        services.pool,
        username,
        verified,
        request.headers.get("user-agent", ""),
        idle=services.session_idle,
        lasts=services.session_lasts,
    )
    if session is None:
        log.warning("sign_in.refused", username=username, address=address_of(request))
        raise Problem(401, "wrong_sign_in", headers=UNAUTHENTICATED)
    return session


async def _end_carried(request: Request, services: Services) -> None:
    carried = session_in(request)
    if carried is not None:
        await _end(services, carried)


async def _end(services: Services, session: str) -> str | None:
    username = await end_session(services.pool, session)
    if username is not None:
        services.sign_ins.forget(username)
    return username


def _spelled(username: str) -> str | None:
    """What was typed as a username, None if no account can have that name."""
    try:
        return _CODE.validate_python(username.strip())
    except ValidationError:
        return None


def _person(directory: Directory, name: str | None) -> Person | None:
    """The person of that username. Capitals do not matter, unless there are two people whom only they tell apart."""
    if name is None or name in directory.people:
        return directory.people.get(name or "")
    alike = [person for username, person in directory.people.items() if username.lower() == name.lower()]
    return alike[0] if len(alike) == 1 else None


def address_of(request: Request) -> str:
    """Where the client of a request is, as far as the proxy in front tells."""
    return request.client.host if request.client else "-"
