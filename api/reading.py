"""Reads are audited too: what is opened is noted before the answer is given, or there is no answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import asyncpg
import structlog
from starlette.requests import Request

from api.auth import Caller, SignedIn
from api.gateway import RETRY_AFTER
from api.lookup import address_of
from api.problems import Problem
from api.services import Services, services_of
from domain.reading import Door, Opened, reader_of
from domain.refusals import Code, refuse
from storage.directives import Found
from storage.pool import UNAVAILABLE
from storage.reads import note_read, open_directive

log = structlog.get_logger()


async def opened(caller: Caller, reference: str, services: Services, kind: Opened, door: Door = Door.API) -> Found:
    """The directive as it is now, noted in the same statement; 404 as `directive_for` gives it, 503 if it cannot be noted."""
    address = address_of(reference)
    found = None
    if address is not None:
        with _or_no_answer(kind):
            found = await open_directive(services.pool, caller.person, caller.rights, address, door, kind)
    if found is None:
        raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
    return found


async def note(
    services: Services,
    caller: Caller,
    kind: Opened,
    *,
    units: frozenset[str] = frozenset(),
    subject: UUID | None = None,
    version: int | None = None,
    detail: str = "",
    door: Door = Door.API,
) -> None:
    """Note that the caller opens something of these `units`; 503 if the record does not take the note."""
    reader = reader_of(caller.person, caller.rights, units)
    with _or_no_answer(kind):
        await note_read(services.pool, reader, door, kind, subject=subject, version=version, detail=detail)


async def audit_opened(request: Request, caller: SignedIn) -> None:
    """For routes under /audit: which of them the caller opens is noted."""
    detail = request.url.path.rpartition("/audit/")[2]
    await note(services_of(request), caller, Opened.AUDIT, detail=detail)


async def note_directive(
    services: Services,
    caller: Caller,
    kind: Opened,
    found: Found,
    *,
    version: int | None = None,
    detail: str = "",
    door: Door = Door.API,
) -> None:
    """The same for a directive that was found, as it is now or at a version."""
    shown, units = found.state.version if version is None else version, found.units
    await note(services, caller, kind, units=units, subject=found.state.id, version=shown, detail=detail, door=door)


@contextmanager
def _or_no_answer(kind: Opened) -> Iterator[None]:
    try:
        yield
    except UNAVAILABLE:
        raise  # told as any other question to a record that is away
    except asyncpg.PostgresError as error:
        log.error("read.not_noted", kind=kind, error=repr(error))  # noqa: TRY400 - its place tells nothing
        raise Problem(503, "read_not_noted", headers=RETRY_AFTER) from error
