"""GET and POST /substitutions: who acts for whom, decided by administrators, and by leaders for themselves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.auth import Caller, SignedIn
from api.bodies import parse_command, read_object, take_command_id
from api.problems import Problem
from api.schemas import request_body
from api.services import Services, services_of
from api.substitution_bodies import SubstitutionBody, SubstitutionEndBody
from domain.directory import Role
from domain.directory_error import DirectoryError
from domain.event_values import Actor
from domain.instants import local
from domain.permissions import as_actor
from domain.refusals import Code, refuse
from domain.reorganising import substituted, substitution_ended
from domain.substitution import Substitution
from domain.validity import DatedDirectory
from storage.directory import Plan, revise

router = APIRouter()


@router.get("/substitutions", summary="Ủy quyền: ai thay ai")
async def substitutions(request: Request, caller: SignedIn) -> dict[str, Any]:
    """Those of the caller, given or taken, and those of people in units that the caller sees; in order of their first days."""
    services = services_of(request)
    dated = (await services.reference.current()).dated
    shown = [one for one in dated.substitutions.values() if _may_see(one, caller)]
    return {"items": [substitution_view(one, dated) for one in shown]}


@router.post("/substitutions", status_code=201, summary="Ủy quyền", openapi_extra=request_body("SubstitutionBody"))
async def decide(request: Request, caller: SignedIn) -> JSONResponse:
    """One person acts for another. A repeat under the same key or `command_id` gets the first answer."""
    services = services_of(request)
    fields = await read_object(request)
    command_id, _ = take_command_id(request, fields, caller.person.username)
    body: SubstitutionBody = parse_command(SubstitutionBody, fields)
    absent = body.absent or caller.person.username
    wanted = Substitution(**body.model_dump(exclude={"absent"}), absent=absent, id=command_id)
    await _change(services, lambda held: substituted(held, wanted), _deciding(caller, absent))
    return JSONResponse(await _as_it_is(services, command_id), 201)


@router.post(
    "/substitutions/{substitution}/end",
    summary="Kết thúc ủy quyền sớm",
    openapi_extra=request_body("SubstitutionEndBody"),
)
async def end(request: Request, caller: SignedIn, substitution: UUID) -> dict[str, Any]:
    """It ends with an earlier day than was decided. What was done in its time stays done."""
    services = services_of(request)
    fields = await read_object(request)
    take_command_id(request, fields, caller.person.username)  # ending twice with the same day is no change anyway
    body: SubstitutionEndBody = parse_command(SubstitutionEndBody, fields)
    known = (await services.reference.current()).dated.substitutions.get(substitution)
    if known is None or not _may_see(known, caller):
        raise Problem(404, "not_found")
    today = local(services.now()).date()
    last_day = body.last_day or today - timedelta(days=1)
    await _change(
        services,
        lambda held: substitution_ended(held, substitution, last_day, today, body.decision_number),
        _deciding(caller, known.absent),
    )
    return await _as_it_is(services, substitution)


def substitution_view(one: Substitution, dated: DatedDirectory) -> dict[str, Any]:
    """A substitution with both names."""
    names = {f"{part}_name": dated.people[getattr(one, part)].full_name for part in ("absent", "substitute")}
    return one.model_dump(mode="json") | names


def _may_see(one: Substitution, caller: Caller) -> bool:
    absent = caller.directory.people.get(one.absent)
    return caller.person.username in (one.absent, one.substitute) or (
        absent is not None and absent.unit in caller.visible
    )


def _deciding(caller: Caller, absent: str) -> Actor:
    """An administrator over the absent person's unit, or a leader who is the absent person; 403 for anybody else."""
    person, directory = caller.person, caller.directory
    of = directory.people.get(absent)
    for grant in person.roles:
        over = of is not None and grant.role is Role.ADMIN and directory.covers(grant.unit, of.unit)
        if over or (grant.role is Role.LEADER and absent == person.username):
            return as_actor(person, grant)
    raise Problem.of(refuse(Code.NOT_PERMITTED, user=person.username, command="substitute"))


async def _change(services: Services, plan: Plan, actor: Actor) -> None:
    try:
        await revise(services.pool, plan, actor)
    except DirectoryError as error:
        raise Problem(422, error.code, reason=(error.vietnamese, error.english)) from None


async def _as_it_is(services: Services, one: UUID) -> dict[str, Any]:
    dated = (await services.reference.current()).dated
    return substitution_view(dated.substitutions[one], dated)
