"""What happened around a directive: changes of policies, of the calendar and of its units while it was under way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from audit.replay.clocks import Clocks
from audit.replay.steps import ReplayStep
from domain.directory_changes import (
    PersonDeactivated,
    PersonMoved,
    PersonReactivated,
    PersonRegistered,
    PersonRenamed,
    SubstitutionDecided,
    SubstitutionEnded,
    UnitEnded,
    UnitEstablished,
    UnitRevised,
)
from domain.instants import local
from domain.reading import ReadsSealed
from domain.registries import CalendarDecided, LogKeyAdopted, PolicyAdopted, Registry, RegistryEvent
from domain.state import DirectiveState
from storage.pool import Pool
from storage.registries import history
from storage.store import RecordedEvent

LOOKED_AT = (Registry.POLICIES, Registry.CALENDAR, Registry.DIRECTORY)


@dataclass(frozen=True)
class Around:
    """An event of a registry that a directive's history passed."""

    recorded: RecordedEvent
    event: RegistryEvent


async def registry_events(pool: Pool) -> list[Around]:
    """Every change of policies, calendar and directory, in order of position."""
    found = [Around(recorded, event) for one in LOOKED_AT for recorded, event in await history(pool, one)]
    return sorted(found, key=lambda around: around.recorded.global_position)


def around(steps: Sequence[ReplayStep], registries: Iterable[Around], clocks: Clocks) -> list[Around]:
    """Those recorded after the directive began, before it ended or the clocks stop, that can matter to it."""
    first = steps[0].recorded.global_position
    end = next((step.recorded.global_position for step in steps if step.state.closed), None)
    states = [step.state for step in steps]
    return [
        one
        for one in registries
        if one.recorded.global_position > first
        and (end is None or one.recorded.global_position < end)
        and one.event.recorded_at <= clocks.known
        and one.event.occurred_at <= clocks.at
        and matters(one.event, states)
    ]


def matters(event: RegistryEvent, states: Sequence[DirectiveState]) -> bool:
    """Whether the change touches the directive in one of its states: its policy, its days, its units, its people."""
    data = event.data
    match data:
        case PolicyAdopted():
            return any(data.policy.partition("@")[0] == state.policy_code for state in states)
        case CalendarDecided():
            first, last = _days(states)
            return any(first <= entry.day <= last for entry in data.entries)
        case UnitEstablished():
            return False
        case UnitRevised() | UnitEnded():
            return any(data.code in _units(state) for state in states)
        case PersonRegistered():
            return False
        case PersonMoved() | PersonRenamed() | PersonDeactivated() | PersonReactivated():
            return any(data.username in _people(state) for state in states)
        case SubstitutionDecided():
            return any(data.absent in _people(state) for state in states)
        case SubstitutionEnded():
            return False  # an earlier end than was decided; the substitution itself is told
        case LogKeyAdopted() | ReadsSealed():
            return False
        case _:
            assert_never(data)


def _days(states: Sequence[DirectiveState]) -> tuple[date, date]:
    """From the day of issue to the last instant that was ever planned."""
    first = local(states[0].issued_at).date()
    planned = [step.due_at for state in states for step in state.pending_steps]
    planned += [state.due_at for state in states if state.due_at is not None]
    return first, max((local(moment).date() for moment in planned), default=first + timedelta(days=1))


def _units(state: DirectiveState) -> frozenset[str]:
    return frozenset({state.lead_unit, *state.coordinating_units, *state.informed_units, state.issuer.unit or ""})


def _people(state: DirectiveState) -> frozenset[str]:
    return frozenset({state.officer or "", state.issuer.in_name_of})
