"""Finding the directive that an address names, for callers who may see it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from api.auth import Caller
from api.problems import Problem
from api.services import Services
from domain.evolve import fold
from domain.refusals import Code, refuse
from domain.state import DirectiveState
from storage.directives import Found, find, find_by_code, units_of
from storage.pool import Pool

_CODE = re.compile(r"(\d{4})[-/](\d{4,9})", re.ASCII)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


async def directive_for(
    caller: Caller, reference: str, services: Services, *, otherwise: Code = Code.UNKNOWN_DIRECTIVE
) -> Found:
    """By id, or by number with a dash ("2026-0123"). Unknown and not visible give the same 404, so nothing leaks."""
    found = await _find(reference, caller, services)
    if found is None or not caller.may_see(found.units):
        raise Problem.of(refuse(otherwise))
    return found


async def refuse_unknown_parents(caller: Caller, parents: Sequence[UUID | None], pool: Pool) -> None:
    """422 if a directive named as parent is not there or not visible, which is the same answer; of several, with its index.

    Looked up here and not by the rules: a directive never goes away, and who may see it is asked at the edge.
    """
    named = {parent for parent in parents if parent is not None}
    units = await units_of(pool, named) if named else {}
    for index, parent in enumerate(parents):
        if parent is not None and not caller.may_see(units.get(parent, frozenset())):
            extra = {"index": index} if len(parents) > 1 else None
            raise Problem.of(refuse(Code.UNKNOWN_PARENT, parent=str(parent)), extra=extra)


def address_of(reference: str) -> UUID | str | None:
    """The id, or the number with its slash, that a part of an address stands for; None if it is neither."""
    code = _CODE.fullmatch(reference)
    if code is not None:
        return f"{code[1]}/{code[2]}"
    try:
        return UUID(reference)
    except ValueError:
        return None


async def _find(reference: str, caller: Caller, services: Services) -> Found | None:
    match address_of(reference):
        case None:
            return None
        case UUID() as directive_id:
            return await find(services.pool, directive_id, caller.visible)
        case code:
            return await find_by_code(services.pool, code, caller.visible)


async def as_it_stood(
    services: Services, directive_id: UUID, *, version: int | None = None, at: datetime | None = None
) -> DirectiveState | None:
    """The directive at a version, or at an instant by when its events were recorded; None if it was not there then."""
    events = [item.event for item in await services.store.events_of(directive_id)]
    moment = at or _FOR_EVER
    state = fold(e for e in events if e.recorded_at <= moment and (version is None or e.stream_version <= version))
    return state if state is not None and version in (None, state.version) else None
