"""The matrix of role × place × phase × command, made by asking `decide` in every cell.

A row is a command from someone who holds a role over one of the units around a directive; its cells are the phases. For each
command the directive is at the point of the phase at which the command has most to say: an extension is decided where one was
asked for, a result is accepted where the head has approved it, work is given back by the officer who has it.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.commands import SYSTEM_USER, Command, Delegate, IssueOccurrence, Reassign
from domain.decision import Decided, Decision
from domain.directory import Directory, Role
from domain.facts import Facts
from domain.phases import POSSIBLE
from domain.state import RUNNING_PHASES, Phase
from domain.terms import DaysOff
from tests.domain.clock import START
from tests.domain.district import district, person
from tests.domain.happenings import (
    accepted,
    acknowledged,
    approved,
    declined,
    extension_requested,
    issued,
    order,
    reported,
    suspended,
    withdrawn,
)
from tests.domain.spec import DIRECTIVE, FACTS, Happened, given
from tests.domain.test_phases import COMMANDS, OWN_COMMANDS

FILE = Path(__file__).parents[2] / "docs" / "matrix.csv"
SOMEONE = "ai-do"
BEFORE = "before"
"""The column before a directive is issued."""
COLUMNS = (BEFORE, *(str(phase) for phase in Phase))
SYSTEM = "system"
NO_ROLE = "none"
ROLES = (*(str(role) for role in Role), NO_ROLE)


class Place(StrEnum):
    """Over which of the units around the directive a role is held."""

    ISSUING = "issuing"
    """The unit in whose name it was issued, which stands above the lead unit."""
    DELEGATING = "delegating"
    """The unit whose head gave it on, as a sub-directive of its own directive."""
    LEAD = "lead"
    COORDINATING = "coordinating"
    INFORMED = "informed"
    NOWHERE = "nowhere"
    """A unit that has nothing to do with it."""


OVER = {
    Place.ISSUING: "UBQ",
    Place.DELEGATING: "NV",
    Place.LEAD: "NV",
    Place.COORDINATING: "TNMT",
    Place.INFORMED: "P-A",
    Place.NOWHERE: "P-B",
}
"""In the district of the tests. The delegated directive is one of NV's head to P-A."""

ASKED: dict[str, Command] = {
    "issue": order(),
    "issue-occurrence": IssueOccurrence(
        directive=order(), recurrence=DIRECTIVE, period="2026-03", issue_at=START, days_off=DaysOff.KEEP
    ),
    **{command.name: command for command in (*COMMANDS, *OWN_COMMANDS)},
    "reassign": Reassign(lead_unit="P-B", reason="Đúng chức năng"),
    "delegate": Delegate(units=("TNMT",)),
}
"""Each command once; TNMT coordinates, so that the lead unit may give part of the work to it."""

Row = tuple[str, str, str]
"""Command, role, place."""


def rows() -> Iterator[Row]:
    """Every combination of command, role and place, and the system itself, which stands nowhere in the tree."""
    for command in ASKED:
        yield command, SYSTEM, Place.NOWHERE
        for role in ROLES:
            for place in Place:
                yield command, role, place


def outcomes(row: Row) -> tuple[str, ...]:
    """What comes of the row's command in each column: event types joined by "+", or the code of the refusal."""
    command, role, place = row
    user = SYSTEM_USER if role == SYSTEM else SOMEONE
    facts = replace(_facts(Place(place)), directory=_directory(role, Place(place)))
    stories = (given(*_past(command, column, Place(place)), facts=facts) for column in COLUMNS)
    return tuple(said(story.when(ASKED[command], by=user).decision) for story in stories)


def said(decision: Decision) -> str:
    """A decision in a cell."""
    if not isinstance(decision, Decided):
        return str(decision.code)
    return "+".join(event.type for event in decision.events) or "nothing"


def committed() -> dict[Row, tuple[str, ...]]:
    """The matrix as it stands in the repository."""
    with FILE.open(encoding="utf-8", newline="") as file:
        _, *lines = csv.reader(file)
    return {(line[0], line[1], line[2]): tuple(line[3:]) for line in lines}


@cache
def _directory(role: str, place: Place) -> Directory:
    return district([person(SOMEONE, Role(role) if role in {*Role} else None, OVER[place])])


@cache
def _facts(place: Place) -> Facts:
    if place is not Place.DELEGATING:
        return FACTS
    return replace(FACTS, parent=given(issued(None, coordinating_units=("TNMT", "P-A", "P-B"), officer=None)).now)


def _past(command: str, column: str, place: Place) -> tuple[Happened, ...]:
    if column == BEFORE:
        return ()
    phase = Phase(column)
    officer = SOMEONE if command == "release" else None
    first = issued(officer=officer)
    if place is Place.DELEGATING:
        first = Happened(issued(officer=officer, lead_unit="P-A", informed_units=("P-B",)).data, by="tp-nv", at=0)
    past = (first, *_COURSES[phase])
    if command in {"grant-extension", "refuse-extension"} and phase in RUNNING_PHASES:
        return (*past, extension_requested(60))
    if phase is Phase.AWAITING_ACCEPTANCE and command in {"grant-extension", "refuse-extension"}:
        return (first, acknowledged(), extension_requested(60), reported())
    return (*past, approved()) if phase is Phase.AWAITING_ACCEPTANCE and command == "accept" else past


_COURSES: dict[Phase, tuple[Happened, ...]] = {
    Phase.ISSUED: (),
    Phase.IN_PROGRESS: (acknowledged(),),
    Phase.AWAITING_ACCEPTANCE: (acknowledged(), reported()),
    Phase.COMPLETED: (acknowledged(), reported(), approved(), accepted()),
    Phase.SUSPENDED: (acknowledged(), suspended(60)),
    Phase.DECLINED: (acknowledged(), declined()),
    Phase.WITHDRAWN: (withdrawn(),),
}
assert {*_COURSES} == {*POSSIBLE}, "a course for every phase"
