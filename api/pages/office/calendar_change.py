"""/office/calendar/new and /office/calendar/revert: a decision on the calendar is seen before it is taken.

What is sent first comes back as a preview: the days, and what they would move among the open directives. Only what is sent from
there is entered, the way of `dondoc calendar add-swap`: the decision with its event, then the re-projection.
"""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from temporalio.service import RPCError

from api.foreseeing import Foreseen, foreseen
from api.pages.forms import NOTHING, Filled, faults_beside, read_form, texts
from api.pages.office.calendar_form import (
    MOST_ROWS,
    Reading,
    Values,
    place_of,
    rows_in,
    swapped,
    taken_back,
    tidied,
)
from api.pages.office.rights import Keeping, required
from api.pages.rendering import page
from api.pages.visitor import Visitor
from api.problems import Problem
from api.services import Services, services_of
from domain.calendar import CalendarDecision, WorkCalendar
from domain.calendar_decisions import WantedDecision, decide_calendar
from domain.event_values import Actor
from domain.foresight import under_calendar, with_decision
from domain.instants import local
from domain.keeping import Kept
from domain.refusals import Refusal
from storage.calendar import enter_decision, load_calendar
from workflows.waking import start_reprojection

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

NEW, REVERT = "/office/calendar/new", "/office/calendar/revert"
_FORMS: dict[str, Reading] = {NEW: swapped, REVERT: taken_back}


@router.get(NEW)
async def ask_new(request: Request, visitor: Keeping) -> Response:
    """The empty form of a swap, or of days off and days worked."""
    required(visitor, Kept.CALENDAR)
    return _form(request, visitor, NOTHING)


@router.get(REVERT)
async def ask_revert(
    request: Request, visitor: Keeping, number: Annotated[str, Query(max_length=500)] = ""
) -> Response:
    """The form that takes the decision `number` back by a later one."""
    required(visitor, Kept.CALENDAR)
    return _form(request, visitor, Filled({"taken": [number]}))


@router.post(NEW)
async def new(request: Request, visitor: Keeping) -> Response:
    """The form with another row, the preview, or the decision entered."""
    return await _sent(request, visitor)


@router.post(REVERT)
async def revert(request: Request, visitor: Keeping) -> Response:
    """The preview, or the decision entered."""
    return await _sent(request, visitor)


async def _sent(request: Request, visitor: Visitor) -> Response:
    actor = required(visitor, Kept.CALENDAR)
    services, values = services_of(request), tidied(texts(await read_form(request)))
    if "more" in values or "edit" in values:
        return _form(request, visitor, Filled(values), more="more" in values)
    held = await load_calendar(services.pool)
    try:
        wanted = _FORMS[request.url.path](values, held)
        decision = decide_calendar(held, wanted, local(services.now()).date())
        if isinstance(decision, Refusal):
            raise Problem.of(decision)
        # The preview told what this revision would move; under another one it has to be seen again.
        if decision is None or ("confirm" in values and values.get("revision") == [str(decision.revision)]):
            return await _entered(services, wanted, actor)
    except Problem as problem:
        if problem.status != 422:
            raise
        return _form(request, visitor, _refilled(problem, request, visitor, values), status=422)
    return await _preview(request, visitor, values, held, decision)


async def _entered(services: Services, wanted: WantedDecision, actor: Actor) -> Response:
    decision = await enter_decision(services.pool, wanted, actor)
    if isinstance(decision, Refusal):
        raise Problem.of(decision)
    if decision is not None:
        log.info("calendar.decided", number=decision.number, revision=decision.revision, by=actor.user)
        await _bring(services)
    year = min(entry.day for entry in wanted.entries).year
    return RedirectResponse(f"/office/calendar?year={year}&done={'entered' if decision else 'known'}", 303)


async def _bring(services: Services) -> None:
    """Have it brought to the open directives; where Temporal is away the workers do it, for they look every ten minutes."""
    try:
        await start_reprojection(services.client, services.task_queue)
    except (RPCError, RuntimeError, TimeoutError) as error:
        log.warning("calendar.reprojection_left", error=repr(error))


async def _preview(
    request: Request, visitor: Visitor, values: Values, held: WorkCalendar, decision: CalendarDecision
) -> Response:
    services, now = services_of(request), services_of(request).now()
    found = await _foreseen(services, held, decision)
    units = visitor.caller.visible
    return page(
        request,
        "office/calendar_preview.html",
        visitor=visitor,
        now=now,
        decision=decision,
        foreseen=found,
        moves=[move for move in found.first if not units.isdisjoint((move.state.lead_unit, *move.state.above))],
        again="confirm" in values,
        values=[(name, text) for name, held_ in values.items() if name not in _BUTTONS for text in held_],
        takes_back=request.url.path == REVERT,
        back=f"{REVERT}?number={quote(values.get('taken', [''])[0])}" if request.url.path == REVERT else NEW,
    )


_BUTTONS = ("confirm", "edit", "more", "look", "revision")


async def _foreseen(services: Services, held: WorkCalendar, decision: CalendarDecision) -> Foreseen:
    now, reference = services.now(), await services.reference.current()
    facts = replace(reference.facts(now), calendar=with_decision(held, decision))
    return await foreseen(
        services.pool,
        lambda state, parent: under_calendar(state, decision, now, replace(facts, parent=parent)),
    )


def _refilled(problem: Problem, request: Request, visitor: Visitor, values: Values) -> Filled:
    """What was typed, with what is wrong beside its field; what is about the whole, above the form."""
    faults = faults_beside(problem.faults, visitor.language)
    whole = problem.document(request, visitor.language)["detail"]
    if not faults and problem.refusal is not None and (place := place_of(problem.refusal, values)):
        faults = {place: whole}
    return Filled(values, faults, "" if faults else whole)


def _form(request: Request, visitor: Visitor, filled: Filled, *, more: bool = False, status: int = 200) -> Response:
    template = "office/calendar_revert.html" if request.url.path == REVERT else "office/calendar_new.html"
    rows = min(MOST_ROWS, max(1, len(rows_in(filled.values)) + more))
    return page(request, template, visitor=visitor, status=status, filled=filled, rows=rows, most=MOST_ROWS)
