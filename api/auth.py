"""Who calls: a bearer token or a session cookie to a person, and what that person may see."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.problems import Problem
from api.services import services_of
from api.signing.cookies import session_in
from api.signing.origin import refuse_foreign
from domain.directory import Directory, Person
from domain.reading import Right, rights_of
from domain.validity import DatedDirectory
from storage.sessions import SessionUser

UNAUTHENTICATED = {"WWW-Authenticate": 'Bearer realm="dondoc"'}
"""What a 401 has to name (RFC 9110, section 15.5.2)."""


@dataclass(frozen=True)
class Caller:
    """The person behind a request, with the directory as of this request."""

    person: Person
    directory: Directory
    dated: DatedDirectory
    """The directory over time, for the names of other days."""
    by_session: bool = False
    """A browser's session, not a token: what it holds may have been sent along by somebody else's page."""
    must_change: bool = False
    """The session opens nothing but the choice of another password, and signing out."""

    @cached_property
    def visible(self) -> frozenset[str]:
        """The units whose directives this person may see."""
        return self.directory.visible_units(self.person)

    @cached_property
    def rights(self) -> tuple[Right, ...]:
        """The roles through which this person sees them."""
        return rights_of(self.person, self.directory)

    def may_see(self, units: frozenset[str]) -> bool:
        """Whether a directive of these units is visible to this person."""
        return not self.visible.isdisjoint(units)


async def signed_in(request: Request) -> Caller:
    """The caller, or Problem 401 `not_signed_in`.

    403 `foreign_origin` for a change by cookie that does not come from this site, 403 `password_must_change` before that is done.
    """
    return _past_the_password(await signed_in_whatever(request))


async def signed_in_whatever(request: Request) -> Caller:
    """The same, but whoever must change their password passes: for that change, and for signing out."""
    return await _caller(request, used=True)


async def still_signed_in(request: Request) -> Caller:
    """The same as `signed_in` for what goes on by itself, like an open stream: it does not keep a session from ending unused."""
    return _past_the_password(await _caller(request, used=False))


def _past_the_password(caller: Caller) -> Caller:
    if caller.must_change:
        raise Problem(403, "password_must_change")
    return caller


async def _caller(request: Request, *, used: bool) -> Caller:
    services = services_of(request)
    found, by_session = await _found(request, used=used)
    if found is None:
        raise Problem(401, "not_signed_in", headers=UNAUTHENTICATED)
    if by_session:
        refuse_foreign(request)
    reference = await services.reference.at(found.reference_version)
    directory = reference.directory_at(services.now())
    person = directory.people.get(found.username)
    if person is None or not person.active:
        raise Problem(401, "not_signed_in", headers=UNAUTHENTICATED)
    return Caller(person, directory, reference.dated, by_session=by_session, must_change=found.must_change)


async def _found(request: Request, *, used: bool) -> tuple[SessionUser | None, bool]:
    """Who is behind the request's token, or behind its cookie where there is no token; and whether it was the cookie."""
    sign_ins = services_of(request).sign_ins
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        user = await sign_ins.user_of(token.strip()) if token else None
        return (SessionUser(*user, must_change=False) if user else None), False
    session = session_in(request)
    return (await sign_ins.user_of_session(session, used=used) if session else None), True


SignedIn = Annotated[Caller, Depends(signed_in)]
SignedInWhatever = Annotated[Caller, Depends(signed_in_whatever)]
StillSignedIn = Annotated[Caller, Depends(still_signed_in)]
"""For what a page asks for by itself: it does not keep a session from ending unused."""
