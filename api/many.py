"""Many directives of one source document in one request: all are issued, or none is and the answer says which stood in the way."""

from typing import Any
from uuid import UUID

from starlette.responses import JSONResponse

from api.auth import Caller
from api.bodies import parse_command, unknown_field
from api.faults import Fault
from api.lookup import as_it_stood, refuse_unknown_parents
from api.problems import Problem
from api.services import Services
from api.views import directive_view
from domain.commands import CommandEnvelope, IssueDirective
from domain.gate import entry_refusal
from domain.ids import directive_id_for, part_command_id
from domain.refusals import Code, refuse
from domain.state import DirectiveState
from storage.directives import find_many

MOST_AT_ONCE = 200
MOST_BYTES = 1_000_000
"""Of all directives together, each with the shared source written out: Temporal takes messages up to 2 MB."""


async def issue_many(services: Services, caller: Caller, fields: dict[str, Any], command_id: UUID) -> JSONResponse:
    """201 with the directives in the order asked; a repeat of the same request gives the same answer."""
    states, now = await issued_together(services, caller, fields, command_id), services.now()
    return JSONResponse({"items": [directive_view(state, now, dated=caller.dated) for state in states]}, 201)


async def issued_together(
    services: Services, caller: Caller, fields: dict[str, Any], command_id: UUID
) -> list[DirectiveState]:
    """The directives of `fields` (`directives`, and `source` that they share) as they were issued, all or none.

    Problem otherwise, with `index` for the first that stood in the way and `refusals` for all that did.
    """
    commands, user = _commands(fields), caller.person.username
    envelopes = tuple(_envelope(services, user, command_id, index, command) for index, command in enumerate(commands))
    if sum(len(envelope.model_dump_json().encode()) for envelope in envelopes) > MOST_BYTES:
        raise Problem(413, "body_too_large", limit=str(MOST_BYTES))
    for index, command in enumerate(commands):
        refusal = entry_refusal(command)  # before anything is sent: a classified text must not reach Temporal's history
        if refusal is not None:
            raise Problem.of(refusal, extra={"index": index})
    await _refuse_reuse(services, command_id, len(envelopes))
    if await services.store.first_answer(envelopes[0].command_id) is None:
        await refuse_unknown_parents(caller, [command.parent for command in commands], services.pool)
    answer = await services.gateway.submit_many(command_id, envelopes)
    if answer.refusals:
        listed = [{"index": r.index, "code": r.refusal.code, **r.refusal.params} for r in answer.refusals]
        raise Problem.of(answer.refusals[0].refusal, extra={"index": answer.refusals[0].index, "refusals": listed})
    versions = [one.version for one in answer.answers]
    return await _states(services, [envelope.directive_id for envelope in envelopes], versions)


def _commands(fields: dict[str, Any]) -> list[IssueDirective]:
    items, shared = fields.pop("directives"), fields.pop("source", None)
    if fields:
        raise Problem.faulty([unknown_field(name) for name in fields])
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_AT_ONCE:
        reason = (f"phải là danh sách từ 1 đến {MOST_AT_ONCE} nhiệm vụ", f"must be a list of 1 to {MOST_AT_ONCE}")
        raise Problem.faulty([Fault("directives", "invalid_field", reason)])
    commands = []
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            reason = ("phải là đối tượng {…}", "must be an object {…}")
            raise Problem.faulty([Fault(f"directives.{index}", "invalid_field", reason)], extra={"index": index})
        whole = item if shared is None or "source" in item else {**item, "source": shared}
        commands.append(parse_command(IssueDirective, whole, index=index))
    return commands


def _envelope(services: Services, user: str, command_id: UUID, index: int, command: IssueDirective) -> CommandEnvelope:
    own_id = part_command_id(command_id, index)
    return CommandEnvelope(
        command_id=own_id,
        directive_id=directive_id_for(own_id),
        user=user,
        at=services.now(),
        command=command,
    )


async def _refuse_reuse(services: Services, command_id: UUID, count: int) -> None:
    """422 if the id stands for one command already, or for more directives than these; the record compares the rest."""
    for used in (command_id, part_command_id(command_id, count)):
        if await services.store.first_answer(used) is not None:
            raise Problem.of(refuse(Code.IDEMPOTENCY_KEY_REUSED))


async def _states(services: Services, ids: list[UUID], versions: list[int]) -> list[DirectiveState]:
    """The directives as they were just issued; one that has moved on by now (a repeat) is read from its events."""
    current = await find_many(services.pool, ids)
    states = []
    for directive_id, version in zip(ids, versions, strict=True):
        state = current.get(directive_id)
        if state is None or state.version != version:
            state = await as_it_stood(services, directive_id, version=version)
        if state is not None:
            states.append(state)
    return states
