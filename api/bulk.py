"""One command on many directives: each is decided on its own, and one that cannot be holds up none of the others."""

import asyncio
from typing import Any
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import Caller
from api.bodies import parse_command
from api.faults import Fault
from api.lookup import directive_for
from api.problems import Problem
from api.repeats import first_answer, found_after
from api.services import Services
from api.views import directive_view
from domain.commands import CommandEnvelope
from domain.ids import echo_command_id, foreign
from domain.wording import Language
from storage.pool import UNAVAILABLE

log = structlog.get_logger()

MOST_AT_ONCE = 200
AT_A_TIME = 8
"""Commands under way at once: enough to keep a worker busy, too few to keep others waiting."""
SECONDS = 60.0
"""What has not been begun by then is told to be sent again."""


async def give_to_many(
    services: Services,
    caller: Caller,
    request: Request,
    model: type[Any],
    fields: dict[str, Any],
    command_id: UUID,
    *,
    chosen: bool,
) -> JSONResponse:
    """200 with a line for each directive in the order named: its state, or the problem that its command met."""
    items = await give_each(services, caller, request, model, fields, command_id, chosen=chosen)
    done = sum(item["status"] == 200 for item in items)
    return JSONResponse({"items": items, "done": done, "refused": len(items) - done})


async def give_each(
    services: Services,
    caller: Caller,
    request: Request,
    model: type[Any],
    fields: dict[str, Any],
    command_id: UUID,
    *,
    chosen: bool,
    language: Language | None = None,
) -> list[dict[str, Any]]:
    """For each directive, in the order named, its `state`, or the `problem` that its command met, and the `status`.

    `chosen` says that the caller chose the command id, so that this may be a repeat. Problems are told in `language`, else in
    the one that the caller prefers.
    """
    references = _references(fields)
    command = parse_command(model, fields)
    turns = asyncio.Semaphore(AT_A_TIME)
    end = asyncio.get_running_loop().time() + SECONDS

    async def one(reference: str) -> dict[str, Any]:
        async with turns:
            if asyncio.get_running_loop().time() > end:
                return _refused(reference, Problem(503, "still_working"), request, language)
            try:
                return await _give(services, caller, reference, command, command_id, chosen=chosen)
            except Problem as problem:
                return _refused(reference, problem, request, language)
            except UNAVAILABLE as error:
                log.warning("record.away", error=repr(error))
                return _refused(reference, Problem(503, "record_unavailable"), request, language)

    return await asyncio.gather(*map(one, references))


async def _give(
    services: Services, caller: Caller, reference: str, command: Any, command_id: UUID, *, chosen: bool
) -> dict[str, Any]:
    found = await directive_for(caller, reference, services)
    envelope = CommandEnvelope(
        # Of the directive, not of its place in the list: a repeat may name fewer of them.
        command_id=foreign(echo_command_id(command_id, found.state.id)),
        directive_id=found.state.id,
        user=caller.person.username,
        at=services.now(),
        command=command,
    )
    first = await first_answer(services, envelope) if chosen else None
    if first is None:
        await services.gateway.submit(envelope)
    after = await found_after(services, caller, found.state.id, first) or found
    view = directive_view(after.state, services.now(), after.children, caller.dated)
    return {"directive": reference, "status": 200, "state": view}


def _refused(reference: str, problem: Problem, request: Request, language: Language | None) -> dict[str, Any]:
    return {"directive": reference, "status": problem.status, "problem": problem.document(request, language)}


def _references(fields: dict[str, Any]) -> list[str]:
    named: Any = fields.pop("directives", None)
    fit = isinstance(named, list) and 1 <= len(named) <= MOST_AT_ONCE and all(isinstance(one, str) for one in named)
    if not fit or len({*named}) < len(named):
        reason = (
            f"phải là danh sách từ 1 đến {MOST_AT_ONCE} mã hoặc số nhiệm vụ khác nhau",
            f"must be a list of 1 to {MOST_AT_ONCE} different ids or numbers of directives",
        )
        raise Problem.faulty([Fault("directives", "invalid_field", reason)])
    return list(named)
