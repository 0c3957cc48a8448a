"""What is sent to make a token, or to end a session or a token."""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.model import Value
from domain.text import Line


class TokenBody(Value):
    """What the token is for, and how many days it is valid."""

    label: Annotated[Line, StringConstraints(max_length=100)]
    days: Annotated[int, Field(ge=1, le=365, strict=True)] = 90


class NoBody(Value):
    """Nothing."""
