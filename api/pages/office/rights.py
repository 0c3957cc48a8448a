"""Who may see and change what on the office's pages: the rule of domain.keeping, with the answer to everybody else."""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.auth import UNAUTHENTICATED
from api.pages.visitor import Visiting, Visitor
from api.problems import Problem
from api.services import services_of
from domain.event_values import Actor
from domain.keeping import Kept, keeper, kept_units

_ONLY = {
    Kept.DIRECTORY: "keepers_only",
    Kept.CALENDAR: "calendar_keepers_only",
    Kept.POLICIES: "policy_keepers_only",
    Kept.PEOPLE: "administrators_only",
}


def required(visitor: Visitor, kept: Kept, over: Collection[str] = ()) -> Actor:
    """As whom the visitor keeps it; Problem 403 for everybody who may not."""
    actor = keeper(visitor.caller.person, visitor.caller.directory, kept, over)
    if actor is None:
        raise Problem(403, _ONLY[kept])
    return actor


def units_in_reach(visitor: Visitor, kept: Kept) -> frozenset[str]:
    """The units of which the visitor may keep what belongs to one unit."""
    return kept_units(visitor.caller.person, visitor.caller.directory, kept)


async def keeping(request: Request, visitor: Visiting) -> Visitor:
    """The visitor with the directory as it is at this moment: who has just changed something sees it, here and in other processes.

    Elsewhere a second's old one will do (api.signins); here it would also let somebody go on who has just lost the role.
    """
    services = services_of(request)
    reference = await services.reference.current()
    directory = reference.directory_at(services.now())
    person = directory.people.get(visitor.caller.person.username)
    if person is None or not person.active:
        raise Problem(401, "not_signed_in", headers=UNAUTHENTICATED)
    return replace(visitor, caller=replace(visitor.caller, person=person, directory=directory, dated=reference.dated))


Keeping = Annotated[Visitor, Depends(keeping)]
