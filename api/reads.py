"""GET /audit/reads and /me/reads: who opened what, when, for auditors and administrators; and for everyone their own."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from api.auth import Caller, SignedIn
from api.cursors import decode, encode
from api.lookup import directive_for
from api.params import Moment
from api.problems import Problem
from api.reading import note, note_directive
from api.services import services_of
from api.views import read_view
from domain.directory import Role
from domain.reading import Opened
from storage.pool import Pool
from storage.reads import ReadFilter, reads_page

router = APIRouter()

LOOKERS = (Role.AUDITOR, Role.ADMIN)
_SORT = "-read_id"

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=1000)]


@router.get("/audit/reads", summary="Ai đã xem gì, khi nào")
async def audit_reads(
    request: Request,
    caller: SignedIn,
    directive: Annotated[str | None, Query(max_length=100)] = None,
    user: Annotated[str | None, Query(max_length=200)] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Newest first, for auditors and administrators: reads of directives of their units, and other reads by people of these.

    `directive` is an id or a number like 2026-0123, `from` and before `to` are instants. This look-up is noted as well.
    """
    services, scope = services_of(request), reads_scope(caller)
    found = await directive_for(caller, directive, services) if directive is not None else None
    if found is not None:
        await note_directive(services, caller, Opened.READS, found, detail=user or "")
    else:
        await note(services, caller, Opened.READS, units=scope, detail=user or "")
    wanted = ReadFilter(
        directive=found.state.id if found else None,
        reader=user,
        since=since,
        until=until,
        scope=scope,
        unattributed=scope.issuperset(caller.directory.units),
    )
    return await _page(services.pool, wanted, limit, cursor)


@router.get("/me/reads", summary="Tôi đã xem gì")
async def my_reads(request: Request, caller: SignedIn, limit: Limit = 50, cursor: Cursor = None) -> dict[str, Any]:
    """What is noted of the caller's own reading, newest first."""
    return await _page(services_of(request).pool, ReadFilter(reader=caller.person.username), limit, cursor)


def reads_scope(caller: Caller) -> frozenset[str]:
    """The units over which the caller is auditor or administrator, in their own right; 403 for anybody else."""
    grants = [grant for grant in caller.person.roles if grant.role in LOOKERS]
    if not grants:
        raise Problem(403, "auditors_only")
    return frozenset().union(*(caller.directory.below(grant.unit) for grant in grants))


async def _page(pool: Pool, wanted: ReadFilter, limit: int, cursor: str | None) -> dict[str, Any]:
    key = decode(_SORT, cursor)
    items, following = await reads_page(pool, wanted, limit, _number(key[0]) if key else None)
    return {
        "items": [read_view(one) for one in items],
        "next_cursor": encode(_SORT, (str(following), "") if following is not None else None),
    }


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Problem(422, "invalid_cursor")
    return int(text)
