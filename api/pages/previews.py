"""GET /issue/deadline: what a deadline would come to, for the form while it is filled in; the same is on the form after "look"."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import parse_command
from api.pages.forms import whole_number
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.problems import Problem
from api.services import Services, services_of
from domain.commands import Deadline, IssueDirective
from domain.issuing import policy_of
from domain.policy import Urgency
from domain.preview import DeadlinePreview, preview
from domain.refusals import Refusal

router = APIRouter(include_in_schema=False)

Previewed = DeadlinePreview | str | None
"""What it comes to; or why it cannot be, in words; or nothing to say."""


@router.get("/issue/deadline")
async def deadline(
    request: Request,
    visitor: Visiting,
    working_days: Annotated[str | None, Query(max_length=20)] = None,
    at: Annotated[str | None, Query(max_length=40)] = None,
    urgency: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """A fragment of HTML."""
    given: dict[str, Any] = {"working_days": whole_number(working_days)} if working_days else {"at": at} if at else {}
    found = await previewed(services_of(request), visitor, given, urgency)
    return page(request, "preview.html", visitor=visitor, found=found)


async def previewed(services: Services, visitor: Visitor, deadline_fields: dict[str, Any], urgency: str) -> Previewed:
    """What these fields of a deadline come to if the directive were issued now."""
    if not deadline_fields:
        return None
    try:
        wanted: Deadline = parse_command(Deadline, deadline_fields)
    except Problem:
        return None  # said beside the field when the form is sent
    now = services.now()
    facts = (await services.reference.current()).facts(now)
    chosen = Urgency(urgency) if urgency in set(Urgency) else Urgency.THUONG
    policy = policy_of(IssueDirective(urgency=chosen), facts)
    found = policy if isinstance(policy, Refusal) else preview(wanted, now, policy, facts.calendar)
    return found.message(visitor.language) if isinstance(found, Refusal) else found
