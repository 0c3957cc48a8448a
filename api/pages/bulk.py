"""GET and POST /directives/bulk: one command for the directives that were ticked in the list."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import COMMANDS
from api.bulk import MOST_AT_ONCE, give_each
from api.pages.command_forms import COMMAND_FORMS, CommandForm
from api.pages.filling import fields_of
from api.pages.forms import NOTHING, Filled, command_id_of, faults_beside, new_command_id, read_form, texts
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.problems import Problem
from api.services import services_of
from domain.permissions import PERMITTED

router = APIRouter(include_in_schema=False)


FOR_MANY = ("acknowledge", "report-progress", "accept", "comment", "change-deadline", "suspend", "resume", "withdraw")
"""Commands that mean the same for each of many directives."""


def offered_for_many(visitor: Visitor) -> list[str]:
    """Those that some role of the visitor may give; each directive decides for itself."""
    return [name for name in FOR_MANY if any(role in visitor.roles for role, _ in PERMITTED[name])]


@router.get("/directives/bulk")
async def ask(request: Request, visitor: Visiting, command: str = "", filters: str = "") -> Response:
    """The form of the command, above the directives that were ticked; `filters` lead back to the list as it was."""
    chosen = request.query_params.getlist("directives")[:MOST_AT_ONCE]
    if not chosen or command not in offered_for_many(visitor):
        return RedirectResponse(f"/directives?{filters}&done=nothing" if filters else "/directives?done=nothing", 303)
    return _shown(request, visitor, command, chosen, NOTHING, new_command_id(), filters)


@router.post("/directives/bulk")
async def act(request: Request, visitor: Visiting) -> Response:
    """Give it to each; a page says of each what came of it."""
    services = services_of(request)
    values = texts(await read_form(request))
    command, chosen = values.get("command", [""])[0], values.get("directives", [])[:MOST_AT_ONCE]
    if command not in offered_for_many(visitor) or not chosen:
        raise Problem(422, "malformed_form")
    form, model = COMMAND_FORMS[command], COMMANDS[command]
    given_id, filters = (values.get(name, [""])[0] for name in ("command_id", "filters"))
    command_id = command_id_of(given_id)
    fields: dict[str, Any] = {**fields_of(form.inputs, values), "directives": [*dict.fromkeys(chosen)]}
    try:
        items = await give_each(
            services, visitor.caller, request, model, fields, command_id, chosen=True, language=visitor.language
        )
    except Problem as problem:
        if problem.status != 422:
            raise
        faults = faults_beside(problem.faults, visitor.language)
        whole = "" if faults else problem.document(request, visitor.language)["detail"]
        filled = Filled(values, faults, whole)
        return _shown(request, visitor, command, chosen, filled, given_id, filters, status=422)
    refused = [item for item in items if item["status"] != 200]
    shown: dict[str, Any] = {"items": items, "refused": refused, "form": form, "done": len(items) - len(refused)}
    return page(request, "bulk_done.html", visitor=visitor, filters=filters, **shown)


def _shown(
    request: Request,
    visitor: Visitor,
    command: str,
    chosen: list[str],
    filled: Filled,
    command_id: str,
    filters: str,
    *,
    status: int = 200,
) -> Response:
    form: CommandForm = COMMAND_FORMS[command]
    inputs = [one for one in form.inputs if one.kind != "files"]
    shown: dict[str, Any] = {
        "form": form,
        "inputs_shown": inputs,
        "filled": filled,
        "chosen": chosen,
        "command": command,
        "filters": filters,
    }
    return page(
        request, "bulk.html", visitor=visitor, status=status, command_id=command_id, choices={"units": []}, **shown
    )
