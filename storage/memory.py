"""An event store in memory: for tests of what stands on a store, and for simulations that keep nothing."""

from collections.abc import Sequence
from uuid import UUID

from domain.assignment import Assignment, assignment_of
from domain.files import UploadedFile
from domain.state import DirectiveState
from storage.store import (
    MOST_ASSIGNMENTS,
    Answer,
    Basis,
    CommandRepeated,
    Commit,
    RecordedEvent,
    ReferenceChanged,
    VersionConflict,
    seal,
)

REFERENCE_VERSION = 1
"""Always the same: nothing here changes the directory."""


class MemoryEventStore:
    """Keeps everything in lists. Append never awaits, so concurrent writers in one event loop cannot interleave in it."""

    def __init__(self) -> None:
        self._log: list[RecordedEvent] = []
        self._streams: dict[UUID, list[RecordedEvent]] = {}
        self._states: dict[UUID, DirectiveState] = {}
        self._answers: dict[UUID, Answer] = {}
        self._codes: dict[int, int] = {}
        self.uploads: dict[tuple[str, str], UploadedFile] = {}
        """By sum and username; nothing here fills it."""

    async def basis(self, directive_id: UUID, command_id: UUID) -> Basis:
        """See EventStore."""
        return Basis(self._states.get(directive_id), self._answers.get(command_id), REFERENCE_VERSION)

    async def append(self, commits: Sequence[Commit], *, decided_under: int | None = None) -> int:
        """See EventStore."""
        if decided_under not in (None, REFERENCE_VERSION):
            raise ReferenceChanged
        ends: dict[UUID, int] = {}
        answered = {*self._answers}
        for commit in commits:
            if commit.command_id in answered:
                raise CommandRepeated
            answered.add(commit.command_id)
            for event in commit.events:
                end = ends.get(event.directive_id, len(self._streams.get(event.directive_id, ())))
                if event.stream_version != end + 1:
                    raise VersionConflict
                ends[event.directive_id] = event.stream_version
        for commit in commits:
            self._add(commit)
        return len(self._log)

    def _add(self, commit: Commit) -> None:
        for event in commit.events:
            recorded = RecordedEvent(len(self._log) + 1, *seal(event))
            self._log.append(recorded)
            self._streams.setdefault(event.directive_id, []).append(recorded)
        self._states[commit.directive_id] = commit.state
        self._answers[commit.command_id] = Answer(
            commit.command_id,
            commit.directive_id,
            commit.fingerprint,
            commit.events[0].stream_version,
            commit.events[-1].stream_version,
            len(self._log),
        )

    async def first_answer(self, command_id: UUID) -> Answer | None:
        """See EventStore."""
        return self._answers.get(command_id)

    async def events_of(self, directive_id: UUID, after_version: int = 0) -> list[RecordedEvent]:
        """See EventStore."""
        return self._streams.get(directive_id, [])[after_version:]

    async def events_after(self, position: int, limit: int) -> list[RecordedEvent]:
        """See EventStore."""
        return self._log[position : position + limit]

    async def assignments(self, officers: Sequence[str]) -> tuple[Assignment, ...]:
        """See EventStore."""
        held = [assignment_of(state) for state in self._states.values() if state.officer in officers]
        return tuple(sorted(held, key=lambda one: one.given_at, reverse=True)[:MOST_ASSIGNMENTS])

    async def next_code(self, year: int, command_id: UUID, *, decided_under: int | None = None) -> str | None:
        """See EventStore."""
        if command_id in self._answers or decided_under not in (None, REFERENCE_VERSION):
            return None
        self._codes[year] = self._codes.get(year, 0) + 1
        return f"{year}/{self._codes[year]:04d}"

    async def uploaded(self, sha256: str, username: str) -> UploadedFile | None:
        """See EventStore."""
        return self.uploads.get((sha256, username))
