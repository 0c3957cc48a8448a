"""POST /directives and POST /directives/{id}/{command}: from a request to a command, and back to the new state."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import Caller, SignedIn
from api.bodies import COMMANDS, expected_version, parse_command, read_object, take_command_id
from api.bulk import give_to_many
from api.giving import counted, give, issue_one
from api.lookup import directive_for
from api.many import issue_many
from api.problems import Problem
from api.repeats import found_after
from api.schemas import request_body
from api.services import Services, services_of
from api.views import directive_view, etag
from domain.commands import IssueDirective
from domain.refusals import Code, refuse
from storage.store import Answer

router = APIRouter()


@router.post("/directives", status_code=201, summary="Giao nhiệm vụ", openapi_extra=request_body("IssueBody"))
async def issue(request: Request, caller: SignedIn) -> JSONResponse:
    """Issue one directive, or many of one source document (all or none)."""
    services = services_of(request)
    fields = await read_object(request)
    command_id, chosen = take_command_id(request, fields, caller.person.username)
    with counted("issue", 201):
        if "directives" in fields:
            return await issue_many(services, caller, fields, command_id)
        command: IssueDirective = parse_command(IssueDirective, fields)
        directive_id, first = await issue_one(services, caller, command, command_id, chosen=chosen)
        return await _answer(services, caller, directive_id, first, created=True)


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
    with counted(f"bulk-{command}", 200):
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
    with counted(command, 200):
        found = await directive_for(caller, reference, services)
        fields = await read_object(request)
        command_id, chosen = take_command_id(request, fields, caller.person.username)
        typed = parse_command(model, fields)
        expected = expected_version(request)
        first = await give(services, caller, found.state.id, typed, command_id, chosen=chosen, expected=expected)
        return await _answer(services, caller, found.state.id, first)


def _model_of(command: str) -> type[Any]:
    model = COMMANDS.get(command)
    if model is None:
        raise Problem(404, "unknown_command", command=command, commands=", ".join(COMMANDS))
    return model


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
