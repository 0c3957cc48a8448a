"""/office/people/new and /office/people/{username}: adding people, and changing where they work, in which roles, under which name.

What is changed goes the way of `dondoc users import`: one plan, checked under the lock of the directory, each change an event in
the name of the administrator who is signed in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import parse_command
from api.language import Words, said
from api.pages.forms import NOTHING, Filled, faults_beside, read_form, texts
from api.pages.office.person_form import (
    MOST_ROLES,
    Values,
    Wanted,
    When,
    filled_from,
    is_there,
    roles_in,
    tidied,
    wanted_from,
)
from api.pages.office.rights import Keeping, required, units_in_reach
from api.pages.rendering import page
from api.pages.visitor import Visitor
from api.problems import Problem
from api.services import Services, services_of
from domain.difference import Difference
from domain.directory import Person, Role
from domain.directory_changes import DirectoryChange, PersonDeactivated, PersonReactivated
from domain.directory_error import DirectoryError
from domain.directory_import import imported_people
from domain.event_values import Actor
from domain.instants import local
from domain.keeping import Kept, check_administered, units_behind
from domain.validity import DatedDirectory
from domain.wording import ROLE_NAMES
from storage.directory import revise
from storage.importing import bring_in
from storage.registries import changes_of_person
from storage.sessions import end_sessions_of, sessions_of
from storage.tokens import tokens_of

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

NEW = "/office/people/new"
CHANGES_SHOWN = 30
_TAKEN = DirectoryError("đã có người dùng này", "there is such a user already", code="username_taken")


@router.get(NEW)
async def ask_new(request: Request, visitor: Keeping) -> Response:
    """The empty form."""
    required(visitor, Kept.PEOPLE)
    return _new_page(request, visitor, NOTHING)


@router.post(NEW)
async def add(request: Request, visitor: Keeping) -> Response:
    """Add the person; the form again with another row of roles, or with what stands in the way."""
    actor = required(visitor, Kept.PEOPLE)
    services, values = services_of(request), texts(await read_form(request))
    rows = _rows_only(values)
    if rows is not None:
        return _new_page(request, visitor, Filled(rows), more="add" in values)
    values, held = tidied(values), visitor.caller.dated
    try:
        wanted = wanted_from(values, held, _today(services), units_in_reach(visitor, Kept.PEOPLE), known=None)
        await _bring(services, wanted, actor, new=True)
    except Problem as problem:
        if problem.status != 422:
            raise
        return _new_page(request, visitor, _refilled(problem, request, visitor, values), status=422)
    return RedirectResponse(f"/office/people/{wanted.person.username}?done=added", 303)


@router.get("/office/people/{username}")
async def ask(
    request: Request, visitor: Keeping, username: str, done: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The person with the form, their sign-ins, and what was changed before."""
    return await shown(request, visitor, found_for(request, visitor, username), done=done)


@router.post("/office/people/{username}")
async def change(request: Request, visitor: Keeping, username: str) -> Response:
    """Bring the person to what was filled in."""
    known = found_for(request, visitor, username)
    actor = required(visitor, Kept.PEOPLE)
    services, values = services_of(request), texts(await read_form(request))
    rows = _rows_only(values)
    if rows is not None:
        return await shown(request, visitor, known, filled=Filled(rows), more="add" in values)
    values, held = tidied(values), visitor.caller.dated
    try:
        wanted = wanted_from(values, held, _today(services), units_in_reach(visitor, Kept.PEOPLE), known=known)
        changed = await _bring(services, wanted, actor, new=False)
    except Problem as problem:
        if problem.status != 422:
            raise
        return await shown(request, visitor, known, filled=_refilled(problem, request, visitor, values), status=422)
    return RedirectResponse(f"/office/people/{username}?done={'saved' if changed else 'unchanged'}", 303)


@router.post("/office/people/{username}/active")
async def activate(request: Request, visitor: Keeping, username: str) -> Response:
    """Let the person act no more, or again. Who may act no more is signed out everywhere."""
    known = found_for(request, visitor, username)
    actor = required(visitor, Kept.PEOPLE)
    services, values = services_of(request), texts(await read_form(request))
    active = values.get("active", [""])[0] == "yes"
    today, typed = _today(services), values.get("decision", [""])[0].strip()
    decision = typed or None

    def plan(held: DatedDirectory) -> Sequence[DirectoryChange]:
        if held.people[username].active == active:
            return []
        kind = PersonReactivated if active else PersonDeactivated
        changes: list[DirectoryChange] = [kind(username=username, decision_number=decision)]
        check_administered(held, changes, today)
        return changes

    try:
        parse_command(When, {"decision": decision})
        await revise(services.pool, plan, actor)
    except (DirectoryError, Problem) as error:
        reason = _reason(error, visitor)
        filled = Filled({**filled_from(known).values, "active.decision": [typed]}, {"active": reason})
        return await shown(request, visitor, known, filled=filled, status=422)
    if not active:
        await end_sessions_of(services.pool, username)
    services.sign_ins.forget(username)
    log.info("person.reactivated" if active else "person.deactivated", username=username, by=actor.user)
    return RedirectResponse(f"/office/people/{username}?done={'reactivated' if active else 'deactivated'}", 303)


