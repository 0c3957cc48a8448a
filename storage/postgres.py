"""The event store on PostgreSQL: at most one read before a decision, one statement that appends."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from domain.assignment import Assignment
from domain.files import UploadedFile
from domain.state import DirectiveState
from storage.files import file_of
from storage.pool import Pool
from storage.queries import sql
from storage.read_models import append_arguments
from storage.store import (
    MOST_ASSIGNMENTS,
    Answer,
    Basis,
    CommandRepeated,
    Commit,
    RecordedEvent,
    ReferenceChanged,
    VersionConflict,
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
