"""Histories as the record holds them, some of whose events came to it late."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from domain.events import Event
from storage.store import RecordedEvent, seal
from tests.domain.clock import Moment, instant


def recorded(events: Sequence[Event], late: dict[int, Moment] | None = None) -> list[RecordedEvent]:
    """The events at positions from 1 on; those of the versions in `late` were recorded at that moment only.

    What came after a late one was not recorded before it: recorded instants never go back.
    """
    found: list[RecordedEvent] = []
    last = events[0].recorded_at
    for event in events:
        last = max(last, event.recorded_at, instant((late or {}).get(event.stream_version, last)))
        found.append(RecordedEvent(event.stream_version, *seal(event.model_copy(update={"recorded_at": last}))))
    return found


def versions(found: Iterable[RecordedEvent]) -> list[int]:
    """Their versions."""
    return [one.event.stream_version for one in found]


A_MOMENT = timedelta(microseconds=1)
