"""Choosing an officer by a named rule: the fewest open directives, the turn, experience, or the lot."""

from collections.abc import Iterable
from uuid import UUID

from domain.assignment import Assignment
from domain.commands import Command
from domain.directory import Directory, Role
from domain.ids import draw
from domain.model import Instant, Value
from domain.officer_commands import AssignOfficer
from domain.terms import Choice
from domain.text import fold

_LIKE = 0.5
"""Titles are alike when they share at least this part of the words of the shorter one."""


class Candidate(Value):
    """An officer with what speaks for choosing them."""

    officer: str
    open: int = 0
    """How many open directives they carry out."""
    last_given_at: Instant | None = None
    """When they were last given one of the directives that they carry out or carried out to the end."""
    experience: int = 0
    """How many directives like the one at hand they completed."""


def chooses(command: Command) -> bool:
    """Whether the decision on `command` has to know what the officers of the unit carry out."""
    return isinstance(command, AssignOfficer) and command.choose is not None


def officers_of(lead_unit: str, directory: Directory) -> tuple[str, ...]:
    """The active officers who work in the unit or below it and hold their role over it, in order of their usernames."""
    return tuple(
        sorted(
            person.username
            for person in directory.people.values()
            if person.active
            and directory.covers(lead_unit, person.unit)
            and directory.role_over(person, (Role.OFFICER,), lead_unit)
        )
    )


def candidates(officers: Iterable[str], title: str, assignments: Iterable[Assignment]) -> tuple[Candidate, ...]:
    """Each of the officers with what speaks for choosing them, in the order given."""
    known = tuple(assignments)
    return tuple(_candidate(officer, title, [one for one in known if one.officer == officer]) for officer in officers)


def ranked(by: Choice, found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates, the chosen one first. What a rule leaves open goes by the fewest open ones, then by the username.

    The lot is not drawn here (see `drawn`): before it falls all are equal, in order of their usernames.
    """
    match by:
        case Choice.FEWEST_OPEN:
            return tuple(sorted(found, key=lambda one: (one.open, one.officer)))
        case Choice.TURN:
            return tuple(sorted(found, key=lambda one: (*_turn(one), one.open, one.officer)))
        case Choice.EXPERIENCE:
            return tuple(sorted(found, key=lambda one: (-one.experience, one.open, one.officer)))
        case Choice.LOT:
            return tuple(sorted(found, key=lambda one: one.officer))


def drawn(found: Iterable[Candidate], command_id: UUID, directive_id: UUID) -> Candidate:
    """The one on whom the lot falls for this command: the same whenever it is decided."""
    order = ranked(Choice.LOT, found)
    return order[draw(command_id, directive_id, len(order))]


def alike(one: str, other: str) -> bool:
    """Whether two titles speak of the same kind of work; accents, case and order of the words do not count."""
    words, others = ({*fold(title).split()} for title in (one, other))
    return bool(words and others) and len(words & others) >= _LIKE * min(len(words), len(others))


def _candidate(officer: str, title: str, own: list[Assignment]) -> Candidate:
    return Candidate(
        officer=officer,
        open=sum(one.open for one in own),
        last_given_at=max((one.given_at for one in own), default=None),
        experience=sum(one.completed and alike(one.title, title) for one in own),
    )


def _turn(one: Candidate) -> tuple[bool, float]:
    given = one.last_given_at
    return (given is not None, given.timestamp() if given else 0)
