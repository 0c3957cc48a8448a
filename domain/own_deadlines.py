"""Whose deadlines are whose: the directives that belong into a person's calendar and into the summary of their day."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.desk import answers_first, headed_by, lies_on_desk
from domain.directory import Directory, Person
from domain.model import Value
from domain.state import DirectiveState, Phase

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
