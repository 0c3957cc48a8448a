"""POST /directives and POST /directives/{id}/{command}: from a request to a command, and back to the new state."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import Caller, SignedIn
from api.bodies import COMMANDS, expected_version, faulty, parse_command, read_object, take_command_id
from api.lookup import directive_for
from api.problems import Problem
from api.schemas import request_body
from api.services import Services, services_of
from api.views import directive_view, etag
from domain.commands import CommandEnvelope, IssueDirective
from domain.evolve import fold
from domain.gate import entry_refusal
from domain.ids import directive_id_for, part_command_id
from domain.refusals import Code, refuse
from storage.directives import find
from storage.store import Answer, fingerprint
from telemetry import COMMAND_SECONDS, COMMANDS as COUNTED

router = APIRouter()

MOST_AT_ONCE = 200


@router.post("/directives", status_code=201, summary="Giao nhiệm vụ", openapi_extra=request_body("IssueBody"))
async def issue(request: Request, caller: SignedIn) -> JSONResponse:
    """Issue one directive, or many of one source document (all or none)."""
    services = services_of(request)
    fields = await read_object(request)
    command_id, chosen = take_command_id(request, fields, caller.person.username)
    if "directives" in fields:
        return await _issue_many(services, caller, fields, command_id)
    command: IssueDirective = parse_command(IssueDirective, fields)
    envelope = _envelope(services, caller, command_id, directive_id_for(command_id), command)
    first = await _first_answer(services, envelope) if chosen else None
    if first is None:
        with COMMAND_SECONDS.labels("issue").time():
            await services.gateway.submit(envelope)
        COUNTED.labels("issue", "201").inc()
    return await _answer(services, envelope.directive_id, first, created=True)


@router.post(
    "/directives/{reference}/{command}", summary="Thực hiện một lệnh", openapi_extra=request_body("CommandBody")
)
async def give_command(request: Request, caller: SignedIn, reference: str, command: str) -> JSONResponse:
    """A command on a directive; If-Match makes it conditional on the version last seen."""
    services = services_of(request)
    model = COMMANDS.get(command)
    if model is None:
        raise Problem(404, "unknown_command", command=command, commands=", ".join(COMMANDS))
    found = await directive_for(caller, reference, services)
    fields = await read_object(request)
    command_id, chosen = take_command_id(request, fields, caller.person.username)
    envelope = _envelope(services, caller, command_id, found.state.id, parse_command(model, fields))
    first = await _first_answer(services, envelope) if chosen else None
    if first is None:
        envelope = envelope.model_copy(update={"expected_version": expected_version(request)})
        with COMMAND_SECONDS.labels(command).time():
            await services.gateway.submit(envelope)
        COUNTED.labels(command, "200").inc()
    return await _answer(services, envelope.directive_id, first)


def _envelope(services: Services, caller: Caller, command_id: UUID, directive_id: UUID, command: Any) -> CommandEnvelope:
    return CommandEnvelope(
        command_id=command_id,
        directive_id=directive_id,
        user=caller.person.username,
        at=services.now(),
        command=command,
    )


async def _first_answer(services: Services, envelope: CommandEnvelope) -> Answer | None:
    """The answer that a command id chosen by the caller has had before; 422 if it was another command."""
    answer = await services.store.first_answer(envelope.command_id)
    if answer is not None and answer.fingerprint != fingerprint(envelope):
        raise Problem.of(refuse(Code.IDEMPOTENCY_KEY_REUSED))
    return answer


async def _answer(
    services: Services, directive_id: UUID, first: Answer | None, *, created: bool = False
) -> JSONResponse:
    """The state after the command, read back from the record; for a repeat, as it was after the first time."""
    if first is None:
        found = await find(services.pool, directive_id)
        state = found.state if found else None
    else:
        recorded = await services.store.events_of(directive_id)
        state = fold(item.event for item in recorded[: first.last_version])
    if state is None:
        raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
    headers = etag(state.version)
    if created:
        headers["Location"] = f"/api/v1/directives/{directive_id}"
    return JSONResponse(directive_view(state, services.now()), 201 if created else 200, headers)


async def _issue_many(
    services: Services, caller: Caller, fields: dict[str, Any], command_id: UUID
) -> JSONResponse:
    commands = _commands_of_many(fields)
    at = services.now()
    envelopes = tuple(
        CommandEnvelope(
            command_id=part_command_id(command_id, index),
            directive_id=directive_id_for(part_command_id(command_id, index)),
            user=caller.person.username,
            at=at,
            command=command,
        )
        for index, command in enumerate(commands)
    )
    for index, command in enumerate(commands):
        refusal = entry_refusal(command)  # before anything is sent: a classified text must not reach Temporal's history
        if refusal is not None:
            raise Problem.of(refusal, extra={"index": index})
    answer = await services.gateway.submit_many(command_id, envelopes)
    if answer.refusals:
        listed = [{"index": r.index, "code": r.refusal.code, **r.refusal.params} for r in answer.refusals]
        raise Problem.of(answer.refusals[0].refusal, extra={"index": answer.refusals[0].index, "refusals": listed})
    states = [await find(services.pool, envelope.directive_id) for envelope in envelopes]
    now = services.now()
    return JSONResponse({"items": [directive_view(found.state, now) for found in states if found]}, 201)


def _commands_of_many(fields: dict[str, Any]) -> list[IssueDirective]:
    items, shared = fields.pop("directives"), fields.pop("source", None)
    if fields:
        raise faulty([{"field": name, "code": "unknown_field", "detail": "not known here"} for name in fields])
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_AT_ONCE:
        reason = f"a list of 1 to {MOST_AT_ONCE} directives is expected"
        raise Problem(422, "invalid_field", field="directives", reason=reason)
    commands = []
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise Problem(422, "invalid_field", field=f"directives.{index}", reason="an object is expected")
        whole = item if shared is None or "source" in item else {**item, "source": shared}
        commands.append(parse_command(IssueDirective, whole, at=f"directives.{index}."))
    return commands
