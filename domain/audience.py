"""Whom an event informs: event types to audiences, audiences to people of the directory."""

from collections.abc import Iterable

from domain.directory import Directory, Role
from domain.model import Value
from domain.policy import Audience, Recipients
from domain.state import DirectiveState


class Parties(Value):
    """The units and people around a directive, as far as telling them goes."""

    lead_unit: str
    coordinating_units: tuple[str, ...] = ()
    informed_units: tuple[str, ...] = ()
    officer: str | None = None
    issuer: str
    issuing_unit: str | None = None


INFORMS: dict[str, tuple[Audience, ...]] = {
    "DirectiveIssued": (
        Audience.LEAD_UNIT_HEADS,
        Audience.OFFICER,
        Audience.COORDINATING_UNITS,
        Audience.INFORMED_UNITS,
    ),
    "DirectiveAcknowledged": (Audience.ISSUER,),
    "OfficerAssigned": (Audience.OFFICER,),
    "OfficerReleased": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER),
    "ProgressReported": (Audience.ISSUER,),
    "DeadlineMissed": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.ISSUER, Audience.OFFICE),
    "DeadlineChanged": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.COORDINATING_UNITS, Audience.ISSUER),
    "CompletionReported": (Audience.LEAD_UNIT_HEADS, Audience.ISSUER),
    "CompletionApproved": (Audience.ISSUER,),
    "CompletionAccepted": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.ISSUER),
    "CompletionRejected": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.ISSUER),
    "DirectiveWithdrawn": (
        Audience.LEAD_UNIT_HEADS,
        Audience.OFFICER,
        Audience.COORDINATING_UNITS,
        Audience.INFORMED_UNITS,
        Audience.ISSUER,
    ),
    "Commented": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.ISSUER),
    "PartResultReported": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER),
    "ExtensionRequested": (Audience.LEAD_UNIT_HEADS, Audience.ISSUER, Audience.OFFICE),
    "ExtensionGranted": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.COORDINATING_UNITS, Audience.ISSUER),
    "ExtensionRefused": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.ISSUER),
    "DirectiveDeclined": (Audience.ISSUER, Audience.OFFICE, Audience.OFFICER),
    "DeclineSettled": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.ISSUER),
    "DirectiveReassigned": (
        Audience.LEAD_UNIT_HEADS,
        Audience.OFFICER,
        Audience.COORDINATING_UNITS,
        Audience.INFORMED_UNITS,
        Audience.ISSUER,
    ),
    "UnitsSucceeded": (
        Audience.LEAD_UNIT_HEADS,
        Audience.OFFICER,
        Audience.COORDINATING_UNITS,
        Audience.INFORMED_UNITS,
        Audience.ISSUER,
    ),
    "DirectiveSuspended": (
        Audience.LEAD_UNIT_HEADS,
        Audience.OFFICER,
        Audience.COORDINATING_UNITS,
        Audience.ISSUER,
    ),
    "DirectiveResumed": (
        Audience.LEAD_UNIT_HEADS,
        Audience.OFFICER,
        Audience.COORDINATING_UNITS,
        Audience.ISSUER,
    ),
    "SubdirectiveClosed": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER),
    "FileAttached": (Audience.LEAD_UNIT_HEADS, Audience.OFFICER, Audience.ISSUER),
}
"""Reminders and escalations name their audiences in the policy instead."""

OUTBOUND = frozenset(INFORMS) - {
    "DirectiveAcknowledged",
    "ProgressReported",
    "Commented",
    "SubdirectiveClosed",
    "FileAttached",
} | {
    "ReminderDue",
    "Escalated",
}
"""Events whose notices also leave the house, by mail. The others stay in the in-app inbox."""


def parties_of(state: DirectiveState) -> Parties:
    """Who stands around the directive."""
    return Parties(
        lead_unit=state.lead_unit,
        coordinating_units=state.coordinating_units,
        informed_units=state.informed_units,
        officer=state.officer,
        issuer=state.issuer.in_name_of,
        issuing_unit=state.issuer.over,
    )


def informed_of(event_type: str, state: DirectiveState, actor: str, directory: Directory) -> tuple[str, ...]:
    """The usernames told of an event of `event_type`, without the one who acted."""
    return people(INFORMS[event_type], parties_of(state), directory, but=actor)


def people(
    to: Iterable[Audience | Recipients], parties: Parties, directory: Directory, *, but: str | None = None
) -> tuple[str, ...]:
    """The usernames that the audiences `to` come to now, each once, without `but` (who acted knows already)."""
    members = (user for audience in to for user in _members(audience, parties, directory))
    return told(members, directory, but=but)


def told(users: Iterable[str], directory: Directory, *, but: str | None = None) -> tuple[str, ...]:
    """Those of `users` who are active, and who stands in for them today, each once, without `but`."""
    found: dict[str, None] = {}
    for user in users:
        if user in directory.people and directory.people[user].active:
            substitute = directory.substitute_of(user)
            found.update(dict.fromkeys((user, substitute.username) if substitute else (user,)))
    found.pop(but or "", None)
    return tuple(found)


def _members(audience: Audience | Recipients, parties: Parties, directory: Directory) -> tuple[str, ...]:
    match audience:
        case Recipients():
            unit = parties.lead_unit if audience.of == "lead_unit" else parties.issuing_unit or parties.lead_unit
            return directory.holders_above(audience.role, unit, audience.up)
        case Audience.LEAD_UNIT_HEADS:
            return directory.holders(Role.UNIT_HEAD, parties.lead_unit, nearest=True)
        case Audience.OFFICER:
            return (parties.officer,) if parties.officer else ()
        case Audience.ISSUER:
            return (parties.issuer,)
        case Audience.OFFICE:
            return directory.holders(Role.OFFICE, parties.lead_unit, nearest=True)
        case Audience.LEADERS:
            return directory.holders(Role.LEADER, parties.lead_unit, nearest=True)
        case Audience.COORDINATING_UNITS:
            return _heads(parties.coordinating_units, directory)
        case Audience.INFORMED_UNITS:
            return _heads(parties.informed_units, directory)


def _heads(units: tuple[str, ...], directory: Directory) -> tuple[str, ...]:
    return tuple(head for unit in units for head in directory.holders(Role.UNIT_HEAD, unit, nearest=True))
