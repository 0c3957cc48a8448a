"""Who calls: a bearer token to a person, and what that person may see."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.problems import Problem
from api.services import services_of
from domain.directory import Directory, Person
from domain.reading import Right, rights_of
from domain.validity import DatedDirectory


@dataclass(frozen=True)
class Caller:
    """The person behind a request, with the directory as of this request."""

    person: Person
    directory: Directory
    dated: DatedDirectory
    """The directory over time, for the names of other days."""

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
    """The caller, or 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    services = services_of(request)
    found = await services.sign_ins.user_of(token.strip()) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise Problem(401, "not_signed_in", headers={"WWW-Authenticate": 'Bearer realm="dondoc"'})
    username, reference_version = found
    reference = await services.reference.at(reference_version)
    directory = reference.directory_at(services.now())
    person = directory.people.get(username)
    if person is None or not person.active:
        raise Problem(401, "not_signed_in", headers={"WWW-Authenticate": 'Bearer realm="dondoc"'})
    return Caller(person, directory, reference.dated)


SignedIn = Annotated[Caller, Depends(signed_in)]
