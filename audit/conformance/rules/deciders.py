"""Who decides: nobody on an own request, under whichever of two names, and everybody in a role that was theirs that day."""

from collections.abc import Iterator

from audit.conformance.book import Rulebook
from audit.conformance.course import Course, Entry, Standing, Turn
from audit.conformance.finding import Finding, conforms, deviates, judged
from audit.conformance.process import COMMAND_EVENTS, EVERYWHERE, WHILE_OPEN
from domain.directory import Directory, Role
from domain.event_values import Actor
from domain.events import (
    DeadlineChanged,
    DeclineSettled,
    DirectiveIssued,
    DirectiveWithdrawn,
    ExtensionGranted,
    ExtensionRefused,
    PartResultReported,
)
from domain.permissions import PERMITTED, Over

_SYSTEM = "system"
_BY_THE_SYSTEM = {*EVERYWHERE, "ReminderDue", "DeadlineMissed", "Escalated", "UnitsSucceeded"}
_BY_EITHER = {*WHILE_OPEN, "DirectiveResumed", "SubdirectiveIssued"} - {"UnitsSucceeded"}
_HEARD = {"SubdirectiveIssued", "SubdirectiveDeadlineChanged", "SubdirectiveClosed", "DirectiveBegun"}
"""Follow from what is done elsewhere: whoever did it need have no role over this directive."""
_COMMANDS: dict[str, list[str]] = {}
for _command, _events in COMMAND_EVENTS.items():
    for _event in _events:
        _COMMANDS.setdefault(_event, []).append(_command)


def others_requests(course: Course, _: Rulebook) -> Iterator[Finding]:
    """Extensions and declines are decided by somebody else than who asked; so too by withdrawing or by moving the deadline."""
    for turn in course.of(ExtensionGranted, ExtensionRefused, DeclineSettled, DirectiveWithdrawn, DeadlineChanged):
        asked = _asked(turn)
        if asked is not None:
            both = ", ".join(sorted(asked.people & turn.entry.people))
            yield judged(
                not both,
                f"{both} vừa đề nghị vừa quyết định",
                f"{both} both asked and decided",
                asked,
                turn.entry,
                policy=turn.before.plan.policy_version,
            )


def _asked(turn: Turn) -> Entry | None:
    """The request that an event decides, if it decides one."""
    match turn.entry.event.data:
        case ExtensionGranted() | ExtensionRefused():
            return turn.before.request
        case DeclineSettled() | DirectiveWithdrawn():
            return turn.before.decline
        case DeadlineChanged():
            # As a command of its own; after a resumption or a new unit the deadline moves by another decision.
            own = turn.first is None and turn.entry.event.actor.user != _SYSTEM
            return turn.before.request if own else None
        case _:
            return None


def in_their_role(course: Course, book: Rulebook) -> Iterator[Finding]:
    """Who acted held the role that the event names on that day, as the directory was known then, and the role may do it."""
    for turn in course.turns:
        entry = turn.entry
        event, actor = entry.event.data.type, entry.event.actor
        system = actor.user == _SYSTEM
        if system or event in _BY_THE_SYSTEM:
            yield judged(
                system and event in _BY_THE_SYSTEM | _BY_EITHER,
                f"{event} không thể do {actor.user} thực hiện",
                f"{event} cannot be done by {actor.user}",
                entry,
            )
            continue
        directory = book.directory_on(entry.position, entry.event.occurred_at)
        fault = _not_held(actor, directory) or _not_permitted(turn, course, directory)
        yield deviates(*fault, entry) if fault else conforms(entry)


def _not_held(actor: Actor, directory: Directory) -> tuple[str, str] | None:
    person = directory.people.get(actor.user)
    if person is None or not person.active:
        return f"khi đó không có {actor.user}", f"there was no {actor.user} then"
    holder = person
    if actor.on_behalf_of is not None:
        absent = next((one for one in directory.absent_for(actor.user) if one.username == actor.on_behalf_of), None)
        if absent is None:
            return (
                f"{actor.user} khi đó không được ủy quyền thay {actor.on_behalf_of}",
                f"{actor.user} did not stand in for {actor.on_behalf_of} then",
            )
        holder = absent
    if not any((grant.role, grant.unit) == (actor.role, actor.over) for grant in holder.roles):
        role = f"{actor.role}@{actor.over}"
        return f"{holder.username} khi đó không giữ vai trò {role}", f"{holder.username} did not hold {role} then"
    return None


def _not_permitted(turn: Turn, course: Course, directory: Directory) -> tuple[str, str] | None:
    data, actor = turn.entry.event.data, turn.entry.event.actor
    if data.type in _HEARD or (isinstance(data, DirectiveIssued) and course.issued.parent is not None):
        return None
    commands = ["issue"] if isinstance(data, DirectiveIssued) else _COMMANDS[data.type]
    part = data.unit if isinstance(data, PartResultReported) else None
    for command in commands:
        for role, over in PERMITTED[command]:
            units = _units(turn.command_before, over, part)
            if role is actor.role and actor.over and any(directory.covers(actor.over, unit) for unit in units):
                return None
    held = f"{actor.role}@{actor.over}"
    return f"vai trò {held} không được phép {data.type}", f"the role {held} does not permit {data.type}"


def _units(standing: Standing, over: Over, part: str | None) -> tuple[str, ...]:
    """The units of which a role has to cover one."""
    issuing = standing.issuing_unit
    match over:
        case Over.LEAD:
            return (standing.lead_unit,)
        case Over.ISSUING:
            return (issuing,)
        case Over.DELEGATING:
            return (issuing,) if standing.issuer.role is Role.UNIT_HEAD else ()
        case Over.COORDINATING:
            return (part,) if part in standing.coordinating else ()
        case Over.ANY:
            return (standing.lead_unit, issuing, *standing.coordinating, *standing.informed, *standing.former_leads)
