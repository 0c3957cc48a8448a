"""Request bodies: read with a limit, checked into typed commands, and every fault named with its field."""

from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json
from starlette.requests import Request

from api.problems import Problem
from domain.commands import IssueDirective, UserCommand
from domain.ids import command_id_for_key

MAX_BYTES = 256 * 1024

COMMANDS: dict[str, type[Any]] = {
    model.model_fields["name"].default: model
    for model in UserCommand.__origin__.__args__  # type: ignore[attr-defined]  # the members of the closed union
    if model is not IssueDirective
}
"""Command names, as they stand in addresses, to their classes."""

_CODES = {
    "extra_forbidden": "unknown_field",
    "missing": "field_missing",
    "string_too_long": "text_too_long",
    "string_too_short": "text_empty",
    "text_not_nfc": "text_not_nfc",
    "text_has_control": "text_has_control",
}
_UUID: TypeAdapter[UUID] = TypeAdapter(UUID)


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body, {} for an empty one; 413, 415 or 422 with the reason otherwise."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BYTES:
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
        raise Problem(422, "malformed_json", reason=str(error)) from None
    if not isinstance(parsed, dict):
        raise Problem(422, "malformed_json", reason="an object {…} is expected")
    return parsed


def take_command_id(request: Request, fields: dict[str, Any], username: str) -> tuple[UUID, bool]:
    """The command's id, and whether the caller chose it: from the body, else the Idempotency-Key, else a new one."""
    given = fields.pop("command_id", None)
    if given is not None:
        try:
            return _UUID.validate_python(given), True
        except ValidationError:
            raise Problem(422, "invalid_field", field="command_id", reason="a UUID is expected") from None
    key = request.headers.get("idempotency-key")
    if key is None:
        return uuid4(), False
    if not 1 <= len(key) <= 200:
        raise Problem(422, "invalid_idempotency_key")
    return command_id_for_key(username, key), True


def expected_version(request: Request) -> int | None:
    """The version in If-Match, None without one or with "*"."""
    value = request.headers.get("if-match", "*").strip()
    if value == "*":
        return None
    bare = value.removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit() or len(bare) > 9:
        raise Problem(422, "invalid_if_match")
    return int(bare)


def parse_command(model: type[Any], fields: dict[str, Any], *, at: str = "") -> Any:
    """The typed command; a Problem that lists every faulty field otherwise. `at` is put before the field names."""
    if "name" in fields:
        raise faulty([{"field": f"{at}name", "code": "unknown_field", "detail": "Extra inputs are not permitted"}])
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise faulty([_fault(details, at) for details in error.errors(include_url=False)]) from None


def faulty(faults: list[dict[str, str]]) -> Problem:
    """422 whose code is that of the first fault, with all of them beside it."""
    first = faults[0]
    return Problem(422, first["code"], extra={"errors": faults}, field=first["field"], reason=first["detail"])


def _fault(details: ErrorDetails, at: str) -> dict[str, str]:
    field = at + ".".join(str(part) for part in details["loc"] if not _is_branch(part))
    return {"field": field, "code": _CODES.get(details["type"], "invalid_field"), "detail": details["msg"]}


def _is_branch(part: int | str) -> bool:
    """Whether a location part names a branch of a union rather than a field."""
    return isinstance(part, str) and (part[:1].isupper() or "[" in part or part in ("datetime", "date"))
