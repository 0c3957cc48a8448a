"""Whose deadlines are whose: the directives that belong into a person's calendar and into the summary of their day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from domain.desk import answers_first, headed_by, lies_on_desk
from domain.directory import Directory, Person
from domain.instants import last_day_of
from domain.model import Value
from domain.state import DirectiveState, Phase, Timeliness

WITHDRAWN_SHOWN_FOR = timedelta(days=30)
"""So long a withdrawn directive stays in a calendar as cancelled: a program that asks seldom has then heard of it."""


class Concern(Value):
    """For whom a person acts today, themselves among them, and the units whose nearest heads these are."""

    person: Person
    names: frozenset[str]
    headed: frozenset[str]

    @classmethod
    def of(cls, person: Person, directory: Directory) -> "Concern":
        """What concerns `person` in this directory."""
        people = (person, *directory.absent_for(person.username))
        headed = frozenset[str]().union(*(headed_by(one, directory) for one in people))
        return cls(person=person, names=frozenset(one.username for one in people), headed=headed)


def own_deadlines(
    states: Iterable[DirectiveState], concern: Concern, directory: Directory, now: datetime
) -> list[DirectiveState]:
    """Those of the directives whose deadline the person has to have in mind, in the order given.

    It is one for whoever carries the directive out or heads a unit that does (lead or coordinating), and for whom it waits
    for before others. Who only issued it, or sees it from far above, would have hundreds of them.
    """
    return [state for state in states if state.due_at is not None and _concerns(state, concern, directory, now)]


def overdue_and_due_by(
    states: Iterable[DirectiveState], now: datetime, last_day: date
) -> tuple[list[DirectiveState], list[DirectiveState]]:
    """Of somebody's deadlines those that have passed at `now`, and those ahead that end on `last_day` or before it."""
    overdue, ahead = [], []
    for state in states:
        if state.closed or state.due_at is None:
            continue
        if state.timeliness(now) is Timeliness.OVERDUE:
            overdue.append(state)
        elif state.due_at > now and last_day_of(state.due_at) <= last_day:
            ahead.append(state)
    return overdue, ahead


def _concerns(state: DirectiveState, concern: Concern, directory: Directory, now: datetime) -> bool:
    if state.phase is Phase.COMPLETED:
        return False
    takes_part = state.officer in concern.names or not concern.headed.isdisjoint(
        (state.lead_unit, *state.coordinating_units)
    )
    if state.phase is Phase.WITHDRAWN:
        return takes_part and state.closed_at is not None and now - state.closed_at <= WITHDRAWN_SHOWN_FOR
    if takes_part:
        return True
    lies = lies_on_desk(state, concern.person, directory)
    return lies is not None and answers_first(state, *lies, directory)
