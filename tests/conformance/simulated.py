"""A quarter of a district as the simulator plays it, with more turns than usual: histories of the real decider."""

from collections import defaultdict
from functools import cache
from uuid import UUID

from audit.conformance.book import Rulebook
from audit.conformance.course import Entry, History
from domain.calendar import WorkCalendar
from domain.facts import Facts
from domain.validity import DatedDirectory
from simulation.behaviour import Behaviour
from simulation.office import staffed
from simulation.run import Plan, history, month_of, period
from simulation.tally import Tally
from tests.domain.district import UNITS
from tests.domain.policies import default_policies

START, END = period(month_of("2026-03"), 3)
POLICIES = default_policies()
TURNING = {
    "turning": {"delegated": 0.3, "suspended": 0.2, "reassigned": 0.2, "withdrawn": 0.1},
    "taking_on": {"declined": 0.2},
    "extending": {"asked": 0.8},
    "accepting": {"rejected": 0.3},
}


@cache
def quarter(directives: int = 80, seed: int = 7) -> tuple[tuple[History, ...], Rulebook]:
    """The histories in the order of their issue, and the rulebook by which they were made."""
    calendar, directory = WorkCalendar(), staffed(UNITS)
    facts = Facts(directory, {policy.code: policy for policy in POLICIES}, calendar)
    plan = Plan(directives, START, END, seed, Behaviour.model_validate(TURNING), facts)
    _, commits = history(plan, Tally(START, END), {})
    entries: defaultdict[UUID, list[Entry]] = defaultdict(list)
    events = (event for each in commits for commit in each for event in commit.events)
    for position, event in enumerate(events, 1):
        entries[event.directive_id].append(Entry(position, event))
    alone = {one: History(one, tuple(own)) for one, own in entries.items()}
    dated = DatedDirectory.always(directory.units.values(), directory.people.values())
    book = Rulebook.constant(POLICIES, calendar, dated, END)
    return tuple(_with_above(one, alone) for one in alone.values()), book


def _with_above(own: History, alone: dict[UUID, History]) -> History:
    parent = own.issued.parent if own.issued else None
    return History(own.id, own.entries, alone[parent]) if parent else own
