"""Entries of the directory as they stand in a YAML or JSON file, each checked before any of them is stored."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from cyclopts import Parameter
from pydantic import BaseModel, ValidationError

from console.common import REFUSED, USAGE, fail
from console.files import document
from domain.text import compose_all

File = Annotated[Path, Parameter(help="Tệp YAML hoặc JSON · YAML or JSON file")]
_M = TypeVar("_M", bound=BaseModel)


def entries(file: Path, heading: str, model: type[_M], name_of: Callable[[_M], str]) -> list[_M]:
    """What the file lists under the heading; ends with 1 for an entry that cannot be, or that stands there twice."""
    try:
        content = document(file.read_bytes())
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        fail(USAGE, f"Không đọc được {file} · cannot read it: {error}")
    listed = content.get(heading) if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        fail(USAGE, f"{file}: cần danh sách “{heading}:” · a list under “{heading}:” is expected")
    found = [_parsed(model, entry, f"{file}: mục thứ {n} · item {n}") for n, entry in enumerate(listed, 1)]
    twice = repeated(name_of(one) for one in found)
    if twice:
        fail(REFUSED, f"{file}: được nêu hai lần · named twice: {', '.join(twice)}")
    return found


def repeated(names: Iterable[str]) -> list[str]:
    """The names that come more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def faults(error: ValidationError) -> str:
    """What a model found wrong, field by field; what contradicts itself as a whole has no field."""
    found = ((".".join(str(part) for part in e["loc"]), e["msg"]) for e in error.errors())
    return "; ".join(f"{place}: {said}" if place else said for place, said in found)


def _parsed(model: type[_M], entry: Any, place: str) -> _M:
    try:
        return model.model_validate(compose_all(entry))
    except ValidationError as error:
        fail(REFUSED, f"{place}: {faults(error)}")
