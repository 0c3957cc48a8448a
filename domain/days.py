"""Days and instants as commands take them: nothing that looks like a number is guessed to be a time."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from domain.instants import instant_from, to_utc
from domain.model import Instant

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(value: object) -> object:
    # Left to pydantic, 0 and "0" are the first day of Unix time.
    if not isinstance(value, str):
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
    elif _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "a day (YYYY-MM-DD) is expected")


def _moment_or_day(value: object) -> object:
    # Left to pydantic, 5 and "5" are Unix time, and a midnight without an offset is a whole day.
    if isinstance(value, datetime):
        return to_utc(value)
    if isinstance(value, str) and not _DAY.fullmatch(value):
        try:
            return instant_from(value)
        except ValueError:
            pass
    try:
        return _day(value)
    except PydanticCustomError:
        raise PydanticCustomError(
            "moment_or_day", "an instant with its offset or a day (YYYY-MM-DD) is expected"
        ) from None


Day = Annotated[date, BeforeValidator(_day)]
"""A day on the calendar, written YYYY-MM-DD."""

MomentOrDay = Annotated[Instant | date, Field(union_mode="left_to_right"), BeforeValidator(_moment_or_day)]
"""An instant with its offset, or a day."""
