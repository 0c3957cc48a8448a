"""Directives as people write them in files: YAML, JSON or an Excel sheet; always to the same issue bodies."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import yaml

from console.common import USAGE, fail
from domain.instants import LOCAL_ZONE
from domain.text import compose_all

MOST_AT_ONCE = 200
ZIP = b"PK\x03\x04"
"""How every .xlsx begins."""


class Unreadable(ValueError):
    """The file is no directive and no list of them; the message says where."""


def read_directives(file: str) -> list[dict[str, Any]]:
    """The issue bodies of a file ("-": stdin), text composed (NFC), a shared `source` given to each that has none."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return _bodies(_sheet(content) if content.startswith(ZIP) else document(content))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        fail(USAGE, f"Không đọc được {file} · cannot read it: {error}")


def document(content: bytes) -> Any:
    """What a YAML or JSON file holds, text composed. ValueError or YAMLError for any other."""
    text = content.decode("utf-8-sig")
    try:
        parsed = json.loads(text)  # not all JSON is YAML: tabs, and escapes of characters beyond the first plane
    except ValueError:
        parsed = yaml.safe_load(text)
    return compose_all(parsed)


def _bodies(content: Any) -> list[dict[str, Any]]:
    shared = None
    if isinstance(content, dict) and "directives" in content:
        unknown = content.keys() - {"directives", "source"}
        if unknown:
            raise Unreadable(f"beside `directives` only `source` is expected, not {', '.join(sorted(unknown))}")
        content, shared = content["directives"], content.get("source")
    items = content if isinstance(content, list) else [content]
    if not items:
        raise Unreadable("không có nhiệm vụ nào · there is no directive in it")
    if len(items) > MOST_AT_ONCE:
        raise Unreadable(f"quá {MOST_AT_ONCE} nhiệm vụ · more than {MOST_AT_ONCE} directives")
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise Unreadable(
                f"mục thứ {number} không phải là một nhiệm vụ · item {number} is no directive: {item!r:.60}"
            )
    return [{**({"source": shared} if shared else {}), **item} for item in items]


def _sheet(content: bytes) -> list[dict[str, Any]]:
    """Rows of the first sheet under a header of field names; deadline.working_days and source.number name inner fields."""
    from openpyxl import (
        load_workbook,
    )  # only now: most files are text, and this costs every command a tenth of a second
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
    except (BadZipFile, InvalidFileException, KeyError, IndexError) as error:
        raise Unreadable(f"hỏng hoặc không phải xlsx · damaged, or no xlsx: {error}") from error
    header = [str(cell or "").strip() for cell in rows[0]] if rows else []
    items: list[dict[str, Any]] = []
    for row in rows[1:]:
        item: dict[str, Any] = {}
        for name, cell in zip(header, row, strict=False):
            if name and cell is not None and str(cell).strip():
                _put(item, name, cell)
        if item:
            items.append(item)
    composed: list[dict[str, Any]] = compose_all(items)
    return composed


def _put(item: dict[str, Any], name: str, cell: Any) -> None:
    read: Callable[[Any], Any] = _CELLS.get(name, _words)
    value = read(cell)
    outer, _, inner = name.partition(".")
    if not inner:
        item[outer] = value
    elif isinstance(item.setdefault(outer, {}), dict):
        item[outer][inner] = value
    else:
        raise Unreadable(f"hai cột trái nhau · two columns contradict each other: {outer}, {name}")


def _words(cell: Any) -> str:
    """Numbers in a column of words, such as 2026 for a document's number, are meant as written."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(_day(cell)).strip()


def _number(cell: Any) -> Any:
    text = _words(cell)
    return int(text) if text.isdecimal() else cell


def _list(cell: Any) -> list[str]:
    return [part for part in _words(cell).replace(";", ",").replace("\n", ",").replace(" ", "").split(",") if part]


def _day(cell: Any) -> Any:
    """A sheet knows no zones: a date is a day here, a date with a clock time an instant here."""
    if not isinstance(cell, datetime):
        return cell.isoformat() if isinstance(cell, date) else cell
    return cell.date().isoformat() if cell.time() == time(0) else cell.replace(tzinfo=LOCAL_ZONE).isoformat()


_CELLS: dict[str, Callable[[Any], Any]] = {
    "coordinating_units": _list,
    "informed_units": _list,
    "waivers": _list,
    "deadline.working_days": _number,
}
"""How the cells of a column are read, where they are not words."""
