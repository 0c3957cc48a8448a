"""What somebody with all rights, a restored backup or a defect may leave: one difference planted in each."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg

from activities.recorder import Recorder
from domain.commands import Command, CommandEnvelope
from storage.envelope import leaf_hash
from tests.audit.superuser import as_superuser
from tests.workflows.desk import Desk


async def cut(url: str, desk: Desk, after_version: int) -> None:
    """The record loses the directive's events after a version, as when an older backup was restored."""
    where = f"stream_id = '{desk.directive_id}' and stream_version > {int(after_version)}"
    await as_superuser(url, f"delete from events where {where}")  # noqa: S608 - our own words


async def rewrite(url: str, desk: Desk, version: int, change: Callable[[dict[str, Any]], object]) -> None:
    """The bytes of one event are others."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica")
        place = desk.directive_id, version
        written = await connection.fetchval(
            "select canonical from events where stream_id = $1 and stream_version = $2", *place
        )
        envelope = json.loads(written)
        change(envelope)
        other = json.dumps(envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        await connection.execute(
            "update events set canonical = $3, leaf_hash = $4 where stream_id = $1 and stream_version = $2",
            *(*place, other, leaf_hash(other)),
        )
    finally:
        await connection.close()


async def past_the_engine(
    recorder: Recorder, desk: Desk, command: Command, by: str, command_id: UUID | None = None
) -> None:
    """A command is recorded by the very rules, but not through the directive's execution."""
    envelope: CommandEnvelope = await desk.envelope(command, by, command_id=command_id)
    assert (await recorder.record(envelope)).refusal is None
