"""Enters changes of the registries into the record, in the transaction that makes them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain.event_values import Actor
from domain.ids import event_id_for
from domain.registries import Registry, RegistryData, RegistryEvent
from storage.envelope import registry_event_from
from storage.pool import Pool
from storage.queries import sql
from storage.store import RecordedEvent, seal


async def enter(
    connection: Any, registry: Registry, changes: Sequence[tuple[UUID, RegistryData]], actor: Actor
) -> list[RegistryEvent]:
    """Append one event for each change, with the id of the command that it answers. Call it last in the transaction.

    The lock on global positions is held from here to the commit, so what comes after it holds up every command.
    asyncpg.UniqueViolationError if a change was entered before.
    """
    if not changes:
        return []
    # The lock comes first: it makes writers of one registry take turns, so the version read next is the last one.
    before = await connection.fetchval(sql("claim_positions"), len(changes))
    version = await connection.fetchval(sql("registry_version"), registry.stream_id)
    now = datetime.now(UTC)
    entered = []
    for place, (command_id, data) in enumerate(changes, 1):
        event = RegistryEvent(
            event_id=event_id_for(command_id, 0),
            registry=registry,
            stream_version=version + place,
            command_id=command_id,
            occurred_at=now,
            recorded_at=now,
            actor=actor,
            data=data,
        )
        await _put(connection, event, before + place)
        entered.append(event)
    await connection.execute(sql("announce"), before + len(changes))
    return entered


async def _put(connection: Any, event: RegistryEvent, position: int) -> None:
    canonical, leaf_hash = seal(event)
    stream_id, said = event.registry.stream_id, event.data.model_dump_json().encode()
    await connection.execute(
        sql("put_registry_event"),
        position,
        event.event_id,
        stream_id,
        event.stream_version,
        event.command_id,
        event.data.type,
        event.occurred_at,
        event.recorded_at,
        event.actor.user,
        event.actor.unit,
        event.actor.role,
        event.actor.on_behalf_of,
        canonical,
        leaf_hash,
    )
    await connection.execute(
        sql("put_registry_command"),
        event.command_id,
        stream_id,
        hashlib.sha256(said).digest(),
        event.stream_version,
        position,
    )


async def changes_of_person(pool: Pool, username: str, limit: int) -> list[RegistryEvent]:
    """The last changes of where a person works, in which roles, under which name and whether they may act; the newest first."""
    rows: list[asyncpg.Record] = await pool.fetch(sql("person_changes"), Registry.DIRECTORY.stream_id, username, limit)
    return [registry_event_from(row["canonical"]) for row in rows]


async def history(pool: Pool, registry: Registry) -> list[tuple[RecordedEvent, RegistryEvent]]:
    """All changes of a registry, oldest first, as they were written and as they read."""
    rows: list[asyncpg.Record] = await pool.fetch(sql("events_of_directive"), registry.stream_id, 0)
    return [(RecordedEvent(row[0], row[1], row[2]), registry_event_from(row[1])) for row in rows]
