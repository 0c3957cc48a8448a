"""Recurring directives over HTTP: set one up, look at it, pause, resume, end, backfill.

The record comes first and is what counts; the Temporal Schedule follows it, at the latest when a worker next looks.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import structlog
from fastapi import APIRouter, Path, Query
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from temporalio.service import RPCError

from api.auth import Caller, SignedIn
from api.bodies import parse_command, read_object, take_command_id
from api.cursors import decode, encode
from api.faults import faults_of
from api.language import language_of
from api.lookup import refuse_unknown_parents
from api.problems import Problem
from api.reading import note
from api.recurrence_views import change_view, occurrence_views, recurrence_view
from api.schemas import request_body
from api.services import Services, services_of
from domain.ids import recurrence_id_for
from domain.period import Period
from domain.reading import Opened
from domain.recurrence import Recurrence, SetUpRecurrence, Status
from domain.recurring import CHANGE_COMMANDS, Outcome, RecurrenceChange, backfilled, change, set_up
from domain.refusals import Code, Refusal, refuse
from storage.directives import find
from storage.recurrences import (
    RecurrenceMoved,
    changes_of,
    find_recurrence,
    first_change,
    occurrences,
    outcomes_of,
    recurrence_fingerprint,
    recurrences_page,
    save,
    units_of_recurrence,
)

log = structlog.get_logger()
router = APIRouter()

SCHEDULE_SECONDS = 5.0
BACKFILL_SECONDS = 12.0
"""So long a backfill's answer waits for the occurrences; what is still pending then is shown later."""
MOST_OCCURRENCES = 200
READS = 5


@router.post(
    "/recurrences",
    status_code=201,
    summary="Lập nhiệm vụ định kỳ",
    openapi_extra=request_body("RecurrenceBody"),
)
async def set_up_recurrence(request: Request, caller: SignedIn) -> JSONResponse:
    """A template and a rule; each period's occurrence will be a directive of its own, in the caller's name."""
    services, user = services_of(request), caller.person.username
    fields = await read_object(request)
    command_id, _ = take_command_id(request, fields, user)
    wanted: SetUpRecurrence = parse_command(SetUpRecurrence, fields)
    recurrence_id = recurrence_id_for(command_id)
    own = recurrence_fingerprint(user, recurrence_id, wanted)
    if await _given_before(services, command_id, own) is None:
        await refuse_unknown_parents(caller, [wanted.template.parent], services.pool)
        reference = await services.reference.current()
        above = await find(services.pool, wanted.template.parent) if wanted.template.parent else None
        parent = above.state if above else None
        facts = reference.facts(services.now(), parent)
        try:
            decided = set_up(recurrence_id, wanted, user, services.now(), facts)
        except ValidationError as error:
            raise Problem.faulty(faults_of(error.errors(include_url=False), "template.")) from None
        if isinstance(decided, Refusal):
            raise Problem.of(decided)
        try:
            await save(services.pool, *decided, command_id, own)
        except asyncpg.UniqueViolationError:  # the same at the same time
            await _given_before(services, command_id, own)
        await _put_off_if_away(services.schedules.match(decided[0]))
    answer = await _whole(request, services, caller, recurrence_id)
    return JSONResponse(answer, 201, {"Location": f"/api/v1/recurrences/{recurrence_id}"})


