"""POST /directives and POST /directives/{id}/{command}: from a request to a command, and back to the new state."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import Caller, SignedIn
from api.bodies import COMMANDS, expected_version, parse_command, read_object, take_command_id
from api.bulk import give_to_many
from api.lookup import directive_for, refuse_unknown_parents
from api.many import issue_many
from api.problems import Problem
from api.repeats import first_answer, found_after
from api.schemas import request_body
from api.services import Services, services_of
from api.views import directive_view, etag
from domain.commands import CommandEnvelope, IssueDirective
from domain.ids import directive_id_for
from domain.refusals import Code, refuse
from storage.pool import UNAVAILABLE
from storage.store import Answer
from telemetry import COMMAND_SECONDS
from telemetry import COMMANDS as COUNTED

router = APIRouter()


@router.post("/directives", status_code=201, summary="Giao nhiệm vụ", openapi_extra=request_body("IssueBody"))
async def issue(request: Request, caller: SignedIn) -> JSONResponse:
    """Issue one directive, or many of one source document (all or none)."""
    services = services_of(request)
    fields = await read_object(request)
    command_id, chosen = take_command_id(request, fields, caller.person.username)
    with _counted("issue", 201):
        if "directives" in fields:
            return await issue_many(services, caller, fields, command_id)
        command: IssueDirective = parse_command(IssueDirective, fields)
        envelope = _envelope(services, caller, command_id, directive_id_for(command_id), command)
        first = await first_answer(services, envelope) if chosen else None
        if first is None:
            await refuse_unknown_parents(caller, [command.parent], services.pool)
            await services.gateway.submit(envelope)
        return await _answer(services, caller, envelope.directive_id, first, created=True)


@router.post(
    "/directives/bulk/{command}", summary="Một lệnh cho nhiều nhiệm vụ", openapi_extra=request_body("BulkBody")
)
async def give_bulk_command(
    request: Request, caller: SignedIn, command: Annotated[str, Path(json_schema_extra={"enum": list(COMMANDS)})]
) -> JSONResponse:
    """The same command on many directives, each on its own: the answer says of each what came of it."""
    services = services_of(request)
    model = _model_of(command)
    fields = await read_object(request)
    command_id, chosen = take_command_id(request, fields, caller.person.username)
    with _counted(f"bulk-{command}", 200):
        return await give_to_many(services, caller, request, model, fields, command_id, chosen=chosen)


@router.post(
    "/directives/{reference}/{command}", summary="Thực hiện một lệnh", openapi_extra=request_body("CommandBody")
)
async def give_command(
    request: Request,
    caller: SignedIn,
    reference: str,
    command: Annotated[str, Path(json_schema_extra={"enum": list(COMMANDS)})],
) -> JSONResponse:
    """A command on a directive; If-Match makes it conditional on the version last seen."""
    services = services_of(request)
    model = _model_of(command)
    with _counted(command, 200):
        found = await directive_for(caller, reference, services)
        fields = await read_object(request)
        command_id, chosen = take_command_id(request, fields, caller.person.username)
        envelope = _envelope(services, caller, command_id, found.state.id, parse_command(model, fields))
        first = await first_answer(services, envelope) if chosen else None
        if first is None:
            await services.gateway.submit(envelope.model_copy(update={"expected_version": expected_version(request)}))
        return await _answer(services, caller, envelope.directive_id, first)


def _model_of(command: str) -> type[Any]:
    model = COMMANDS.get(command)
    if model is None:
        raise Problem(404, "unknown_command", command=command, commands=", ".join(COMMANDS))
    return model


@contextmanager
def _counted(command: str, success: int) -> Iterator[None]:
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


async def _answer(
    services: Services, caller: Caller, directive_id: UUID, first: Answer | None, *, created: bool = False
) -> JSONResponse:
    """The state after the command; for a repeat, as it was after the first time."""
    found = await found_after(services, caller, directive_id, first)
    if found is None:
        raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
    headers = etag(found.state.version)
    if created:
        headers["Location"] = f"/api/v1/directives/{directive_id}"
    view = directive_view(found.state, services.now(), found.children, caller.dated)
    return JSONResponse(view, 201 if created else 200, headers)
