"""What the record holds of a directive, in the form in which it is compared: events by version, and where it stood after each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from pydantic import ValidationError

from audit.reconcile.payloads import Standing
from domain.events import Event
from domain.evolve import HistoryBroken, evolve
from domain.state import DirectiveState
from storage.store import RecordedEvent


@dataclass(frozen=True)
class Held:
    """An event that the record holds, at its global position."""

    position: int
    event: Event


@dataclass(frozen=True)
class Carried:
    """The events of one command, which follow one another; `before` is where the directive stood before them."""

    command_id: UUID
    held: tuple[Held, ...]
    before: DirectiveState | None

    @property
    def last(self) -> Held:
        """The command's last event: an answer names its version and position."""
        return self.held[-1]


@dataclass
class Course:
    """A directive as its events have made it. `broken` says where and why they do not make one any further."""

    directive_id: UUID
    held: dict[int, Held] = field(default_factory=dict)
    """By version."""
    states: dict[int, DirectiveState] = field(default_factory=dict)
    """By version, up to where the events break off."""
    broken: tuple[int, str] | None = None
    """A position and what is wrong there."""

    @property
    def last_version(self) -> int:
        """The version that the record has reached; 0 if it holds nothing."""
        return max(self.held, default=0)

    @property
    def last_position(self) -> int:
        """The position of the last event; 0 if there is none."""
        return max((one.position for one in self.held.values()), default=0)

    @property
    def state(self) -> DirectiveState | None:
        """Where it stands."""
        return self.states.get(self.last_version)

    @property
    def commands(self) -> set[UUID]:
        """The ids of the commands that the record holds events of."""
        return {one.event.command_id for one in self.held.values()}

    def standing_at(self, version: int) -> Standing | None:
        """Where the directive stood at a version; None if the record cannot say."""
        state = self.states.get(version)
        return None if state is None else standing_of(state)

    def carried(self) -> Iterator[Carried]:
        """Command by command, as far as the events can be folded."""
        folded = (self.held[version] for version in sorted(self.states))
        for command_id, group in groupby(folded, key=lambda one: one.event.command_id):
            held = tuple(group)
            yield Carried(command_id, held, self.states.get(held[0].event.stream_version - 1))


def standing_of(state: DirectiveState) -> Standing:
    """The standing of a folded state."""
    return Standing(version=state.version, phase=str(state.phase), next_wakeup_at=state.next_wakeup_at)


def course_of(directive_id: UUID, recorded: Iterable[RecordedEvent]) -> Course:
    """Read and fold the events, oldest first. What cannot be read is told in `broken`, never raised."""
    course, state = Course(directive_id), None
    for one in recorded:
        try:
            event = one.event
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            course.broken = course.broken or (one.global_position, f"not readable as an event: {type(error).__name__}")
            continue
        course.held[event.stream_version] = Held(one.global_position, event)
        if course.broken is None:
            try:
                state = evolve(state, event)
            except (HistoryBroken, ValueError) as error:
                course.broken = (one.global_position, str(error))
            else:
                course.states[state.version] = state
    return course
