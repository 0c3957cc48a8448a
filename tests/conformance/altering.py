"""Histories altered in memory, as somebody with access to the record might: the marks of it are what verdicts have to find."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from audit.conformance.course import Entry, History
from domain.event_values import Actor
from domain.events import EventData

Which = Callable[[EventData], bool]


def of(*types: type[EventData]) -> Which:
    """Events of these classes."""
    return lambda data: isinstance(data, types)


def the(history: History, which: Which, number: int = -1) -> Entry:
    """One of the events that are meant; the last unless said otherwise."""
    return [entry for entry in history.entries if which(entry.event.data)][number]


def without(history: History, *dropped: Entry) -> History:
    """The history as if these had never happened: what follows moves up."""
    return renumbered(history, [entry for entry in history.entries if entry not in dropped])


def with_data(history: History, entry: Entry, **changes: object) -> History:
    """Fields of an event say something else."""
    return _put(history, entry, data=entry.event.data.model_copy(update=changes))


def by(history: History, entry: Entry, actor: Actor, **changes: object) -> History:
    """Somebody else did it."""
    return _put(history, entry, actor=actor.model_copy(update=changes))


def later(history: History, entry: Entry, delay: timedelta, *, occurred: bool = False) -> History:
    """An event and all after it came later: recorded so, or occurred so too."""
    start = history.entries.index(entry)
    moved = [
        replace(one, event=one.event.model_copy(update=_delayed(one, delay, occurred=occurred)))
        for one in history.entries[start:]
    ]
    return replace(history, entries=(*history.entries[:start], *moved))


def again(history: History, entry: Entry, **changes: object) -> History:
    """The event happens a second time, right after all else, with these changes of its data."""
    last = history.entries[-1]
    event = entry.event.model_copy(
        update={
            "data": entry.event.data.model_copy(update=changes),
            "occurred_at": last.event.occurred_at,
            "recorded_at": last.event.recorded_at,
        }
    )
    return renumbered(history, [*history.entries, Entry(last.position + 1, event)])


def renumbered(history: History, entries: Sequence[Entry]) -> History:
    """The same with versions that count through: whoever alters a record would see to that."""
    numbered = tuple(
        replace(entry, event=entry.event.model_copy(update={"stream_version": version}))
        for version, entry in enumerate(entries, 1)
    )
    return replace(history, entries=numbered)


def _put(history: History, entry: Entry, **changes: object) -> History:
    changed = replace(entry, event=entry.event.model_copy(update=changes))
    return replace(history, entries=tuple(changed if one is entry else one for one in history.entries))


def _delayed(entry: Entry, delay: timedelta, *, occurred: bool) -> dict[str, object]:
    recorded: dict[str, object] = {"recorded_at": entry.event.recorded_at + delay}
    return {**recorded, "occurred_at": entry.event.occurred_at + delay} if occurred else recorded