@router.get("/recurrences", summary="Danh sách nhiệm vụ định kỳ")
async def list_recurrences(
    request: Request,
    caller: SignedIn,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> dict[str, Any]:
    """A page of what the caller may see, newest first."""
    services, now = services_of(request), services_of(request).now()
    after = decode("-created_at", cursor)
    found = await recurrences_page(services.pool, caller.visible, status=status, limit=limit, after=after)
    calendar = await services.calendar()
    return {
        "items": [recurrence_view(one, now, calendar) for one in found.items],
        "next_cursor": encode("-created_at", found.next_key),
        "total": found.total,
    }


@router.get("/recurrences/{recurrence_id}", summary="Một nhiệm vụ định kỳ với các kỳ của nó")
async def one_recurrence(request: Request, caller: SignedIn, recurrence_id: UUID) -> dict[str, Any]:
    """The recurrence with what was done to it, its occurrences (also refused ones, with their code), and the next times."""
    services = services_of(request)
    found = await _visible(services, caller, recurrence_id)
    units = frozenset(units_of_recurrence(found))
    await note(services, caller, Opened.RECURRENCE, units=units, subject=found.id, version=found.version)
    return await _whole(request, services, caller, recurrence_id)


@router.post(
    "/recurrences/{recurrence_id}/{command}",
    summary="Tạm dừng, tiếp tục, kết thúc, giao bù",
    openapi_extra=request_body("RecurrenceCommandBody"),
)
async def change_recurrence(
    request: Request,
    caller: SignedIn,
    recurrence_id: UUID,
    command: Annotated[str, Path(json_schema_extra={"enum": list(CHANGE_COMMANDS)})],
) -> JSONResponse:
    """pause, resume or end it, or backfill the periods `from` … `to`; the answer of a backfill says what became of each."""
    services, user = services_of(request), caller.person.username
    model = CHANGE_COMMANDS.get(command)
    if model is None:
        raise Problem(404, "unknown_command", command=command, commands=", ".join(CHANGE_COMMANDS))
    await _visible(services, caller, recurrence_id)
    fields = await read_object(request)
    command_id, _ = take_command_id(request, fields, user)
    asked = parse_command(model, fields)
    own = recurrence_fingerprint(user, recurrence_id, asked)
    refused = _refusals(await outcomes_of(services.pool, recurrence_id))
    done = await _given_before(services, command_id, own)
    if done is None:
        done = await _change(services, caller, recurrence_id, asked, (command_id, own))
    recurrence = await _visible(services, caller, recurrence_id)
    periods = backfilled(recurrence, done)
    await _put_off_if_away(_follow(services, recurrence, periods))
    answer: dict[str, Any] = {}
    if periods:
        answer["periods"] = await _became(services, recurrence_id, periods, refused)
    return JSONResponse(await _whole(request, services, caller, recurrence_id) | answer)


async def _change(
    services: Services, caller: Caller, recurrence_id: UUID, asked: Any, wish: tuple[UUID, bytes]
) -> RecurrenceChange:
    """Decide and write; decided again when another change came in between."""
    for _ in range(READS):
        recurrence = await _visible(services, caller, recurrence_id)
        decided = change(recurrence, asked, caller.person.username, services.now(), caller.directory)
        if isinstance(decided, Refusal):
            raise Problem.of(decided)
        status, done = decided
        after = recurrence.model_copy(update={"status": status, "version": done.number})
        try:
            await save(services.pool, after, done, *wish)
        except RecurrenceMoved:
            continue
        except asyncpg.UniqueViolationError:
            first = await _given_before(services, *wish)
            if first is not None:
                return first
            continue
        return done
    raise RecurrenceMoved(f"recurrence {recurrence_id} changed under {READS} decisions")


async def _follow(services: Services, recurrence: Recurrence, periods: list[Period]) -> None:
    await services.schedules.match(recurrence)
    await services.schedules.backfill(recurrence, periods)


async def _put_off_if_away(work: Awaitable[None]) -> None:
    """Without Temporal the change stands all the same: a worker brings the schedules to the record when it is back."""
    try:
        async with asyncio.timeout(SCHEDULE_SECONDS):
            await work
    except (RPCError, RuntimeError, TimeoutError) as error:  # a lazy client that cannot connect raises RuntimeError
        log.warning("schedule.put_off", error=repr(error))


async def _became(
    services: Services, recurrence_id: UUID, periods: list[Period], before: Counter[str]
) -> list[dict[str, str]]:
    """What became of the periods asked for, waiting a while: issued, refused once more than before, or pending."""
    limit = monotonic() + BACKFILL_SECONDS
    while True:
        outcomes = await outcomes_of(services.pool, recurrence_id)
        became = dict.fromkeys((str(period) for period in periods), "pending")
        became |= dict.fromkeys(became.keys() & (_refusals(outcomes) - before).keys(), "refused")
        became |= dict.fromkeys(became.keys() & {one.period for one in outcomes if one.refused_at is None}, "issued")
        if "pending" not in became.values() or monotonic() > limit:
            return [{"period": period, "outcome": outcome} for period, outcome in became.items()]
        await asyncio.sleep(0.1)


def _refusals(outcomes: list[Outcome]) -> Counter[str]:
    """How often each period was refused."""
    return Counter(one.period for one in outcomes if one.refused_at is not None)


async def _given_before(services: Services, command_id: UUID, own: bytes) -> RecurrenceChange | None:
    """The change that this very wish has led to; 422 if the id stands for another one."""
    first = await first_change(services.pool, command_id)
    if first is not None and first.fingerprint != own:
        raise Problem.of(refuse(Code.IDEMPOTENCY_KEY_REUSED))
    return first.change if first else None


async def _visible(services: Services, caller: Caller, recurrence_id: UUID) -> Recurrence:
    """Unknown and not visible give the same 404."""
    found = await find_recurrence(services.pool, recurrence_id)
    if found is None or not caller.may_see(found.units):
        raise Problem.of(refuse(Code.UNKNOWN_RECURRENCE))
    return found.recurrence


async def _whole(request: Request, services: Services, caller: Caller, recurrence_id: UUID) -> dict[str, Any]:
    recurrence, now = await _visible(services, caller, recurrence_id), services.now()
    changes = await changes_of(services.pool, recurrence_id)
    issued, refused = await occurrences(services.pool, recurrence_id, MOST_OCCURRENCES)
    return recurrence_view(recurrence, now, await services.calendar()) | {
        "changes": [change_view(one) for one in changes],
        "occurrences": occurrence_views(issued, refused, now, language_of(request)),
    }
