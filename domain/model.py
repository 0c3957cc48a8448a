"""The base of every value in the domain."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic_core import PydanticCustomError

from domain.instants import rfc3339, to_utc


class Value(BaseModel):
    """An immutable value; a field it does not know is an error, in a request as in a stored event."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")


def _as_written(value: object) -> object:
    # pydantic would take a bare number for seconds since 1970; a person never means that.
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    raise PydanticCustomError("instant_format", "an instant is written as RFC 3339 with its offset")


def _in_utc(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("instant_range", "an instant lies between the years 2000 and 2200")
    return to_utc(value)


FIRST_YEAR, LAST_YEAR = 2000, 2200

Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_as_written),
    AfterValidator(_in_utc),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
"""A moment in UTC. Written as RFC 3339 with six decimals and Z, so that equal moments have equal bytes."""
