"""Two clocks: what had happened by an instant, and what the record knew by an instant.

An event has both instants: `occurred_at`, when somebody acted, and `recorded_at`, when the record took it in. What was
reported late had happened, but was not known yet; whoever judges a decision of that day has to leave it out, whoever
judges the work has to count it in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.events import Event
from storage.store import RecordedEvent


@dataclass(frozen=True)
class Clocks:
    """What had happened by `at`, as far as the record knew of it by `known`; both in UTC, both included."""

    at: datetime
    known: datetime

    def shows(self, event: Event) -> bool:
        """Whether the event had happened and was known."""
        return event.occurred_at <= self.at and event.recorded_at <= self.known


@dataclass(frozen=True)
class Seen:
    """A history through two clocks; each list oldest first."""

    shown: list[RecordedEvent]
    unknown_then: list[RecordedEvent]
    """Had happened, but the record did not know it yet."""


def seen(history: Iterable[RecordedEvent], clocks: Clocks) -> Seen:
    """The events of one directive, oldest first, as far as the clocks show them.

    Neither instant goes back within a history (the recorder sees to that), so what is shown is a beginning of it. Where
    one did, nothing after the first event that is not shown is shown: it was decided upon that one.
    """
    shown: list[RecordedEvent] = []
    unknown: list[RecordedEvent] = []
    for recorded in history:
        event = recorded.event
        if event.occurred_at > clocks.at:
            break
        (unknown if unknown or event.recorded_at > clocks.known else shown).append(recorded)
    return Seen(shown, unknown)
