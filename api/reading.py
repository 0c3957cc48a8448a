"""Reads are audited too: what is opened is noted before the answer is given, or there is no answer."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg
import structlog

from api.auth import Caller
from api.gateway import RETRY_AFTER
from api.problems import Problem
from api.services import Services
from domain.reading import Door, Opened, reader_of
from storage.directives import Found
from storage.pool import UNAVAILABLE
from storage.reads import note_read

log = structlog.get_logger()


async def note(
    services: Services,
    caller: Caller,
    kind: Opened,
    *,
    units: Iterable[str] = (),
    subject: UUID | None = None,
    version: int | None = None,
    detail: str = "",
) -> None:
    """Note that the caller opens something of these `units`; 503 if the record does not take the note."""
    reader = reader_of(caller.person, units, caller.directory)
    try:
        await note_read(services.pool, reader, Door.API, kind, subject=subject, version=version, detail=detail)
    except UNAVAILABLE:
        raise  # told as any other question to a record that is away
    except asyncpg.PostgresError as error:
        log.exception("read.not_noted", kind=kind)
        raise Problem(503, "read_not_noted", headers=RETRY_AFTER) from error


async def note_directive(
    services: Services, caller: Caller, kind: Opened, found: Found, *, version: int | None = None, detail: str = ""
) -> None:
    """The same for a directive, as it is now or at a version."""
    shown = found.state.version if version is None else version
    await note(services, caller, kind, units=found.units, subject=found.state.id, version=shown, detail=detail)
