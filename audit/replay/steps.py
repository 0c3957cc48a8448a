"""The history of a directive step by step: each event, who did it, and what it changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from domain.evolve import evolve
from domain.state import DirectiveState
from storage.store import RecordedEvent

_UNSHOWN = frozenset({"version", "last_occurred_at", "last_recorded_at", "pending_steps", "deadline_generation"})
"""Fields that change with every event or are shown in another form."""


@dataclass(frozen=True)
class ReplayStep:
    """One event and the state after it; `changes` maps a field to its old and new value, as JSON values."""

    recorded: RecordedEvent
    state: DirectiveState
    changes: dict[str, tuple[Any, Any]]


def replay(history: Iterable[RecordedEvent]) -> Iterator[ReplayStep]:
    """Fold the history, oldest first, telling what each event changed. HistoryBroken if it has a gap."""
    state: DirectiveState | None = None
    before: dict[str, Any] = {}
    for recorded in history:
        state = evolve(state, recorded.event)
        after = state.model_dump(mode="json", exclude=set(_UNSHOWN))
        changes = {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}
        yield ReplayStep(recorded, state, changes if before else {})
        before = after
