"""One directive as it stood: its steps through two clocks or up to a version, and what else is asked about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.replay.clocks import Clocks, seen
from audit.replay.context import Around, around
from audit.replay.lateness import Lateness, lateness
from audit.replay.rules import Rules
from audit.replay.steps import ReplayStep, replay
from domain.evolve import fold
from domain.state import DirectiveState
from storage.store import RecordedEvent


@dataclass(frozen=True)
class Replayed:
    """What was there, at least one step."""

    clocks: Clocks
    steps: list[ReplayStep]
    unknown_then: list[RecordedEvent]
    """What had happened, but was not known yet."""
    in_hindsight: DirectiveState
    """As it stood at that instant by all that is known now; the last state itself where nothing was unknown."""
    context: list[Around] | None = None
    lateness: Lateness | None = None

    @property
    def state(self) -> DirectiveState:
        """As it stood."""
        return self.steps[-1].state


def replayed(
    history: Sequence[RecordedEvent],
    clocks: Clocks,
    *,
    rules: Rules | None = None,
    registries: Iterable[Around] | None = None,
) -> Replayed | None:
    """A directive's history through the clocks, None if it was not there then. HistoryBroken where it has a gap.

    With `rules` its lateness is computed again, with `registries` what happened around it is told.
    """
    through = seen(history, clocks)
    steps = [*replay(through.shown)]
    if not steps:
        return None
    later = fold((one.event for one in through.unknown_then), steps[-1].state)
    return Replayed(
        clocks,
        steps,
        through.unknown_then,
        later or steps[-1].state,
        None if registries is None else around(steps, registries, clocks),
        None if rules is None else lateness(steps, rules, clocks.at),
    )


def up_to(history: Sequence[RecordedEvent], version: int) -> tuple[list[RecordedEvent], Clocks] | None:
    """The events up to a version, and the clocks when the last of them was recorded; None if there is no such version."""
    until = [one for one in history if one.event.stream_version <= version]
    if not until or until[-1].event.stream_version != version:
        return None
    last = until[-1].event
    return until, Clocks(last.occurred_at, last.recorded_at)


def clocks_for(at: datetime | None, known: datetime | None, now: datetime) -> Clocks:
    """Where one clock is not given: what had happened by now, and what was known at that very instant."""
    moment = at or now
    return Clocks(moment, known or moment)
