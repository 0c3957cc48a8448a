"""The auditor's first page: how far the record is signed, what contradicts it, and the ways on."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.audit.heads import heads_of
from api.pages.audit.visitors import Auditing, note_page, places
from api.pages.rendering import page
from api.services import services_of
from audit.reconcile.kinds import NAMES, Kind
from storage.directives import find_many
from storage.log import head_position, last_checkpoint, last_contradictions, last_copies
from storage.pool import Pool
from storage.reconciliation import FoundDifference, compared_to, found_differences

router = APIRouter(include_in_schema=False)

SHOWN = 50


@dataclass(frozen=True)
class Open:
    """A difference between record and histories that stands."""

    found: FoundDifference
    kind: tuple[str, str]
    code: str | None


@router.get("/audit")
async def audit_home(request: Request, visitor: Auditing) -> Response:
    """Checkpoint, differences, places outside."""
    services = services_of(request)
    await note_page(request, visitor, "desk")
    pool = services.pool
    last, head = await last_checkpoint(pool), await head_position(pool)
    compared, looked_at = await compared_to(pool)
    found = await found_differences(pool, limit=SHOWN + 1, visible=visitor.caller.visible)
    return page(
        request,
        "audit/home.html",
        visitor=visitor,
        now=services.now(),
        position=head,
        watch="all",
        places=places(visitor),
        last=(await heads_of(pool, [last]))[0] if last else None,
        head=head,
        behind=head - (last.size if last else 0),
        compared=compared,
        looked_at=looked_at,
        differences=await _open(pool, found[:SHOWN]),
        more=len(found) > SHOWN,
        copies=await last_copies(pool),
        contradictions=await last_contradictions(pool),
    )


async def _open(pool: Pool, found: list[FoundDifference]) -> list[Open]:
    states = await find_many(pool, list({one.directive_id for one in found}))
    codes = {directive_id: state.code for directive_id, state in states.items()}
    return [Open(one, NAMES[Kind(one.kind)], codes.get(one.directive_id)) for one in found]
