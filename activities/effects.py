"""What a command's events call for outside the record: the same requests whether asked the first time or again."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from activities.messages import NotifyRequest
from domain.audience import OUTBOUND
from domain.directory import Person
from domain.event_values import SYSTEM
from domain.events import Event


def effects_of(events: Sequence[Event], people: Mapping[str, Person]) -> tuple[NotifyRequest, ...]:
    """One request for each command and directive among the events that tells somebody with an address."""
    requests = []
    for _, group in groupby(events, key=lambda event: (event.directive_id, event.command_id)):
        own = list(group)
        told = {user for event in own if event.data.type in OUTBOUND for user in event.data.informs}
        if any(people[user].email for user in told if user in people):
            request = NotifyRequest(
                directive_id=own[0].directive_id,
                first_version=own[0].stream_version,
                last_version=own[-1].stream_version,
                channel="email",
            )
            requests.append(request)
    return tuple(requests)


def with_due_before(events: Sequence[Event], first_version: int) -> Sequence[Event]:
    """The events from `first_version` on, and the system's own directly before, which may have been appended with them.

    Those are the steps that had come due, and with them a resumption by itself and the deadline that it moved.
    """
    start = next(place for place, event in enumerate(events) if event.stream_version == first_version)
    while start > 0 and events[start - 1].actor == SYSTEM:
        start -= 1
    return events[start:]
