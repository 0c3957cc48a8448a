"""Request bodies as OpenAPI schemas. Bodies are read by api.bodies, so their schemas are given here."""

from typing import Any
from uuid import UUID

from fastapi import FastAPI
from pydantic import BaseModel, create_model
from pydantic.json_schema import models_json_schema

from api.bodies import COMMANDS
from api.signing.bodies import TokenBody
from api.signing.cookies import COOKIE
from api.substitution_bodies import SubstitutionBody, SubstitutionEndBody
from domain.commands import IssueDirective, Source
from domain.recurrence import SetUpRecurrence
from domain.recurring import CHANGE_COMMANDS


def _body_of(model: type[Any]) -> type[BaseModel]:
    fields = {n: (f.annotation, f) for n, f in model.model_fields.items() if n != "name"}
    return create_model(f"{model.__name__}Body", **fields, command_id=(UUID | None, None), __doc__=model.__doc__)  # type: ignore[no-any-return,call-overload]  # built from the command's own fields


_ISSUE = _body_of(IssueDirective)
_MANY = create_model(
    "IssueManyBody",
    directives=(list[_ISSUE], ...),  # type: ignore[valid-type]  # made above
    source=(Source | None, None),
    command_id=(UUID | None, None),
)


def _bulk_body_of(model: type[Any]) -> type[BaseModel]:
    fields = {n: (f.annotation, f) for n, f in model.model_fields.items() if n != "name"}
    return create_model(  # type: ignore[no-any-return,call-overload]  # as above
        f"{model.__name__}BulkBody", **fields, directives=(list[str], ...), command_id=(UUID | None, None)
    )


_BULK_BODIES = [_bulk_body_of(model) for model in COMMANDS.values()]
OTHER_BODIES: tuple[type[BaseModel], ...] = (SubstitutionBody, SubstitutionEndBody, TokenBody)
"""Bodies of calls that are no commands on a directive."""

_COMMAND_BODIES = {name: _body_of(model) for name, model in COMMANDS.items()}
_RECURRENCE = _body_of(SetUpRecurrence)
_RECURRENCE_COMMANDS = [_body_of(model) for model in CHANGE_COMMANDS.values()]


def request_body(name: str) -> dict[str, Any]:
    """An operation's body by the name of its schema."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


class ProblemDetails(BaseModel):
    """RFC 9457: what every answer that is not a success says; some codes add fields of their own."""

    type: str
    title: str
    status: int
    detail: str
    code: str


_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Từ chối · refused; `code` says why", "content": _PROBLEM},
    "503": {"description": "Bản ghi hoặc Temporal đang gián đoạn · see Retry-After", "content": _PROBLEM},
}
"""The answers that every route may give."""


def describe(app: FastAPI) -> None:
    """Let /openapi.json include the bodies' schemas, the problem details and the way to sign in."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "IssueBody" not in schemas:
            bodies: list[type[BaseModel]] = [_ISSUE, _MANY, *_COMMAND_BODIES.values(), *_BULK_BODIES]
            bodies += [_RECURRENCE, *_RECURRENCE_COMMANDS, *OTHER_BODIES]
            names, definitions = models_json_schema(
                [(body, "validation") for body in bodies], ref_template="#/components/schemas/{model}"
            )
            schemas.update(definitions["$defs"])
            schemas["ProblemDetails"] = ProblemDetails.model_json_schema()
            document["components"]["securitySchemes"] = {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            }
            document["security"] = [{"token": []}, {"session": []}]
            schemas["IssueBody"] = {"oneOf": [names[_ISSUE, "validation"], names[_MANY, "validation"]]}
            schemas["BulkBody"] = {"anyOf": [names[body, "validation"] for body in _BULK_BODIES]}
            schemas["CommandBody"] = {"anyOf": [names[body, "validation"] for body in _COMMAND_BODIES.values()]}
            schemas["RecurrenceBody"] = names[_RECURRENCE, "validation"]
            schemas["RecurrenceCommandBody"] = {"anyOf": [names[one, "validation"] for one in _RECURRENCE_COMMANDS]}
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
