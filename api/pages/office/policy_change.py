"""/office/policies/{code}/change: another version of a policy is written, seen with what it means, and adopted.

The way of `dondoc policies adopt`: the same checks, the same event, in the name of the administrator who is signed in.
"""

from dataclasses import replace
from typing import Any

import asyncpg
import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import parse_command
from api.faults import Fault
from api.foreseeing import foreseen
from api.pages.forms import NOTHING, Filled, faults_beside, read_form, texts
from api.pages.office.policies import field_named, in_force
from api.pages.office.rights import Keeping, required
from api.pages.rendering import page
from api.pages.visitor import Visitor
from api.problems import Problem
from api.services import Services, services_of
from domain import policy_words
from domain.event_values import Actor
from domain.foresight import under_policy
from domain.keeping import Kept
from domain.policy import Policy
from domain.policy_changes import changes_between
from domain.policy_document import Unreadable, as_bare_yaml, fields_in
from domain.policy_faults import in_vietnamese
from storage.reference import Reference, adopt_policies

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

LONGEST = 20_000


@router.get("/office/policies/{code}/change")
async def ask(request: Request, visitor: Keeping, code: str) -> Response:
    """The policy in force as text, with the next version's number."""
    required(visitor, Kept.POLICIES)
    held = in_force(await services_of(request).reference.current(), code)
    return _form(request, visitor, held, _next(held), NOTHING)


@router.post("/office/policies/{code}/change")
async def change(request: Request, visitor: Keeping, code: str) -> Response:
    """The preview of what was written; from there, its adoption."""
    actor = required(visitor, Kept.POLICIES)
    services = services_of(request)
    values = texts(await read_form(request))
    text = values.get("document", [""])[0]
    reference = await services.reference.current()
    held = in_force(reference, code)
    if "edit" in values:
        return _form(request, visitor, held, text, NOTHING)
    try:
        wanted = _read(text, held, reference)
        # In a dry run too: what contradicts another policy is told before anybody confirms it.
        sure = "confirm" in values
        adopted = await _adopted(services, wanted, actor, dry_run=not sure)
    except (Problem, ValueError) as error:
        if isinstance(error, Problem) and error.status != 422:
            raise
        return _form(request, visitor, held, text, _faults(error, request, visitor), status=422)
    if not sure and adopted:
        return await _preview(request, visitor, held, wanted, text)
    if adopted:
        log.info("policy.adopted", policy=wanted.label, by=actor.user)
    return RedirectResponse(f"/office/policies/{code}?done={'adopted' if adopted else 'known'}", 303)


async def _adopted(services: Services, wanted: Policy, actor: Actor, *, dry_run: bool) -> list[str]:
    try:
        return await adopt_policies(services.pool, [wanted], actor, dry_run=dry_run)
    except asyncpg.UniqueViolationError:
        # Somebody adopted this version at the same moment: the second time it is there, the same or another one.
        return await adopt_policies(services.pool, [wanted], actor, dry_run=dry_run)


def _read(text: str, held: Policy, reference: Reference) -> Policy:
    """The policy in the text: of this code, and the version after the one in force; or the same once more."""
    if len(text) > LONGEST:
        reason = (f"dài quá {LONGEST} ký tự", f"has more than {LONGEST} characters")
        raise Problem.faulty([Fault("document", "text_too_long", reason)])
    wanted: Policy = parse_command(Policy, fields_in(text))
    if wanted.code != held.code:
        reason = (f"phải là {held.code}: mã không đổi", f"must be {held.code}: a code does not change")
        raise Problem.faulty([Fault("code", "invalid_field", reason)])
    if reference.policy_versions.get(wanted.label) != wanted and wanted.version != held.version + 1:
        number = held.version + 1
        reason = (f"phải là {number}, tiếp theo bản đang có hiệu lực", f"must be {number}, after the one in force")
        raise Problem.faulty([Fault("version", "invalid_field", reason)])
    return wanted


def _faults(error: Problem | ValueError, request: Request, visitor: Visitor) -> Filled:
    """Every fault of the document, by the names of its fields."""
    english = visitor.language == "en"
    if isinstance(error, Unreadable):
        return Filled({}, {"": _sentence(error.english if english else error.vietnamese)})
    if isinstance(error, Problem):
        faults = faults_beside([_in_both(fault) for fault in error.faults], visitor.language)
        return Filled({}, faults or {"": error.document(request, visitor.language)["detail"]})
    return Filled({}, {"": _sentence(str(error) if english else in_vietnamese(str(error)))})


def _in_both(fault: Fault) -> Fault:
    """The fault in both languages, where a policy's own check has found it: that speaks English alone."""
    vietnamese, english = fault.reason
    english = english.removeprefix("Value error, ")
    return replace(fault, reason=(in_vietnamese(english), english)) if vietnamese == fault.reason[1] else fault


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _next(held: Policy) -> str:
    return as_bare_yaml(held.model_copy(update={"version": held.version + 1}))


async def _preview(request: Request, visitor: Visitor, held: Policy, wanted: Policy, text: str) -> Response:
    services, now = services_of(request), services_of(request).now()
    calendar = await services.calendar()
    found = await foreseen(
        services.pool,
        lambda state, _: under_policy(state, wanted, now, calendar) if state.policy_code == wanted.code else None,
    )
    return page(
        request,
        "office/policy_preview.html",
        visitor=visitor,
        now=now,
        held=held,
        wanted=wanted,
        change=changes_between({held.code: held}, [wanted])[0],
        document=text,
        under={label: count for label, count in found.policies.items() if label.partition("@")[0] == wanted.code},
        foreseen=found,
        moves=[move for move in found.first if move.state.lead_unit in visitor.caller.visible],
        words=policy_words,
        named=field_named(visitor),
    )


def _form(
    request: Request, visitor: Visitor, held: Policy, text: str, filled: Filled, *, status: int = 200
) -> Response:
    shown: dict[str, Any] = {"policy": held, "document": text, "filled": filled, "longest": LONGEST}
    return page(request, "office/policy_change.html", visitor=visitor, status=status, **shown)
