"""Rows of a list of units or people, from YAML, JSON or the first sheet of an xlsx file, each knowing where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import yaml

from console.common import USAGE, fail
from console.files import ZIP, Unreadable, document
from domain.text import compose_all


@dataclass(frozen=True)
class Row:
    """What a row holds by field, and how people find a field of it: a cell like Đơn vị!B7, or the number of the entry."""

    fields: Any
    where: Callable[[str], str]


def rows(file: Path, heading: str, lists: dict[str, Callable[[str], Any]]) -> list[Row]:
    """The rows under `heading`, or of the sheet; `lists` says how a cell of some columns is read. Ends with 2 if unreadable."""
    try:
        content = file.read_bytes()
        found = _sheet(content, lists) if content.startswith(ZIP) else _listed(document(content), heading, file)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        fail(USAGE, f"Không đọc được {file} · cannot read it: {error}")
    if not found:
        fail(USAGE, f"{file}: cần danh sách “{heading}:” · a list under “{heading}:” is expected")
    return found


def _listed(content: Any, heading: str, file: Path) -> list[Row]:
    listed = content.get(heading) if isinstance(content, dict) else None
    if not isinstance(listed, list):
        return []

    def at(number: int) -> Callable[[str], str]:
        return lambda field: f"{file}: mục thứ {number} · item {number}: {field}".removesuffix(": ")

    return [Row(compose_all(entry), at(number)) for number, entry in enumerate(listed, 1)]


def _sheet(content: bytes, lists: dict[str, Callable[[str], Any]]) -> list[Row]:
    from openpyxl import (
        load_workbook,  # only now: most files are text, and this costs every command a tenth of a second
    )
    from openpyxl.utils import get_column_letter
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]
        header, *lines = list(sheet.iter_rows(values_only=True)) or [()]
    except (BadZipFile, InvalidFileException, KeyError, IndexError) as error:
        raise Unreadable(f"hỏng hoặc không phải xlsx · damaged, or no xlsx: {error}") from error
    names = [str(cell or "").strip() for cell in header]

    def at(line: int) -> Callable[[str], str]:
        def cell(field: str) -> str:
            name = field.partition(".")[0]
            column = get_column_letter(names.index(name) + 1) if name in names else "A"
            return f"{sheet.title}!{column}{line}: {field}".removesuffix(": ")

        return cell

    found = []
    for line, values in enumerate(lines, 2):
        texts = {
            name: str(value).strip() for name, value in zip(names, values, strict=False) if name and value is not None
        }
        fields = {name: lists[name](text) if name in lists else text for name, text in texts.items() if text}
        if fields:
            found.append(Row(compose_all(fields), at(line)))
    return found


def parts(text: str) -> list[str]:
    """The parts of a cell that holds several, separated by semicolons or line ends."""
    return [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]


def roles(text: str) -> list[dict[str, str]]:
    """Roles in one cell, like “unit_head@NV; officer@VP”; commas will do too."""
    named = (part.partition("@") for part in parts(text.replace(",", ";")))
    return [{"role": role.strip(), "unit": unit.strip()} for role, _, unit in named]


def yes_no(text: str) -> Any:
    """Whether a cell says yes; what is neither stays as it is, to be told."""
    return {"true": True, "1": True, "có": True, "x": True, "false": False, "0": False, "không": False}.get(
        text.lower(), text
    )
