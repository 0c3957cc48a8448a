"""Decisions on the working calendar as stored, and how far open directives have been brought to them."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain.calendar import SHIPPED, CalendarDecision, CalendarEntry, WorkCalendar
from domain.calendar_decisions import WantedDecision, decide_calendar
from domain.event_values import SYSTEM, Actor
from domain.ids import registry_command_id
from domain.instants import local
from domain.refusals import Refusal
from domain.registries import CalendarDecided, Registry
from domain.state import DirectiveState
from storage.pool import Pool
from storage.queries import sql
from storage.registries import enter

TRIES = 5
"""Two administrators at once get the same revision, and all but one decide again."""


@dataclass(frozen=True)
class Revisions:
    """The revision of the calendar, and the one up to which open directives have been brought."""

    decided: int
    projected: int

    @property
    def behind(self) -> bool:
        """Whether decisions have not reached the open directives yet."""
        return self.projected < self.decided


async def load_calendar(connection: Any) -> WorkCalendar:
    """The calendar with every decision; `connection` may be a pool."""
    return WorkCalendar([_decision(row) for row in await connection.fetch(sql("calendar_decisions"))])


def _decision(row: asyncpg.Record) -> CalendarDecision:
    fields = dict(row)
    entries = tuple(CalendarEntry.model_validate(entry) for entry in json.loads(fields.pop("entries")))
    return CalendarDecision(**fields, entries=entries)


async def enter_decision(
    pool: Pool, wanted: WantedDecision, actor: Actor, *, today: date | None = None
) -> CalendarDecision | Refusal | None:
    """Bring a decision into force with its event; None when it is entered already, or why it cannot be."""
    day = today or local(datetime.now(UTC)).date()
    for _ in range(TRIES):
        try:
            async with pool.acquire() as connection, connection.transaction():
                decision = decide_calendar(await load_calendar(connection), wanted, day)
                if isinstance(decision, CalendarDecision):
                    await _put(connection, decision, actor)
                return decision
        except asyncpg.UniqueViolationError:
            continue
    raise RuntimeError(f"the calendar changed under {TRIES} decisions")


async def _put(connection: Any, decision: CalendarDecision, actor: Actor) -> None:
    await store_decision(connection, decision)
    document = decision.model_dump_json()
    change = CalendarDecided(
        revision=decision.revision,
        decision_number=decision.number,
        decided_on=decision.decided_on,
        reason=decision.reason,
        entries=decision.entries,
    )
    await enter(connection, Registry.CALENDAR, [(registry_command_id(Registry.CALENDAR, document), change)], actor)


async def store_decision(connection: Any, decision: CalendarDecision) -> None:
    """The rows of a decision, without its event."""
    await connection.execute(
        sql("put_calendar_decision"), decision.revision, decision.number, decision.decided_on, decision.reason
    )
    rows = [(decision.revision, entry.day, entry.kind, entry.reason) for entry in decision.entries]
    await connection.executemany(sql("put_calendar_entry"), rows)


async def seed_calendar(pool: Pool) -> list[str]:
    """Enter the shipped decisions that the record does not know; their numbers.

    One that contradicts what an office has decided meanwhile is left out: the calendar of a record is the office's.
    """
    entered = []
    for shipped in SHIPPED:
        wanted = WantedDecision(number=shipped.number, reason=shipped.reason, entries=shipped.entries)
        # Announced days stay what they were however long ago, so they count from their own time.
        decision = await enter_decision(pool, wanted, SYSTEM, today=shipped.entries[0].day)
        if isinstance(decision, CalendarDecision):
            entered.append(decision.number)
    return entered


async def revisions(pool: Pool) -> Revisions:
    """How far the calendar is, and how far the open directives."""
    return Revisions(**dict(await pool.fetchrow(sql("calendar_revisions")) or {}))


async def was_projected(pool: Pool, revision: int) -> None:
    """Note that open directives have been brought up to a revision."""
    await pool.execute(sql("calendar_was_projected"), revision)


async def open_after(pool: Pool, directive_id: UUID, limit: int) -> list[DirectiveState]:
    """Up to `limit` open directives with ids above one, in order of their ids."""
    rows = await pool.fetch(sql("open_directives_after"), directive_id, limit)
    return [DirectiveState.model_validate_json(row["state"]) for row in rows]
