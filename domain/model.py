"""The base of every value in the domain."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer, PlainValidator, TypeAdapter
from pydantic_core import PydanticCustomError

from domain.instants import rfc3339, to_utc


class Value(BaseModel):
    """An immutable value; a field it does not know is an error, in a request as in a stored event."""

    model_config = ConfigDict(frozen=True, extra="forbid")


FIRST_YEAR, LAST_YEAR = 2000, 2200
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")
_as_stored = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z").fullmatch
_AWARE: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)


def _in_utc(value: object) -> datetime:
    # Every event and state holds several instants, and long histories are read: the usual forms come first.
    if isinstance(value, str) and _as_stored(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:  # no such day or hour, which pydantic says below in its own words
            pass
    elif isinstance(value, datetime):
        if value.tzinfo is UTC:
            return _in_range(value)
    elif not (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        # pydantic would take a bare number for seconds since 1970; a person never means that.
        raise PydanticCustomError("instant_format", "an instant is written as RFC 3339 with its offset")
    return to_utc(_in_range(_AWARE.validate_python(value)))


def _in_range(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise PydanticCustomError("instant_range", "an instant lies between the years 2000 and 2200")
    return moment


Instant = Annotated[
    datetime,
    PlainValidator(_in_utc, json_schema_input_type=AwareDatetime),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
"""A moment in UTC. Written as RFC 3339 with six decimals and Z, so that equal moments have equal bytes."""
