"""What is sent to make a token, or to end a session or a token."""

from typing import Annotated

from pydantic import Field

from domain.model import Value
from domain.text import Line


class TokenBody(Value):
    """What the token is for, and how many days it is valid."""

    label: Line
    days: Annotated[int, Field(ge=1, le=365, strict=True)] = 90


class NoBody(Value):
    """Nothing."""
