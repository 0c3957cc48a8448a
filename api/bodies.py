"""Request bodies: read with a limit, checked into typed commands, and every fault named with its field."""

import re
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json
from starlette.requests import Request

from api.faults import Fault, faults_of
from api.language import Words
from api.problems import Problem
from domain.commands import IssueDirective, UserCommand
from domain.ids import command_id_for_key, foreign

MAX_BYTES = 256 * 1024

COMMANDS: dict[str, type[Any]] = {
    model.model_fields["name"].default: model
    for model in UserCommand.__origin__.__args__  # type: ignore[attr-defined]  # the members of the closed union
    if model is not IssueDirective
}
"""Command names, as they stand in addresses, to their classes."""

_UUID: TypeAdapter[UUID] = TypeAdapter(UUID)


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body, {} for an empty one; 413, 415 or 422 with the reason otherwise."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BYTES:
        raise Problem(413, "body_too_large", limit=str(MAX_BYTES))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise Problem(413, "body_too_large", limit=str(MAX_BYTES))
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "unsupported_media_type")
    try:
        parsed = from_json(bytes(body), allow_inf_nan=False)
    except ValueError as error:
        raise Problem(422, "malformed_json", reason=_place(str(error))) from None
    if not isinstance(parsed, dict):
        raise Problem(422, "malformed_json", reason=("cần một đối tượng {…}", "an object {…} is expected"))
    return parsed


def _place(message: str) -> Words:
    """Where the parser stopped; its English says why as well."""
    found = re.search(r"line (\d+) column (\d+)", message)
    return (f"lỗi ở dòng {found[1]}, cột {found[2]}" if found else message), message


def take_command_id(request: Request, fields: dict[str, Any], username: str) -> tuple[UUID, bool]:
    """The command's id, and whether the caller chose it: from the body, else the Idempotency-Key, else a new one."""
    given = fields.pop("command_id", None)
    if given is not None:
        try:
            command_id = _UUID.validate_python(given)
        except ValidationError:
            raise Problem.faulty([Fault("command_id", "invalid_field", ("phải là UUID", "must be a UUID"))]) from None
        # An id of the version that the record derives its own from is taken as a key (see domain.ids.foreign).
        return (_from_key(username, f"command:{command_id}") if command_id.version == 5 else command_id), True
    key = request.headers.get("idempotency-key")
    if key is None:
        return uuid4(), False
    if not 1 <= len(key) <= 200:
        raise Problem(422, "invalid_idempotency_key")
    return _from_key(username, key), True


def _from_key(username: str, key: str) -> UUID:
    """The id that a key of this user stands for."""
    return foreign(command_id_for_key(username, key))


def expected_version(request: Request) -> int | None:
    """The version in If-Match, None without one or with "*"."""
    value = request.headers.get("if-match", "*").strip()
    if value == "*":
        return None
    bare = value.removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit() or len(bare) > 9:
        raise Problem(422, "invalid_if_match")
    return int(bare)


def parse_command(model: type[Any], fields: dict[str, Any], *, index: int | None = None) -> Any:
    """The typed command; a Problem that lists every faulty field otherwise. `index` is its place among several."""
    at = "" if index is None else f"directives.{index}."
    extra = {} if index is None else {"index": index}
    if "name" in fields:
        raise Problem.faulty([unknown_field(f"{at}name")], extra=extra)
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise Problem.faulty(faults_of(error.errors(include_url=False), at), extra=extra) from None


def unknown_field(name: str) -> Fault:
    """A field that the body may not have."""
    return Fault(name, "unknown_field", ("không được biết đến", "is not known here"))
