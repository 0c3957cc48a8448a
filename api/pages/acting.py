"""GET and POST /directives/{id}/do/{command}: the form of a command, and giving it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import COMMANDS, parse_command
from api.giving import counted, give
from api.lookup import directive_for
from api.pages.attaching import ACCEPTED, attach_all, take_in
from api.pages.command_forms import COMMAND_FORMS, CommandForm
from api.pages.filling import fields_of
from api.pages.forms import (
    NOTHING,
    Filled,
    command_id_of,
    faults_beside,
    files,
    new_command_id,
    read_form,
    texts,
    version_in,
)
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.problems import Problem
from api.services import Services, services_of
from domain.choosing import officers_of
from domain.refusals import Code
from domain.state import DirectiveState
from domain.telling import actor_named, told
from storage.directives import Found

router = APIRouter(include_in_schema=False)

FILES_ROOM = 64 * 1024
"""Beside the files: names, boundaries and the other fields."""
MOST_FILES = 10


@router.get("/directives/{reference}/do/{command}")
async def ask(request: Request, visitor: Visiting, reference: str, command: str) -> Response:
    """The form."""
    form = _form_of(command)
    found = await directive_for(visitor.caller, reference, services_of(request))
    return _shown(request, visitor, found.state, command, form, NOTHING, new_command_id())


@router.post("/directives/{reference}/do/{command}")
async def act(request: Request, visitor: Visiting, reference: str, command: str) -> Response:
    """Give the command, and back to the directive; the form again, with what was typed, if it cannot be."""
    services, form = services_of(request), _form_of(command)
    found = await directive_for(visitor.caller, reference, services)
    sent = await read_form(request, most_bytes=_room(form, services))
    values = texts(sent)
    command_id = values.get("command_id", [""])[0] or new_command_id()
    try:
        with counted(command, 200):
            await _carry_out(services, visitor, found, command, form, sent, values, command_id)
    except Problem as problem:
        if problem.status not in (403, 409, 412, 413, 415, 422, 503) or problem.code == "foreign_origin":
            raise
        filled = _refilled(problem, request, visitor, form, values)
        newer = await _since(services, visitor, found.state.id, values) if problem.status == 412 else ()
        state = (await directive_for(visitor.caller, reference, services)).state
        again = command_id if problem.code != Code.IDEMPOTENCY_KEY_REUSED else new_command_id()
        status = problem.status
        return _shown(request, visitor, state, command, form, filled, again, status=status, newer=newer)
    finally:
        await sent.close()
    return RedirectResponse(f"/directives/{found.state.code.replace('/', '-')}?done={command}", 303)


async def _carry_out(
    services: Services,
    visitor: Visitor,
    found: Found,
    command: str,
    form: CommandForm,
    sent: FormData,
    values: dict[str, list[str]],
    given_id: str,
) -> None:
    command_id = command_id_of(given_id)
    fields = fields_of(form.inputs, values)
    expected = version_in(values) if form.on_sight else None
    note = fields.pop("note", None) if command == "attach" else None
    typed: Any = None if command == "attach" else parse_command(COMMANDS[command], fields)
    chosen = files(sent, "files")
    if len(chosen) > MOST_FILES:
        raise Problem(422, "too_many_files_at_once", limit=str(MOST_FILES))
    attached = await take_in(services, visitor.caller, chosen, note)
    if typed is not None:
        await give(services, visitor.caller, found.state.id, typed, command_id, chosen=True, expected=expected)
    elif not attached:
        raise Problem(422, "field_missing", field="files")
    await attach_all(services, visitor.caller, found.state.id, attached, command_id)


def _refilled(
    problem: Problem, request: Request, visitor: Visitor, form: CommandForm, values: dict[str, list[str]]
) -> Filled:
    """What was typed, with each fault beside its field and what concerns no field above the form."""
    faults = faults_beside(problem.faults, visitor.language)
    told_whole = problem.document(request, visitor.language)["detail"]
    named = problem.extra.get("field") or problem.words.get("field") or _FIELD_OF.get(problem.code)
    if not faults and isinstance(named, str) and any(one.name == named for one in form.inputs):
        faults = {named: told_whole}
    filled = Filled(values, faults)
    left = filled.unplaced(one.name for one in form.inputs)
    return Filled(values, faults, " ".join(left) if faults else told_whole)


_FIELD_OF: dict[str, str] = {
    Code.DEADLINE_IN_PAST: "deadline",
    Code.DEADLINE_TOO_FAR: "deadline",
    Code.DEADLINE_UNCHANGED: "deadline",
    Code.DEADLINE_PAST_PARENT: "deadline",
    Code.DEADLINE_BEFORE_SUBDIRECTIVES: "deadline",
    Code.EXTENSION_NOT_LATER: "deadline",
    Code.UNKNOWN_OFFICER: "officer",
    Code.OFFICER_UNCHANGED: "officer",
    Code.NOBODY_TO_CHOOSE: "choose",
    Code.NOT_SUBORDINATE: "units",
    Code.DELEGATION_CYCLE: "units",
    Code.UNIT_UNCHANGED: "lead_unit",
    Code.UNIT_AMBIGUOUS: "unit",
    Code.OPEN_SUBDIRECTIVES: "waive_open",
    Code.SUSPENSION_IN_PAST: "until",
    Code.SUSPENSION_TOO_LONG: "until",
    "file_type_refused": "files",
    "file_too_large": "files",
    "file_empty": "files",
    Code.FILE_NAME_REFUSED: "files",
    Code.TOO_MANY_FILES: "files",
    "too_many_files_at_once": "files",
}
"""The input beside which a refusal is told."""


async def _since(
    services: Services, visitor: Visitor, directive_id: UUID, values: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """What has happened since the form was opened."""
    events = (await services.store.events_of(directive_id))[version_in(values) or 0 :]
    return [
        {
            "type": recorded.event.data.type,
            "who": actor_named(recorded.event.actor, visitor.language),
            "at": recorded.event.occurred_at,
            "words": told(
                recorded.event.data, {}, visitor.language, person=visitor.person, unit=visitor.unit, headed=True
            ),
        }
        for recorded in events
    ]


def _shown(
    request: Request,
    visitor: Visitor,
    state: DirectiveState,
    command: str,
    form: CommandForm,
    filled: Filled,
    command_id: str,
    *,
    status: int = 200,
    newer: Any = (),
) -> Response:
    directory = visitor.caller.directory
    choices = {
        "units": [(code, unit.name) for code, unit in directory.units.items()],
        "officers": [(one, directory.people[one].full_name) for one in officers_of(state.lead_unit, directory)],
        "coordinating": [(code, visitor.unit(code)) for code in state.coordinating_units],
        "accepted": ACCEPTED,
    }
    return page(
        request,
        "act.html",
        visitor=visitor,
        status=status,
        state=state,
        command=command,
        form=form,
        filled=filled,
        command_id=command_id,
        choices=choices,
        newer=newer,
        now=services_of(request).now(),
    )


def _form_of(command: str) -> CommandForm:
    form = COMMAND_FORMS.get(command)
    if form is None:
        raise Problem(404, "not_found")
    return form


def _room(form: CommandForm, services: Services) -> int:
    takes_files = any(one.kind == "files" for one in form.inputs)
    return 256 * 1024 + (FILES_ROOM + MOST_FILES * services.max_file_bytes if takes_files else 0)
