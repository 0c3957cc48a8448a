"""A command that comes again under an id that its sender chose: it gets its first answer, whatever has happened since."""

from uuid import UUID

from api.auth import Caller
from api.lookup import as_it_stood
from api.problems import Problem
from api.services import Services
from domain.commands import CommandEnvelope
from domain.ids import part_command_id
from domain.refusals import Code, refuse
from storage.directives import Found, children_of, find
from storage.store import Answer, fingerprint


async def first_answer(services: Services, envelope: CommandEnvelope) -> Answer | None:
    """The answer that a command id chosen by the caller has had before; 422 if it was another command."""
    answer = await services.store.first_answer(envelope.command_id)
    other = answer is not None and answer.fingerprint != fingerprint(envelope)
    if answer is None:
        # An id under which many were issued stands in the record by the ids of its parts only.
        other = await services.store.first_answer(part_command_id(envelope.command_id, 0)) is not None
    if other:
        raise Problem.of(refuse(Code.IDEMPOTENCY_KEY_REUSED))
    return answer


async def found_after(services: Services, caller: Caller, directive_id: UUID, first: Answer | None) -> Found | None:
    """The directive after its command, read back from the record; for a repeat, as it was after the first time."""
    found = await find(services.pool, directive_id, caller.visible)
    if found is None or first is None:
        return found
    state = await as_it_stood(services, directive_id, version=first.last_version)
    if state is None:
        return None
    by = state.last_recorded_at
    children = (await children_of(services.pool, [directive_id], by=by, visible=caller.visible))[directive_id]
    return Found(state, found.units, children)
