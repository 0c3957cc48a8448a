"""Giving a command for a caller: the same for the API and for the pages, which differ in how they ask and answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from api.auth import Caller
from api.lookup import refuse_unknown_parents
from api.problems import Problem
from api.repeats import first_answer
from api.services import Services
from domain.commands import CommandEnvelope, IssueDirective
from domain.ids import directive_id_for
from storage.pool import UNAVAILABLE
from storage.store import Answer
from telemetry import COMMAND_SECONDS
from telemetry import COMMANDS as COUNTED


async def give(
    services: Services,
    caller: Caller,
    directive_id: UUID,
    command: Any,
    command_id: UUID,
    *,
    chosen: bool,
    expected: int | None = None,
) -> Answer | None:
    """Carry the command out; the first answer if it was carried out before. Problem for a refusal.

    `chosen` says that the caller chose the id, so that this may be a repeat; `expected` is the version last seen.
    """
    envelope = _envelope(services, caller, command_id, directive_id, command)
    first = await first_answer(services, envelope) if chosen else None
    if first is None:
        await services.gateway.submit(envelope.model_copy(update={"expected_version": expected}))
    return first


async def issue_one(
    services: Services, caller: Caller, command: IssueDirective, command_id: UUID, *, chosen: bool
) -> tuple[UUID, Answer | None]:
    """Issue a directive; its id, and the first answer if it was issued before."""
    directive_id = directive_id_for(command_id)
    envelope = _envelope(services, caller, command_id, directive_id, command)
    first = await first_answer(services, envelope) if chosen else None
    if first is None:
        await refuse_unknown_parents(caller, [command.parent], services.pool)
        await services.gateway.submit(envelope)
    return directive_id, first


@contextmanager
def counted(command: str, success: int) -> Iterator[None]:
    """Counts the command by the status of its answer, and takes its time."""
    status = success
    try:
        with COMMAND_SECONDS.labels(command).time():
            yield
    except Problem as problem:
        status = problem.status
        raise
    except UNAVAILABLE:
        status = 503
        raise
    except BaseException:
        status = 500
        raise
    finally:
        COUNTED.labels(command, str(status)).inc()


def _envelope(
    services: Services, caller: Caller, command_id: UUID, directive_id: UUID, command: Any
) -> CommandEnvelope:
    return CommandEnvelope(
        command_id=command_id,
        directive_id=directive_id,
        user=caller.person.username,
        at=services.now(),
        command=command,
    )
