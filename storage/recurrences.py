"""Recurring directives in the record: as they stand, what was done to them, and what became of their periods."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from domain.recurrence import Recurrence, Status
from domain.recurring import Outcome, RecurrenceChange
from domain.refusals import Refusal
from domain.state import DirectiveState
from storage.pool import Pool
from storage.queries import sql


class RecurrenceMoved(Exception):
    """The recurrence is no longer at the version that was decided on; read it and decide again."""


@dataclass(frozen=True)
class FoundRecurrence:
    """A recurrence with the units that may see it."""

    recurrence: Recurrence
    units: frozenset[str]


@dataclass(frozen=True)
class FirstChange:
    """The change that a command has led to before."""

    recurrence_id: UUID
    fingerprint: bytes
    change: RecurrenceChange


@dataclass(frozen=True)
class RefusedOccurrence:
    """The occurrence of a period that the rules refused, once."""

    period: str
    refused_at: datetime
    refusal: Refusal


@dataclass(frozen=True)
class RecurrencePage:
    """Recurrences newest first, the key after which the next page begins, and how many there are in all."""

    items: list[Recurrence]
    next_key: tuple[str, str] | None
    total: int


def recurrence_fingerprint(user: str, recurrence_id: UUID, asked: BaseModel) -> bytes:
    """Tells a repeat from another wish under the same command id."""
    said = asked.model_dump_json(exclude_defaults=True, by_alias=True)
    return hashlib.sha256(f"{recurrence_id}\n{user}\n{type(asked).__name__}\n{said}".encode()).digest()


def units_of_recurrence(recurrence: Recurrence) -> list[str]:
    """The units that may see it: those that may see its directives."""
    template, issuer = recurrence.template, recurrence.issuer
    named = (template.lead_unit, *template.coordinating_units, *template.informed_units, issuer.over, issuer.unit)
    return list(dict.fromkeys(unit for unit in named if unit))


async def save(
    pool: Pool, recurrence: Recurrence, change: RecurrenceChange, command_id: UUID, fingerprint: bytes
) -> None:
    """Write a change and what it makes of the recurrence, in one transaction.

    Raises RecurrenceMoved if another change came first, asyncpg.UniqueViolationError if the command has been answered.
    """
    state = recurrence.model_dump_json()
    async with pool.acquire() as connection, connection.transaction():
        if change.number == 1:
            await connection.execute(
                sql("put_recurrence"),
                recurrence.id,
                recurrence.version,
                recurrence.status,
                recurrence.created_at,
                units_of_recurrence(recurrence),
                state,
            )
        else:
            moved = (recurrence.id, recurrence.version, recurrence.status, state)
            if await connection.fetchval(sql("move_recurrence"), *moved) is None:
                raise RecurrenceMoved
        await connection.execute(
            sql("put_recurrence_change"),
            command_id,
            recurrence.id,
            change.number,
            fingerprint,
            change.model_dump_json(),
        )


async def first_change(pool: Pool, command_id: UUID) -> FirstChange | None:
    """What a command has led to, if it was given before."""
    row = await pool.fetchrow(sql("recurrence_change_by_command"), command_id)
    if row is None:
        return None
    change = RecurrenceChange.model_validate_json(row["change"])
    return FirstChange(row["recurrence_id"], row["fingerprint"], change)


async def find_recurrence(pool: Pool, recurrence_id: UUID) -> FoundRecurrence | None:
    """One recurrence as it stands now."""
    row = await pool.fetchrow(sql("recurrence_by_id"), recurrence_id)
    return FoundRecurrence(_read(row), frozenset(row["units"])) if row else None


async def recurrences_page(
    pool: Pool,
    visible: frozenset[str] | None,
    *,
    status: Status | None = None,
    limit: int,
    after: tuple[str, str] | None = None,
) -> RecurrencePage:
    """Recurrences newest first; `visible` are the units that the reader may see, None sees all."""
    units = None if visible is None else sorted(visible)
    rows = await pool.fetch(sql("recurrences_page"), units, status, *(after or (None, None)), limit + 1)
    total = await pool.fetchval(sql("recurrences_count"), units, status)
    more = (rows[limit - 1]["sort_key"], rows[limit - 1]["id"]) if len(rows) > limit else None
    return RecurrencePage([_read(row) for row in rows[:limit]], more, total)


async def unended(pool: Pool) -> list[Recurrence]:
    """Every recurrence that has not ended: each has a Temporal Schedule."""
    return [_read(row) for row in await pool.fetch(sql("unended_recurrences"))]


async def changes_of(pool: Pool, recurrence_id: UUID) -> list[RecurrenceChange]:
    """What was done to a recurrence, oldest first."""
    rows = await pool.fetch(sql("recurrence_changes"), recurrence_id)
    return [RecurrenceChange.model_validate_json(row["change"]) for row in rows]


async def outcomes_of(pool: Pool, recurrence_id: UUID) -> list[Outcome]:
    """What became of its periods."""
    rows = await pool.fetch(sql("recurrence_outcomes"), recurrence_id)
    return [Outcome(period=row["period"], refused_at=row["refused_at"]) for row in rows]


async def occurrences(
    pool: Pool, recurrence_id: UUID, limit: int
) -> tuple[list[DirectiveState], list[RefusedOccurrence]]:
    """Its directives, the latest period first, and what was refused, the latest first; at most `limit` of each."""
    issued = await pool.fetch(sql("occurrences_issued"), recurrence_id, limit)
    refused = await pool.fetch(sql("occurrences_refused"), recurrence_id, limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in issued], [
        RefusedOccurrence(row["period"], row["refused_at"], Refusal.model_validate_json(row["refusal"]))
        for row in refused
    ]


async def note_refusal(
    pool: Pool, recurrence_id: UUID, period: str, attempt: str, at: datetime, refusal: Refusal
) -> None:
    """Keep a refused occurrence; an attempt that runs again is kept once."""
    await pool.execute(sql("put_recurrence_refusal"), recurrence_id, period, attempt, at, refusal.model_dump_json())


def _read(row: asyncpg.Record | Any) -> Recurrence:
    return Recurrence.model_validate_json(row["state"])
