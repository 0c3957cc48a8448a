"""Finding the directive that an address names, for callers who may see it."""

from uuid import UUID

from api.auth import Caller
from api.problems import Problem
from api.services import Services
from domain.refusals import Code, refuse
from storage.directives import Found, find, find_by_code


async def directive_for(caller: Caller, reference: str, services: Services) -> Found:
    """By id, or by number with a dash ("2026-0123"). Unknown and not visible give the same 404, so nothing leaks."""
    found = await _find(reference, services)
    if found is None or not caller.may_see(found.units):
        raise Problem.of(refuse(Code.UNKNOWN_DIRECTIVE))
    return found


async def _find(reference: str, services: Services) -> Found | None:
    try:
        return await find(services.pool, UUID(reference))
    except ValueError:
        return await find_by_code(services.pool, reference.replace("-", "/", 1))
