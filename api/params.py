"""What a query string may hold."""

from datetime import datetime
from typing import Annotated
from urllib.parse import unquote_to_bytes

from fastapi import Query
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from api.problems import Problem
from domain.instants import instant_from
from domain.wording import Language


def _instant(value: object) -> object:
    if isinstance(value, str):
        try:
            return instant_from(value)
        except ValueError:
            pass
    raise PydanticCustomError("instant_format", "an instant is written as RFC 3339 with its offset")


Moment = Annotated[datetime, BeforeValidator(_instant)]
"""An RFC 3339 instant with its offset, as UTC."""


async def readable_query(request: Request) -> None:
    """422 for a query that is not UTF-8, that holds NUL, or that names what the route does not know.

    A filter with a slip in its name would otherwise be no filter at all.
    """
    try:
        text = unquote_to_bytes(request.scope["query_string"]).decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        reason = ("phải là chữ UTF-8 không có NUL", "must be UTF-8 without NUL")
        raise Problem(422, "invalid_parameter", field="?", reason=reason)
    route = request.scope["route"]
    known = _names_in(route.dependant) if isinstance(route, APIRoute) else set()
    for name in request.query_params:
        if name not in known:
            reason = ("không được biết đến ở địa chỉ này", "is not known at this address")
            raise Problem(422, "invalid_parameter", field=name, reason=reason)


def _names_in(dependant: Dependant) -> set[str]:
    """The parameters of a route, and of what it depends on."""
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_names_in(one) for one in dependant.dependencies))


Lang = Annotated[Language | None, Query()]
"""The language of what is answered; without it that of Accept-Language."""
