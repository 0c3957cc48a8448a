"""The names of units as they were on the day that is shown."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from domain.instants import local
from domain.state import DirectiveState
from domain.validity import DatedDirectory
from storage.envelope import envelope_of
from storage.store import RecordedEvent

_FIELDS = frozenset(
    {
        *("lead_unit", "coordinating_units", "informed_units", "from_unit", "to_unit", "proposed_unit", "unit", "over"),
        *("above", "succeeded", "tenures", "subdirectives", "parts"),
    }
)
"""Fields of events, actors and states that hold codes of units, or lists of things that do."""


def units_of_state(state: DirectiveState, now: datetime, dated: DatedDirectory) -> dict[str, Any]:
    """The names beside the codes of a state; of one that has ended, as they were when it did."""
    day = local(min(now, state.closed_at) if state.closed_at else now).date()

    def name(code: str) -> str:
        return dated.name_on(code, day) or code

    return {
        "lead_unit_name": name(state.lead_unit),
        "coordinating_unit_names": [name(code) for code in state.coordinating_units],
        "informed_unit_names": [name(code) for code in state.informed_units],
    }


def names_on(code: str, dated: DatedDirectory, day: date) -> str:
    """What a unit was called on a day; its code where nothing is known of it."""
    return dated.name_on(code, day) or code


def units_of_event(written: Mapping[str, Any], dated: DatedDirectory) -> dict[str, str]:
    """Every unit that an event's envelope names, by code, with its name on the day on which the event occurred."""
    day = local(datetime.fromisoformat(written["occurred_at"])).date()
    found = {}
    for code in (*_codes(written["actor"]), *_codes(written["data"])):
        name = dated.name_on(code, day)
        if name is not None:
            found[code] = name
    return found


def units_of_recorded(recorded: RecordedEvent, dated: DatedDirectory) -> dict[str, str]:
    """The same for an event as the record holds it."""
    return units_of_event(envelope_of(recorded.canonical), dated)


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for field, inner in value.items():
            if field in _FIELDS:
                yield from _codes(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _codes(inner)
