"""GET and POST /issue: one directive, or all that a source document assigns, with what is still unclear told beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import parse_command
from api.giving import counted, issue_one
from api.many import MOST_AT_ONCE, issued_together
from api.pages.command_forms import Input
from api.pages.filling import fields_of
from api.pages.forms import NOTHING, Filled, command_id_of, faults_beside, new_command_id, read_form, texts
from api.pages.previews import previewed
from api.pages.rendering import page
from api.pages.visitor import Visiting, Visitor
from api.problems import Problem
from api.services import Services, services_of
from domain.commands import IssueDirective
from domain.refusals import Code, refuse
from domain.terms import ClearPoint
from domain.wording import SOURCE_NAMES, URGENCY_NAMES
from storage.directives import find

router = APIRouter(include_in_schema=False)

MOST_TASKS = 40
"""On one page; a longer document is brought in from a sheet (`dondoc issue`)."""

SOURCE_INPUTS = (
    Input("source.kind", "choice", ("Loại văn bản", "Kind"), options=tuple(SOURCE_NAMES.items())),
    Input("source.number", "line", ("Số, ký hiệu", "Number")),
    Input("source.issued_on", "day", ("Ngày ban hành", "Issued on")),
    Input("source.issued_by", "line", ("Cơ quan ban hành", "Issued by")),
    Input("source.higher_authority", "check", ("Cấp trên giao", "From a higher authority")),
)
SHARED_INPUTS = (Input("urgency", "choice", ("Độ khẩn", "Urgency"), options=tuple(URGENCY_NAMES.items())),)
TASK_INPUTS = (
    Input("lead_unit", "unit", ("Rõ người: đơn vị chủ trì", "Who: lead unit"), required=True),
    Input("coordinating_units", "units", ("Đơn vị phối hợp", "Coordinating units")),
    Input("informed_units", "units", ("Đơn vị nhận để biết", "Informed units")),
    Input("title", "line", ("Rõ việc: tên nhiệm vụ", "What: title"), required=True),
    Input("content", "prose", ("Rõ việc: nội dung", "What: content"), required=True),
    Input("source.excerpt", "prose", ("Trích nguyên văn đoạn giao việc", "The words of the document")),
    Input("deadline", "deadline", ("Rõ thời gian: thời hạn", "By when: deadline"), required=True),
    Input("expected_result", "prose", ("Rõ kết quả: kết quả cần đạt", "With which result"), required=True),
    Input("waive_result", "line", ("Hoặc lý do không nêu kết quả", "Or why no result is named")),
)
_SHARED = frozenset(one.name for one in (*SOURCE_INPUTS, *SHARED_INPUTS))
_DEADLINE = tuple(one for one in TASK_INPUTS if one.kind == "deadline")
_BY_POINT: Mapping[str, tuple[str, ...]] = {
    ClearPoint.PERSON: ("lead_unit",),
    ClearPoint.WORK: ("title", "content"),
    ClearPoint.TIME: ("deadline",),
    ClearPoint.RESULT: ("expected_result",),
}
_FIELD_OF: Mapping[str, str] = {
    Code.UNKNOWN_UNIT: "lead_unit",
    Code.UNIT_ENDED: "lead_unit",
    Code.NOT_PERMITTED: "lead_unit",
    Code.COORDINATING_IS_LEAD: "coordinating_units",
    Code.UNIT_NAMED_TWICE: "coordinating_units",
    Code.DEADLINE_IN_PAST: "deadline",
    Code.DEADLINE_TOO_FAR: "deadline",
    Code.DEADLINE_PAST_PARENT: "deadline",
}


@dataclass(frozen=True)
class Sheet:
    """The form as it is shown: how many tasks, and what was typed."""

    tasks: int = 1
    filled: Filled = NOTHING

    def task(self, index: int) -> Filled:
        """What was typed for one task, under the bare names of its inputs."""
        at = f"tasks.{index}."
        values = {name.removeprefix(at): held for name, held in self.filled.values.items() if name.startswith(at)}
        faults = {name.removeprefix(at): text for name, text in self.filled.faults.items() if name.startswith(at)}
        return Filled(values, faults)


@router.get("/issue")
async def ask(request: Request, visitor: Visiting) -> Response:
    """The empty form."""
    _refuse_others(visitor)
    return await _shown(request, visitor, Sheet(), new_command_id())


@router.post("/issue")
async def issue(request: Request, visitor: Visiting) -> Response:
    """Issue what was filled in; or the form again, with one task more or less, or with what stood in the way."""
    _refuse_others(visitor)
    services, sent = services_of(request), await read_form(request)
    values = texts(sent)
    count = _count(values)
    command_id = values.get("command_id", [""])[0] or new_command_id()
    if "add" in values:
        return await _shown(request, visitor, Sheet(min(count + 1, MOST_TASKS), Filled(values)), command_id)
    if "drop" in values and count > 1:
        return await _shown(request, visitor, Sheet(count - 1, Filled(values)), command_id)
    if "look" in values:
        return await _shown(request, visitor, Sheet(count, Filled(values)), command_id)
    bodies = [_body(values, index) for index in range(count)]
    try:
        return await _carry_out(services, visitor, bodies, command_id)
    except Problem as problem:
        if problem.status not in (403, 409, 413, 422, 503) or problem.code == "foreign_origin":
            raise
        filled = _refilled(problem, request, visitor, values, bodies)
        again = command_id if problem.code != Code.IDEMPOTENCY_KEY_REUSED else new_command_id()
        return await _shown(request, visitor, Sheet(count, filled), again, status=problem.status)


async def _carry_out(
    services: Services, visitor: Visitor, bodies: list[dict[str, Any]], given_id: str
) -> RedirectResponse:
    command_id = command_id_of(given_id)
    with counted("issue", 201):
        if len(bodies) > 1:
            states = await issued_together(services, visitor.caller, {"directives": bodies}, command_id)
            number = states[0].source.number if states and states[0].source else None
            query = {"done": "issue", "sort": "-code", **({"source": number} if number else {})}
            return RedirectResponse(f"/directives?{urlencode(query)}", 303)
        command: IssueDirective = parse_command(IssueDirective, bodies[0])
        directive_id, _ = await issue_one(services, visitor.caller, command, command_id, chosen=True)
    found = await find(services.pool, directive_id)
    code = found.state.code.replace("/", "-") if found else directive_id
    return RedirectResponse(f"/directives/{code}?done=issue", 303)


def _body(values: dict[str, list[str]], index: int) -> dict[str, Any]:
    """One task as the body of an issue, with the document and urgency that all share."""
    at = f"tasks.{index}."
    own = {name.removeprefix(at): held for name, held in values.items() if name.startswith(at)}
    body = fields_of(TASK_INPUTS, own) | fields_of(SHARED_INPUTS, values)
    source = fields_of(SOURCE_INPUTS, values).get("source", {}) | body.pop("source", {})
    if set(source) - {"higher_authority"}:
        body["source"] = source
    reason = body.pop("waive_result", None)
    if reason is not None and "expected_result" not in body:
        body["waivers"] = [{"item": "result", "reason": reason}]
    return body


def _refilled(
    problem: Problem, request: Request, visitor: Visitor, values: dict[str, list[str]], bodies: list[dict[str, Any]]
) -> Filled:
    """What was typed, with what is wrong beside its field."""
    filled = Filled(values, {}, problem.document(request, visitor.language)["detail"])
    if problem.faults or problem.code == Code.FOUR_CLEAR_INCOMPLETE:
        return replace(filled, faults=_unfit(bodies, visitor), banner=_look(visitor))
    told = problem.extra.get("refusals") or [
        {"index": problem.extra.get("index", 0), "code": problem.code, **problem.extra}
    ]
    found: dict[str, str] = {}
    for one in told:
        at = f"tasks.{one['index']}."
        if one["code"] in _FIELD_OF:
            found[at + _FIELD_OF[one["code"]]] = _told(one, request, visitor)
    return replace(filled, faults=found)


def _unfit(bodies: list[dict[str, Any]], visitor: Visitor) -> dict[str, str]:
    """All that is unclear or faulty, of every task: the command itself stops at the first, people want to know of all."""
    found: dict[str, str] = {}
    for index, body in enumerate(bodies):
        try:
            parse_command(IssueDirective, body, index=index)
        except Problem as problem:
            found |= {_placed(name): text for name, text in faults_beside(problem.faults, visitor.language).items()}
        waived = {"expected_result"} if "waivers" in body else set()
        missing = (name for names in _BY_POINT.values() for name in names if name not in {*body, *waived})
        found |= {f"tasks.{index}.{name}": "Needed." if visitor.language == "en" else "Còn thiếu." for name in missing}
    return found


def _told(one: Mapping[str, Any], request: Request, visitor: Visitor) -> str:
    """The words of one refusal among several."""
    params = {name: value for name, value in one.items() if name not in ("index", "code", "refusals")}
    told: str = Problem.of(refuse(Code(one["code"]), **params)).document(request, visitor.language)["detail"]
    return told


def _placed(name: str) -> str:
    """The input that shows the field: those of the document and urgency are shared, all others are a task's."""
    index, at = "0", name
    if name.startswith("directives."):
        _, index, at = name.split(".", 2)
    return at if at in _SHARED else f"tasks.{index}.{at}"


