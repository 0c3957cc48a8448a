"""Lists of units and people as they stand in files: every row is checked, and every bad one told, before any is stored."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import Parameter
from pydantic import BaseModel, ValidationError

from console.common import REFUSED, fail
from console.rows import Row, rows
from domain.import_faults import RowFault, repeated

File = Annotated[Path, Parameter(help="Tệp YAML, JSON hoặc xlsx · YAML, JSON or xlsx file")]
From = Annotated[str | None, Parameter("--from", help="Có hiệu lực từ ngày · valid from this day, 2026-07-01")]
_M = TypeVar("_M", bound=BaseModel)


def entries(
    found_rows: Sequence[Row], model: type[_M], key: str, judge: Callable[[list[_M], set[str]], Iterable[RowFault]]
) -> list[_M]:
    """The rows as entries; ends with 1, every bad row and field named, if any cannot be.

    `judge` finds what is wrong with entries among the others; it is told the keys of rows that could not be read.
    """
    read: list[tuple[Row, _M]] = []
    said: list[str] = []
    unread: set[str] = set()
    for row in found_rows:
        try:
            read.append((row, model.model_validate(row.fields)))
        except ValidationError as error:
            said += [f"{row.where(_field(one['loc']))}: {one['msg']}" for one in error.errors()]
            unread.add(str(row.fields.get(key)) if isinstance(row.fields, dict) else "")
    found = [entry for _, entry in read]
    for fault in judge(found, unread):
        said.append(f"{read[fault.row][0].where(fault.field)}: {fault.vietnamese} · {fault.english}")
    if said:
        fail(REFUSED, "\n".join(said), "Không có gì được ghi. · Nothing was recorded.")
    return found


def listed(file: Path, heading: str, model: type[_M], key: str, name_of: Callable[[_M], str]) -> list[_M]:
    """What a file lists under the heading, each once; ends with 1, every bad entry named, if any cannot be."""
    return entries(rows(file, heading, {}), model, key, lambda found, _: repeated((name_of(one), key) for one in found))


def faults(error: ValidationError) -> str:
    """What a model found wrong, field by field; what contradicts itself as a whole has no field."""
    found = ((_field(e["loc"]), e["msg"]) for e in error.errors())
    return "; ".join(f"{place}: {said}" if place else said for place, said in found)


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place)
