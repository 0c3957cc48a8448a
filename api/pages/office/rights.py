"""Who may see and change what on the office's pages: the rule of domain.keeping, with the answer to everybody else."""

from collections.abc import Collection

from api.pages.visitor import Visitor
from api.problems import Problem
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