def found_for(request: Request, visitor: Visitor, username: str) -> Person:
    """The person as of today, or as they will first be; 403 for who administers nobody, 404 for somebody out of reach."""
    required(visitor, Kept.PEOPLE)
    dated = visitor.caller.dated.people.get(username)
    if dated is None:
        raise Problem(404, "not_found")
    person = visitor.caller.directory.people.get(username) or dated.on(dated.spells[0].since)
    today = local(services_of(request).now()).date()
    if person is None or not units_behind(username, visitor.caller.dated, today) <= units_in_reach(
        visitor, Kept.PEOPLE
    ):
        raise Problem(404, "not_found")
    return person


async def shown(
    request: Request,
    visitor: Visitor,
    person: Person,
    *,
    filled: Filled | None = None,
    more: bool = False,
    status: int = 200,
    done: str = "",
    secret: str = "",
    made: str = "",
) -> Response:
    """The page of a person; `made` says what the secret is, which is shown this once."""
    services = services_of(request)
    filled = filled or filled_from(person)
    return page(
        request,
        "office/person.html",
        visitor=visitor,
        status=status,
        person=person,
        posts=visitor.caller.dated.people[person.username].spells,
        filled=filled,
        rows=_rows_shown(filled, more=more),
        done=done,
        secret=secret,
        made=made,
        own=person.username == visitor.caller.person.username,
        sessions=await sessions_of(services.pool, person.username),
        tokens=await tokens_of(services.pool, person.username),
        changes=await changes_of_person(services.pool, person.username, CHANGES_SHOWN),
        **_choices(visitor),
    )


def _new_page(request: Request, visitor: Visitor, filled: Filled, *, more: bool = False, status: int = 200) -> Response:
    rows = _rows_shown(filled, more=more)
    shown_with: dict[str, Any] = {"filled": filled, "rows": rows, "person": None, **_choices(visitor)}
    return page(request, "office/person_new.html", visitor=visitor, status=status, **shown_with)


def _choices(visitor: Visitor) -> dict[str, Any]:
    reach, units = units_in_reach(visitor, Kept.PEOPLE), visitor.caller.directory.units
    return {
        "units": [(code, unit.name) for code, unit in units.items() if code in reach],
        "role_names": [(role.value, ROLE_NAMES[role]) for role in Role],
        "most_roles": MOST_ROLES,
    }


def _rows_only(values: Values) -> Values | None:
    """The values with a row of roles more or less, where that is what was pressed."""
    if "add" in values:
        return tidied(values)
    drop = values.get("drop", [""])[0]
    return tidied(values, drop=int(drop)) if drop.isascii() and drop.isdecimal() and len(drop) < 4 else None


def _rows_shown(filled: Filled, *, more: bool) -> int:
    held = len(roles_in(filled.values))
    return min(MOST_ROLES, max(1, held + more))


async def _bring(services: Services, wanted: Wanted, actor: Actor, *, new: bool) -> list[Difference]:
    person, today = wanted.person, _today(services)

    def changes_of(held: DatedDirectory, people: Sequence[Person]) -> list[DirectoryChange]:
        if new and person.username in held.people and not is_there(person, held, wanted.since, today):
            raise _TAKEN
        changes = imported_people(held, people, today, wanted.since, wanted.decision)
        check_administered(held, changes, today)
        return changes

    try:
        _, changed = await bring_in(
            services.pool, lambda _: [person], changes_of, actor, contacts=lambda people: people
        )
    except DirectoryError as error:
        raise Problem(422, error.code, reason=(error.vietnamese, error.english)) from None
    services.sign_ins.forget(person.username)
    return changed


_BESIDE = {"last_administrator": "roles", "username_taken": "username"}
"""Where what the directory says is wrong stands."""


def _refilled(problem: Problem, request: Request, visitor: Visitor, values: Values) -> Filled:
    """What was typed, with each fault beside its field; what belongs to none, above the form."""
    faults = faults_beside(problem.faults, visitor.language)
    if faults:
        look: Words = ("Có mục cần xem lại, ghi rõ bên dưới.", "Some fields need another look.")
        return Filled(values, faults, said(look, visitor.language))
    whole = problem.document(request, visitor.language)["detail"]
    whole = whole[:1].upper() + whole[1:]
    place = _BESIDE.get(problem.code)
    return Filled(values, {place: whole}) if place else Filled(values, {}, whole)


def _reason(error: DirectoryError | Problem, visitor: Visitor) -> str:
    if isinstance(error, Problem):
        return next(iter(faults_beside(error.faults, visitor.language).values()), "")
    return _sentence(said((error.vietnamese, error.english), visitor.language))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _today(services: Services) -> date:
    return local(services.now()).date()
