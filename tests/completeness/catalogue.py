"""The catalogue of patterns and operations: resource_patterns.yaml and human_task_operations.yaml, read and checked."""

import ast
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import Field, model_validator

from domain.model import Value

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Status(StrEnum):
    """How far the program has a pattern or an operation."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    ELSEWHERE = "elsewhere"
    """It does not belong here."""


class Entry(Value):
    """One pattern or operation: how it is done here and the tests that show it, or why it does not belong."""

    id: str = ""
    name: str
    status: Status
    how: str | None = None
    why: str | None = None
    tests: tuple[str, ...] = ()
    """`path::function`, from the root of the repository."""
    pending: str | None = None
    """What its tests still wait for to land."""

    @model_validator(mode="after")
    def _says_what_its_status_needs(self) -> Self:
        shown, told = self.how is not None and bool(self.tests), self.why is not None
        needs = {Status.SUPPORTED: shown and not told, Status.PARTLY: shown and told, Status.ELSEWHERE: told}
        if not needs[self.status]:
            raise ValueError(
                f"{self.name} is {self.status}: supported is shown, partly shown and explained, else explained"
            )
        return self


class Group(Value):
    """Entries that belong together, in the order of their source."""

    group: str
    entries: tuple[Entry, ...] = Field(min_length=1)


@cache
def resource_patterns() -> tuple[Group, ...]:
    """The 43 workflow resource patterns."""
    return _read("resource_patterns.yaml", "patterns")


@cache
def human_task_operations() -> tuple[Group, ...]:
    """The operations of WS-HumanTask 1.1."""
    return _read("human_task_operations.yaml", "operations")


def entries(groups: tuple[Group, ...]) -> tuple[Entry, ...]:
    """All entries of all groups."""
    return tuple(entry for group in groups for entry in group.entries)


def count(groups: tuple[Group, ...], status: Status) -> int:
    """How many entries have this status; what is pending counts for none."""
    return sum(entry.status is status and entry.pending is None for entry in entries(groups))


def exists(test: str) -> bool:
    """Whether a cited test is there: a function of that name at the top of that file."""
    path, _, name = test.partition("::")
    return name in _functions(ROOT / path)


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _read(file: str, key: str) -> tuple[Group, ...]:
    stored = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return tuple(Group(group=part["group"], entries=tuple(Entry(**one) for one in part[key])) for part in stored)
