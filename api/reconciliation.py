"""GET /audit/reconciliation: where record and Temporal's histories did not agree, as the workers found it last."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from api.auditing import Auditor
from api.reading import audit_opened
from api.services import services_of
from audit.reconcile.kinds import NAMES, Kind
from domain.instants import rfc3339
from storage.directives import find_many
from storage.reconciliation import FoundDifference, compared_to, found_differences

router = APIRouter()


@router.get("/audit/reconciliation", summary="Sai lệch giữa bản ghi và Temporal")
async def reconciliation(
    request: Request,
    caller: Auditor,
    gone: bool = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """For auditors and administrators: differences of directives that they may see, those seen last first.

    A directive that the record does not have belongs to no unit: every auditor may know of it.
    With `gone` also those that a later look no longer found. Directives up to `compared_to` have been compared.
    """
    await audit_opened(request, caller)
    pool = services_of(request).pool
    position, at = await compared_to(pool)
    found = await found_differences(pool, gone_too=gone, limit=limit, visible=caller.visible)
    states = await find_many(pool, list({one.directive_id for one in found}))
    return {
        "compared_to": position,
        "looked_at": rfc3339(at) if at else None,
        "items": [_view(one, states[one.directive_id].code if one.directive_id in states else None) for one in found],
    }


def _view(one: FoundDifference, code: str | None) -> dict[str, Any]:
    vietnamese, english = NAMES[Kind(one.kind)]
    return {
        "directive": str(one.directive_id),
        "code": code,
        "kind": one.kind,
        "kind_name": {"vi": vietnamese, "en": english},
        "run_id": one.run_id or None,
        "history_event": one.history_event or None,
        "position": one.position or None,
        "detail": {"vi": one.vietnamese, "en": one.english},
        "first_seen": rfc3339(one.first_seen),
        "last_seen": rfc3339(one.last_seen),
        "gone_at": rfc3339(one.gone_at) if one.gone_at else None,
    }
