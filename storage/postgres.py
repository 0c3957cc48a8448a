"""The event store on PostgreSQL: at most one read before a decision, one statement that appends."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from domain.assignment import Assignment
from domain.files import UploadedFile
from domain.ids import notice_id
from domain.state import DirectiveState
from domain.text import fold
from storage.files import file_of
from storage.pool import Pool
from storage.queries import sql
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


class PostgresEventStore:
    """Reads and appends over a pool (see storage.pool)."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def basis(self, directive_id: UUID, command_id: UUID) -> Basis:
        """See EventStore."""
        row = await self._pool.fetchrow(sql("before_decision"), directive_id, command_id)
        if row is None:
            raise RuntimeError("a query of scalars gives one row")
        state = DirectiveState.model_validate_json(row["state"]) if row["state"] else None
        answer = Answer(*row["answer"]) if row["answer"] else None
        return Basis(state, answer, row["reference_version"])

    async def append(self, commits: Sequence[Commit], *, decided_under: int | None = None) -> int:
        """See EventStore."""
        try:
            row = await self._pool.fetchrow(sql("append"), *append_arguments(commits, decided_under))
        except asyncpg.UniqueViolationError as error:
            raise (CommandRepeated if error.constraint_name == "commands_pkey" else VersionConflict) from error
        if row is None:
            raise RuntimeError("the append answers with one row")
        if row["before"] is None:
            raise VersionConflict if decided_under in (None, row["reference_version"]) else ReferenceChanged
        return int(row["before"]) + sum(len(commit.events) for commit in commits)

    async def first_answer(self, command_id: UUID) -> Answer | None:
        """See EventStore."""
        row = await self._pool.fetchrow(sql("find_command"), command_id)
        return Answer(*row) if row else None

    async def events_of(self, directive_id: UUID, after_version: int = 0) -> list[RecordedEvent]:
        """See EventStore."""
        return recorded(await self._pool.fetch(sql("events_of_directive"), directive_id, after_version))

    async def events_after(self, position: int, limit: int) -> list[RecordedEvent]:
        """See EventStore."""
        return recorded(await self._pool.fetch(sql("events_after"), position, limit))

    async def assignments(self, officers: Sequence[str]) -> tuple[Assignment, ...]:
        """See EventStore."""
        rows = await self._pool.fetch(sql("assignments"), list(officers), MOST_ASSIGNMENTS)
        return tuple(Assignment(**dict(row)) for row in rows)

    async def next_code(self, year: int, command_id: UUID, *, decided_under: int | None = None) -> str | None:
        """See EventStore."""
        code: str | None = await self._pool.fetchval(sql("next_code"), year, command_id, decided_under)
        return code

    async def uploaded(self, sha256: str, username: str) -> UploadedFile | None:
        """See EventStore."""
        return await file_of(self._pool, sha256, username)


async def events_after_for_units(pool: Pool, units: frozenset[str], position: int, limit: int) -> list[RecordedEvent]:
    """Events after a position that concern directives of these units, in order."""
    return recorded(await pool.fetch(sql("events_after_for_units"), position, limit, sorted(units)))


def recorded(rows: list[asyncpg.Record]) -> list[RecordedEvent]:
    """Rows of (global_position, canonical, leaf_hash) as recorded events."""
    return [RecordedEvent(row[0], row[1], row[2]) for row in rows]


def append_arguments(commits: Sequence[Commit], decided_under: int | None = None) -> list[Any]:
    """The parameters of the append statement for these commits; also what the benchmark hands to pgbench."""
    return [*_Rows(commits).arguments(), decided_under]


class _Rows:
    """The columns that the append statement takes, one array each, in the order of its parameters."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._events: list[tuple[Any, ...]] = []
        self._commands: list[tuple[Any, ...]] = []
        self._directives: dict[UUID, tuple[Any, ...]] = {}
        self._notices: list[tuple[Any, ...]] = []
        for commit in commits:
            self._add(commit)

    def arguments(self) -> list[list[Any]]:
        tables = ((self._events, 13), (self._commands, 6), ([*self._directives.values()], 18), (self._notices, 7))
        return [[row[i] for row in table] for table, width in tables for i in range(width)]

    def _add(self, commit: Commit) -> None:
        for event in commit.events:
            actor = event.actor
            self._events.append(
                (
                    event.event_id,
                    event.directive_id,
                    event.stream_version,
                    event.command_id,
                    event.data.type,
                    event.occurred_at,
                    event.recorded_at,
                    actor.user,
                    actor.unit,
                    actor.role,
                    actor.on_behalf_of,
                    *seal(event),
                )
            )
            for recipient in event.data.informs:
                self._notices.append(
                    (
                        notice_id(event.event_id, recipient),
                        len(self._events),
                        recipient,
                        event.directive_id,
                        event.event_id,
                        event.data.type,
                        event.recorded_at,
                    )
                )
        first, last = commit.events[0].stream_version, commit.events[-1].stream_version
        place = len(self._events)
        self._commands.append((commit.command_id, commit.directive_id, commit.fingerprint, first, last, place))
        new = first == 1 or commit.directive_id in self._directives
        self._directives[commit.directive_id] = _directive_row(
            commit.state, place, new=new
        )  # of several, the last stands


def _directive_row(state: DirectiveState, place: int, *, new: bool) -> tuple[Any, ...]:
    # A substitute's own unit has no part in what is issued in the name of another.
    own = state.issuer.unit if state.issuer.on_behalf_of is None else None
    issuing = tuple(unit for unit in (state.issuer.over, own) if unit)
    former = (tenure.unit for tenure in state.tenures)
    units = dict.fromkeys((state.lead_unit, *state.coordinating_units, *state.informed_units, *issuing, *former))
    number = state.source.number if state.source else None
    return (
        state.id,
        state.code,
        state.version,
        place,
        state.phase,
        state.title,
        # written once, with the first event; the update of a row leaves it as it is
        fold(f"{state.code} {state.title} {number or ''} {state.content}") if new else "",
        state.lead_unit,
        " ".join(units),
        state.issuer.in_name_of,
        state.officer,
        number,
        state.parent,
        state.issued_at,
        state.due_at,
        state.due_soon_from,
        state.overdue_from,
        state.model_dump_json(),
    )