def _look(visitor: Visitor) -> str:
    return "Some fields need another look." if visitor.language == "en" else "Có mục cần xem lại, ghi rõ bên dưới."


def _count(values: dict[str, list[str]]) -> int:
    text = values.get("tasks", ["1"])[0]
    return max(1, min(int(text), MOST_TASKS, MOST_AT_ONCE)) if text.isdecimal() and len(text) < 4 else 1


def _refuse_others(visitor: Visitor) -> None:
    if not visitor.issues:
        raise Problem(403, "issuers_only")


async def _shown(request: Request, visitor: Visitor, sheet: Sheet, command_id: str, *, status: int = 200) -> Response:
    directory = visitor.caller.directory
    urgency = sheet.filled.value("urgency")
    previews = [
        await previewed(
            services_of(request), visitor, fields_of(_DEADLINE, sheet.task(index).values).get("deadline", {}), urgency
        )
        for index in range(sheet.tasks)
    ]
    return page(
        request,
        "issue.html",
        visitor=visitor,
        status=status,
        sheet=sheet,
        previews=previews,
        command_id=command_id,
        source_inputs=SOURCE_INPUTS,
        shared_inputs=SHARED_INPUTS,
        task_inputs=TASK_INPUTS,
        most=MOST_TASKS,
        choices={"units": [(code, unit.name) for code, unit in directory.units.items()]},
    )
