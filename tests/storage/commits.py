"""Commits as a store takes them: what happened to a directive, under the ids of one command."""

from itertools import count
from typing import Any
from uuid import UUID, uuid4

from domain.commands import SYSTEM_USER
from domain.event_values import SYSTEM, Actor
from domain.events import Event
from domain.evolve import fold
from domain.ids import event_id_for
from domain.state import DirectiveState
from storage.store import Commit
from tests.domain.clock import START, Moment, instant
from tests.domain.district import PEOPLE
from tests.domain.happenings import issued
from tests.domain.spec import Happened

_numbers = count(1)
_PEOPLE = {person.username: person for person in PEOPLE}


def begun(due: Moment | None = 10, *, command_id: UUID | None = None, **changes: Any) -> Commit:
    """A directive of its own is issued, with a number of its own unless `changes` name one."""
    first = issued(due, **({"code": f"2026/{next(_numbers):04d}"} | changes))
    return commit(None, uuid4(), first, command_id=command_id)


def after(before: Commit, *happened: Happened, command_id: UUID | None = None) -> Commit:
    """What one further command does to the directive of `before`."""
    return commit(before.state, before.directive_id, *happened, command_id=command_id)


def commit(
    state: DirectiveState | None, directive_id: UUID, *happened: Happened, command_id: UUID | None = None
) -> Commit:
    """The events of one command on a directive that stands at `state`."""
    command_id = command_id or uuid4()
    version, last = (state.version, state.last_occurred_at) if state else (0, START)
    events = []
    for index, happening in enumerate(happened):
        last = last if happening.at is None else instant(happening.at)
        events.append(
            Event(
                event_id=event_id_for(command_id, index),
                directive_id=directive_id,
                stream_version=version + index + 1,
                command_id=command_id,
                occurred_at=last,
                recorded_at=last,
                actor=_actor(happening.by),
                data=happening.data,
            )
        )
    folded = fold(events, state)
    assert folded is not None
    return Commit(command_id, b"print of " + command_id.bytes, tuple(events), folded)


def _actor(username: str) -> Actor:
    if username == SYSTEM_USER:
        return SYSTEM
    person = _PEOPLE[username]
    return Actor(user=username, name=person.full_name, unit=person.unit, role=person.roles[0].role)
