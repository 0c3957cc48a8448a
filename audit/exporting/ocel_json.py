"""An OCEL 2.0 log as JSON (specification, section 8), read off the SQLite file row by row.

The published schema has every value of an attribute as text, whatever its declared type; so they are written.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from audit.exporting.fields import Field, Kind
from audit.exporting.objects import FIELDS, ObjectType
from audit.exporting.ocel_file import EVENT_FIELDS

_ARRAYS = ("eventTypes", "objectTypes", "events", "objects")


def write_json(database: sqlite3.Connection, out: IO[str]) -> None:
    """Write the whole log."""
    parts = (_types(EVENT_FIELDS.items()), _types(FIELDS.items()), _events(database), _objects(database))
    for opening, name, items in zip("{,,,", _ARRAYS, parts, strict=True):
        out.write(f'{opening}\n"{name}":[')
        for separator, item in zip(_separators(), items, strict=False):
            out.write(f"{separator}\n{json.dumps(item, ensure_ascii=False)}")
        out.write("]")
    out.write("}\n")


def _separators() -> Iterator[str]:
    yield ""
    while True:
        yield ","


def _types(types: Iterable[tuple[str, Sequence[Field]]]) -> Iterator[dict[str, Any]]:
    for name, fields in types:
        yield {"name": name, "attributes": [{"name": field.name, "type": field.kind} for field in fields]}


def _events(database: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    related = _Related(database, "event_object")
    for key, kind in database.execute("select ocel_id, ocel_type from event order by ocel_id"):
        query = f'select * from "event_{kind}" where ocel_id = ?'  # noqa: S608 - our own names
        _, moment, *values = database.execute(query, (key,)).fetchone()
        said = zip(EVENT_FIELDS[kind], values, strict=True)
        attributes = [{"name": field.name, "value": _text(field, v)} for field, v in said if v is not None]
        yield {"id": key, "type": kind, "time": moment, "attributes": attributes, "relationships": related.of(key)}


def _objects(database: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    related = _Related(database, "object_object")
    for key, kind in database.execute("select ocel_id, ocel_type from object order by ocel_id"):
        attributes = [*_attributes(database, key, kind)]
        yield {"id": key, "type": kind, "attributes": attributes, "relationships": related.of(key)}


def _attributes(database: sqlite3.Connection, key: str, kind: str) -> Iterator[dict[str, str]]:
    """The first values, then each change. The empty text stands for none, where there is another value before or after."""
    query = f'select * from "object_{kind}" where ocel_id = ? order by rowid'  # noqa: S608 - our own names
    rows = database.execute(query, (key,)).fetchall()
    changing = {changed for _, _, changed, *_ in rows}
    for _, moment, changed, *values in rows:
        for field, value in zip(FIELDS[ObjectType(kind)], values, strict=True):
            told = (value is not None or field.name in changing) if changed is None else field.name == changed
            if told:
                yield {"name": field.name, "time": moment, "value": _text(field, value)}


def _text(field: Field, value: str | int | None) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if field.kind is Kind.BOOLEAN else str(value)


class _Related:
    """Relationships, gone through once in the same order as what has them."""

    def __init__(self, database: sqlite3.Connection, table: str) -> None:
        self._rows = database.execute(f"select * from {table} order by 1, 2, 3")  # noqa: S608 - our own names
        self._ahead = self._rows.fetchone()

    def of(self, key: str) -> list[dict[str, str]]:
        found = []
        while self._ahead is not None and self._ahead[0] == key:
            found.append({"objectId": self._ahead[1], "qualifier": self._ahead[2]})
            self._ahead = self._rows.fetchone()
        return found
