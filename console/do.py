"""`dondoc do COMMAND ID field=value …`: a command on a directive, through the API."""

import re
import sys
from datetime import datetime
from typing import Annotated, Any

import yaml
from cyclopts import Parameter
from pydantic import BaseModel
from rich.text import Text

from api.bodies import COMMANDS
from console.client import AsUser, Key, Token, Url, signed_in
from console.common import DEFAULT_DATA, REFUSED, USAGE, Data, Json, fail, out, print_json, run
from domain.telling import shown_due
from domain.text import compose_all
from domain.wording import PHASE_NAMES, TIMELINESS_NAMES, named

_REFERENCE = re.compile(r"\d{4}[-/]\d{4,9}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
"""A directive's number or id."""


def do(
    command: Annotated[str, Parameter(help=f"Một trong · one of: {', '.join(COMMANDS)}")],
    reference: Annotated[str, Parameter(help="Số (2026/0123) hoặc mã (UUID) · code or id")],
    *words: Annotated[
        str,
        Parameter(
            help="Các nhiệm vụ khác và các trường của lệnh · more directives, and fields: "
            'percent=60 note="đã xong" deadline.working_days=5 units=P-A,P-B'
        ),
    ],
    as_user: AsUser = None,
    token: Token = None,
    url: Url = None,
    key: Key = None,
    data: Data = DEFAULT_DATA,
    as_json: Json = False,
) -> None:
    """Thực hiện một lệnh với nhiệm vụ · give a command: dondoc do report-progress 2026/0012 percent=60 --as cv-noi-vu."""
    if command not in COMMANDS:
        fail(
            USAGE,
            f"Không có lệnh {command}. · There is no command {command}.",
            f"Các lệnh · commands: {', '.join(COMMANDS)}",
        )
    more = [word for word in words if _REFERENCE.fullmatch(word)]
    body = body_of(COMMANDS[command], tuple(word for word in words if word not in more))
    references = [reference, *more]
    path = f"/directives/{_in_address(reference)}/{command}"
    if len(references) > 1:
        path = f"/directives/bulk/{command}"
        body["directives"] = [_in_address(one) for one in references]

    async def send() -> Any:
        async with signed_in(data, url, token, as_user, as_json=as_json) as api:
            return await api.post(path, body, key)

    answer = run(send())
    if as_json:
        print_json(answer)
    if len(references) == 1:
        if not as_json:
            _tell(answer)
        return
    if not as_json:
        _tell_each(answer, references)
    if answer["refused"]:
        sys.exit(REFUSED)


def _in_address(reference: str) -> str:
    return reference.replace("/", "-")


def _tell_each(answer: dict[str, Any], references: list[str]) -> None:
    for reference, item in zip(references, answer["items"], strict=True):
        if item["status"] == 200:
            _tell(item["state"])
        else:
            problem = item["problem"]
            out.print(Text(f"{reference}: {problem['detail']} [{problem['code']}]", "red"), soft_wrap=True)
    out.print(
        f"{answer['done']} xong, {answer['refused']} bị từ chối · {answer['done']} done, {answer['refused']} refused"
    )


def _tell(state: dict[str, Any]) -> None:
    due = datetime.fromisoformat(state["due_at"]) if state["due_at"] else None
    standing = f"{named(PHASE_NAMES, state['phase'])}, {named(TIMELINESS_NAMES, state['timeliness'])}"
    out.print(
        Text(
            f"{state['code']} · {state['title']}: {standing}, hạn {shown_due(due)}, "
            f"tiến độ {state['progress_percent']}%, phiên bản {state['version']}"
        ),
        soft_wrap=True,
    )


def body_of(model: type[BaseModel], words: tuple[str, ...]) -> dict[str, Any]:
    """field=value words as the command's JSON body; a dot reaches inside. Text stays text, "2026" as well as "[1] xong"."""
    body: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name:
            fail(USAGE, f"“{word}” không có dạng trường=giá trị. · not of the form field=value.")
        inner = body
        *outer, last = name.split(".")
        for part in outer:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                fail(USAGE, f"“{word}” trái với một trường trước đó. · contradicts a field before it.")
        inner[last] = compose_all(_value(_kind(model, name), text))
    return body


def _value(kind: object, text: str) -> Any:
    """Text where the model takes text or knows no such field; a list also as a,b; anything else as in YAML."""
    if kind == "string":
        return text
    if kind == "array" and not text.startswith("["):
        return [part.strip() for part in text.split(",")]
    return _scalar(text)


def _kind(model: type[BaseModel], name: str) -> object:
    """The JSON type that the model takes there."""
    schema = model.model_json_schema()
    at = schema
    for part in name.split("."):
        at = _branch(at.get("properties", {}).get(part, {"type": "string"}), schema)
    return at.get("type")


def _branch(at: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What stands there when it is not null."""
    for one in at.get("anyOf", [at]):
        if one.get("type") != "null":
            at = schema["$defs"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
    return at


def _scalar(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text
