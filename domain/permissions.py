"""Who may give which command: a table of roles, and over which unit of the directive the role must reach."""

from enum import StrEnum

from domain.directory import Directory, Person, Role
from domain.events import Actor


class Over(StrEnum):
    """The unit that a role must cover."""

    LEAD_UNIT = "lead_unit"
    INVOLVED = "involved"


_STEER = ((Role.LEADER, Role.OFFICE), Over.LEAD_UNIT)
_JUDGE = ((Role.LEADER,), Over.LEAD_UNIT)
_WORK = ((Role.UNIT_HEAD, Role.OFFICER), Over.LEAD_UNIT)
_HEAD = ((Role.UNIT_HEAD,), Over.LEAD_UNIT)

PERMITTED: dict[str, tuple[tuple[Role, ...], Over]] = {
    "issue": _STEER,
    "acknowledge": _WORK,
    "assign-officer": _HEAD,
    "report-progress": _WORK,
    "report-completion": _WORK,
    "approve-completion": _HEAD,
    "accept": _JUDGE,
    "reject": ((Role.LEADER, Role.UNIT_HEAD), Over.LEAD_UNIT),
    "withdraw": _STEER,
    "change-deadline": _STEER,
    "comment": ((Role.LEADER, Role.OFFICE, Role.UNIT_HEAD, Role.OFFICER), Over.INVOLVED),
}
"""Command to the roles that may give it, in the order in which one is chosen, and what the role must cover.

Acceptance stays with leaders: a status never moves before the authority that decides it (two levels, see the glossary).
"""


def acting_role(person: Person, command: str, involved: tuple[str, ...], directory: Directory) -> Role | None:
    """The role in which `person` may give `command`, or None. `involved` are the directive's units, the lead first."""
    if not person.active:
        return None
    roles, over = PERMITTED[command]
    units = involved[:1] if over is Over.LEAD_UNIT else involved
    found = (directory.role_over(person, roles, unit) for unit in units)
    return next((role for role in found if role is not None), None)


def as_actor(person: Person, role: Role) -> Actor:
    """How an event names `person`, with the names of the day."""
    return Actor(user=person.username, name=person.full_name, unit=person.unit, role=role)
