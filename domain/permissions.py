"""Who may give which command: a table of roles, and which unit of the directive the role must cover."""

from collections.abc import Iterator
from enum import StrEnum

from domain.directory import Directory, Grant, Person, Role
from domain.event_values import Actor
from domain.model import Value


class Over(StrEnum):
    """The unit that a role must cover."""

    LEAD = "lead"
    ISSUING = "issuing"
    DELEGATING = "delegating"
    """The issuing unit, where its head issued the directive: a delegated one."""
    COORDINATING = "coordinating"
    ANY = "any"


class Reach(Value):
    """The units of a directive, as far as permission goes. Before it is issued, it is issued over its lead unit."""

    lead: str
    issuing: str
    delegated: bool = False
    coordinating: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def units(self, over: Over) -> tuple[str, ...]:
        """The units of which the role must cover one."""
        match over:
            case Over.LEAD:
                return (self.lead,)
            case Over.ISSUING:
                return (self.issuing,)
            case Over.DELEGATING:
                return (self.issuing,) if self.delegated else ()
            case Over.COORDINATING:
                return self.coordinating
            case Over.ANY:
                return (self.lead, self.issuing, *self.coordinating, *self.others)


_STEER = ((Role.LEADER, Over.ISSUING), (Role.OFFICE, Over.ISSUING), (Role.UNIT_HEAD, Over.DELEGATING))
_RULE = ((Role.LEADER, Over.ISSUING), (Role.UNIT_HEAD, Over.DELEGATING))
_WORK = ((Role.UNIT_HEAD, Over.LEAD), (Role.OFFICER, Over.LEAD))
_ANYONE = ((Role.LEADER, Over.ANY), (Role.OFFICE, Over.ANY), (Role.UNIT_HEAD, Over.ANY), (Role.OFFICER, Over.ANY))
_HEAD = ((Role.UNIT_HEAD, Over.LEAD),)

PERMITTED: dict[str, tuple[tuple[Role, Over], ...]] = {
    "issue": ((Role.LEADER, Over.LEAD), (Role.OFFICE, Over.LEAD)),
    "acknowledge": _WORK,
    "assign-officer": _HEAD,
    "claim": _WORK,
    "release": _WORK,
    "report-progress": _WORK,
    "report-part": ((Role.UNIT_HEAD, Over.COORDINATING), (Role.OFFICER, Over.COORDINATING)),
    "request-extension": _WORK,
    "grant-extension": _RULE,
    "refuse-extension": _RULE,
    "report-completion": _WORK,
    "approve-completion": _HEAD,
    "accept": _RULE,
    "reject": (*_RULE, *_HEAD),
    "decline": _HEAD,
    "settle-decline": _RULE,
    "reassign": _STEER,
    "delegate": (*_HEAD, *_STEER),
    "suspend": _STEER,
    "resume": _STEER,
    "withdraw": _STEER,
    "change-deadline": _STEER,
    "comment": _ANYONE,
    "attach": _ANYONE,
}
"""Command to the roles that may give it, in the order in which one is chosen.

Steering needs the unit that issued: a leader of the lead unit does not dispose of what was assigned from above. Acceptance,
extensions and declines stay with leaders: a status never moves before the authority that decides it. What the head of a unit
delegated, that head steers and accepts.
"""


def acting_grant(person: Person, command: str, reach: Reach, directory: Directory) -> Grant | None:
    """The role, with the unit over which it is held, in which `person` may give `command`; None if there is none."""
    if not person.active:
        return None
    for role, over in PERMITTED[command]:
        for unit in reach.units(over):
            grant = next((g for g in person.roles if g.role is role and directory.covers(g.unit, unit)), None)
            if grant is not None:
                return grant
    return None


def actors(person: Person, command: str, reach: Reach, directory: Directory) -> Iterator[Actor]:
    """As whom `person` may give `command`: in their own right first, then in place of each person they stand in for."""
    if not person.active:
        return
    for absent in (None, *directory.absent_for(person.username)):
        grant = acting_grant(absent or person, command, reach, directory)
        if grant is not None:
            yield as_actor(person, grant, absent)


def as_actor(person: Person, grant: Grant, absent: Person | None = None) -> Actor:
    """How an event names `person`, with the names of the day; `absent` is the one whose grant it is, if not their own."""
    return Actor(
        user=person.username,
        name=person.full_name,
        unit=person.unit,
        role=grant.role,
        over=grant.unit,
        on_behalf_of=absent.username if absent else None,
        on_behalf_of_name=absent.full_name if absent else None,
    )
