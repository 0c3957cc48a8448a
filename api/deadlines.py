"""GET /directives/deadline: what a deadline would come to, for whoever is about to issue."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from api.auth import SignedIn
from api.problems import Problem
from api.services import services_of
from domain.commands import Deadline
from domain.days import MomentOrDay
from domain.issuing import policy_named
from domain.policy import SourceKind, Urgency, applicable
from domain.preview import preview
from domain.refusals import Refusal

router = APIRouter()


@router.get("/directives/deadline", summary="Xem trước thời hạn")
async def deadline(
    request: Request,
    _: SignedIn,
    working_days: Annotated[int | None, Query(ge=1, le=1000)] = None,
    at: MomentOrDay | None = None,
    urgency: Urgency = Urgency.THUONG,
    kind: SourceKind | None = None,
    policy: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, Any]:
    """When a directive that was issued now would be due, with either `working_days` or `at`, a day or an instant.

    `days_off` are the days that the count skipped, with their names; `worked_weekends` those that it took along; `moved_from` the
    day that was named where it is off. The policy is the one that `urgency` and the `kind` of source call for, or `policy`.
    """
    if (working_days is None) == (at is None):
        reason = ("cần đúng một trong working_days và at", "exactly one of working_days and at is needed")
        raise Problem(422, "invalid_parameter", field="working_days", reason=reason)
    services = services_of(request)
    now, reference = services.now(), await services.reference.current()
    code = policy or applicable(reference.policies.values(), urgency, kind)
    ruling = policy_named(code, reference.facts(now))
    if isinstance(ruling, Refusal):
        raise Problem.of(ruling)
    found = preview(Deadline(working_days=working_days, at=at), now, ruling, reference.calendar)
    if isinstance(found, Refusal):
        raise Problem.of(found)
    return found.model_dump(mode="json") if found else {}
