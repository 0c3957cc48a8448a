"""The base of every value in the domain."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from domain.instants import rfc3339, to_utc


class Value(BaseModel):
    """An immutable value; a field it does not know is an error, in a request as in a stored event."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(lambda v: to_utc(v) if isinstance(v, datetime) else v),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
"""A moment in UTC. Written as RFC 3339 with six decimals and Z, so that equal moments have equal bytes."""
