"""What every event store does, in memory or in PostgreSQL; one contract suite in the tests holds both to it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from uuid import UUID

from domain.assignment import Assignment
from domain.commands import CommandEnvelope
from domain.events import Event
from domain.files import UploadedFile
from domain.registries import RegistryEvent
from domain.state import DirectiveState
from storage.envelope import canonical, event_from, leaf_hash


class VersionConflict(Exception):
    """The events do not follow on the directive's last one, as when another writer came first; read and decide again."""


class CommandRepeated(Exception):
    """The command id has been answered already; read the first answer."""


class ReferenceChanged(Exception):
    """Units, people or policies have changed since they were read; read them again and decide again."""


@dataclass(frozen=True)
class Answer:
    """The first answer to a command: what it appended."""

    command_id: UUID
    directive_id: UUID
    fingerprint: bytes
    first_version: int
    last_version: int
    last_position: int


@dataclass(frozen=True)
class Basis:
    """What a decision starts from."""

    state: DirectiveState | None
    answer: Answer | None
    reference_version: int


@dataclass(frozen=True)
class Commit:
    """The events of one accepted command on one directive, with the state they lead to."""

    command_id: UUID
    fingerprint: bytes
    events: tuple[Event, ...]
    state: DirectiveState

    @property
    def directive_id(self) -> UUID:
        """The directive that the events belong to."""
        return self.state.id


@dataclass(frozen=True)
class RecordedEvent:
    """An event as the record holds it."""

    global_position: int
    canonical: bytes
    leaf_hash: bytes

    @cached_property
    def event(self) -> Event:
        """The event itself, read from its bytes."""
        return event_from(self.canonical)


MOST_ASSIGNMENTS = 5_000
"""So far back a choice among officers looks: years of a department's work."""


class EventStore(Protocol):
    """Appends the commits of commands and reads events back, by directive and by global position."""

    async def basis(self, directive_id: UUID, command_id: UUID) -> Basis:
        """The directive's state and the first answer to the command, as of one moment."""
        ...

    async def append(self, commits: Sequence[Commit], *, decided_under: int | None = None) -> int:
        """Append all commits or none; the last global position. `decided_under` is the reference version that they rest on.

        Raises VersionConflict, CommandRepeated or ReferenceChanged.
        """
        ...

    async def first_answer(self, command_id: UUID) -> Answer | None:
        """The first answer to a command, if it has had one."""
        ...

    async def events_of(self, directive_id: UUID, after_version: int = 0) -> list[RecordedEvent]:
        """A directive's events, oldest first."""
        ...

    async def events_after(self, position: int, limit: int) -> list[RecordedEvent]:
        """Events after a global position, in order; a reader that goes on from the last one misses none."""
        ...

    async def assignments(self, officers: Sequence[str]) -> tuple[Assignment, ...]:
        """What these people carry out, and what they carried out to the end; the newest first, at most MOST_ASSIGNMENTS."""
        ...

    async def next_code(self, year: int, command_id: UUID, *, decided_under: int | None = None) -> str | None:
        """The next directive number of the year, like "2026/0123".

        None if the append cannot succeed: the command has had its answer, and so its number, or the reference changed.
        """
        ...

    async def uploaded(self, sha256: str, username: str) -> UploadedFile | None:
        """The file of this sum, if this person has uploaded it."""
        ...


def fingerprint(envelope: CommandEnvelope) -> bytes:
    """Tells a repeat from another command under the same id: who, to which directive, what. The time does not count.

    Defaults are left out, so that a field added by a later version does not make a repeat look like another command.
    """
    command = envelope.command
    said = command.model_dump_json(exclude_defaults=True)
    return hashlib.sha256(f"{envelope.directive_id}\n{envelope.user}\n{command.name}\n{said}".encode()).digest()


def seal(event: Event | RegistryEvent) -> tuple[bytes, bytes]:
    """The event's canonical bytes and their leaf hash."""
    written = canonical(event)
    return written, leaf_hash(written)
