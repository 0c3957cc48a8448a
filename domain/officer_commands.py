"""The commands that say who of the lead unit carries a directive out; part of the closed set in domain.commands."""

from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from domain.model import Value
from domain.terms import Choice
from domain.text import Code, Prose


class AssignOfficer(Value):
    """Phân công chuyên viên trong đơn vị chủ trì: by name, or by a rule that chooses one."""

    name: Literal["assign-officer"] = "assign-officer"
    officer: Code | None = None
    choose: Choice | None = None
    start: bool = False
    """Whether the unit takes the directive on in the same act."""
    note: Prose | None = None

    @model_validator(mode="after")
    def _named_or_chosen(self) -> Self:
        if (self.officer is None) is (self.choose is None):
            raise PydanticCustomError("officer_or_rule", "exactly one of officer and choose is given")
        return self


class Claim(Value):
    """Nhận việc: an officer takes a directive of the unit that nobody carries out yet."""

    name: Literal["claim"] = "claim"
    start: bool = False
    """Whether the unit takes the directive on in the same act."""


class Release(Value):
    """Trả việc về đơn vị: the officer gives the directive back to the unit, which may give it to another."""

    name: Literal["release"] = "release"
    reason: Prose
