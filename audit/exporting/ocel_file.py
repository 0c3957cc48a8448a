"""An OCEL 2.0 log as an SQLite file (specification, section 6): its tables, and rows put into them as they come.

Each type of event and of object has a table of its own. Ids of events are their positions with leading zeros, so that every
table is in the record's order. The file is a function of what is put into it and of SQLite's version, nothing else.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from audit.exporting.fields import COMMON, Field, Kind, Scalar, Value, data_fields, event_classes
from audit.exporting.objects import FIELDS, ObjectType, Thing
from audit.exporting.relations import Link, Related
from domain.instants import rfc3339

BEFORE_ALL = "1970-01-01T00:00:00.000000Z"
"""The time of an object's first values, by the specification's own usage."""

CACHE_KIB = 32_768
EVENT_FIELDS: dict[str, tuple[Field, ...]] = {
    name: (*COMMON, *data_fields(one)) for name, one in event_classes().items()
}
_COLUMNS = {Kind.TEXT: "TEXT", Kind.INTEGER: "INTEGER", Kind.BOOLEAN: "BOOLEAN", Kind.TIME: "TIMESTAMP"}
_Stored = str | int | None


def event_key(position: int) -> str:
    """The id of the event at a position."""
    return f"e{position:012d}"


class OcelFile:
    """The open log. Nothing of what was put in is kept in memory beyond SQLite's bounded cache."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self._put_event = {
            name: _insert(f"event_{name}", ("ocel_id", "ocel_time", *(field.name for field in fields)))
            for name, fields in EVENT_FIELDS.items()
        }
        self._put_object = {
            kind: _insert(f"object_{kind}", ("ocel_id", "ocel_time", "ocel_changed_field", *(f.name for f in fields)))
            for kind, fields in FIELDS.items()
        }

    def add_event(self, position: int, kind: str, moment: datetime, values: Iterable[Value]) -> None:
        """An event with its values."""
        said = {field.name: value for field, value in values}
        row = (_stored(said.get(field.name)) for field in EVENT_FIELDS[kind])
        self.database.execute("insert into event values (?, ?)", (event_key(position), kind))
        self.database.execute(self._put_event[kind], (event_key(position), rfc3339(moment), *row))

    def relate(self, position: int, objects: Iterable[Related]) -> None:
        """What the event has to do with; objects not there yet come to be, without values."""
        for thing, qualifier in objects:
            self.add(thing)
            self.database.execute(
                "insert into event_object values (?, ?, ?)", (event_key(position), thing.id, qualifier)
            )

    def add(self, thing: Thing) -> bool:
        """An object; whether it was not there yet."""
        return self.database.execute("insert or ignore into object values (?, ?)", (thing.id, thing.type)).rowcount > 0

    def link(self, links: Iterable[Link]) -> None:
        """How objects belong together; a link that is there already is the same link."""
        for source, target, qualifier in links:
            self.add(source)
            self.add(target)
            row = (source.id, target.id, qualifier)
            self.database.execute("insert or ignore into object_object values (?, ?, ?)", row)

    def describe(self, thing: Thing, values: Sequence[object]) -> None:
        """The first values of an object."""
        row = (_stored(value) for value in values)
        self.database.execute(self._put_object[thing.type], (thing.id, BEFORE_ALL, None, *row))

    def change(self, thing: Thing, moment: datetime, before: Sequence[object], after: Sequence[object]) -> None:
        """The values that are others from a moment on."""
        for field, old, new in zip(FIELDS[thing.type], before, after, strict=True):
            if old != new:
                columns = ("ocel_id", "ocel_time", "ocel_changed_field", field.name)
                row = (thing.id, rfc3339(moment), field.name, _stored(new))
                self.database.execute(_insert(f"object_{thing.type}", columns), row)

    def complete(self) -> None:
        """Every object has its first row, if only with its id; call it when all is put in."""
        for kind in ObjectType:
            missing = (
                f'insert into "object_{kind}" (ocel_id, ocel_time) select o.ocel_id, ? from object o '  # noqa: S608 - our own names
                f'where o.ocel_type = ? and not exists (select 1 from "object_{kind}" t where t.ocel_id = o.ocel_id) '
                "order by o.ocel_id"
            )
            self.database.execute(missing, (BEFORE_ALL, kind))

    def counts(self) -> tuple[int, int]:
        """How many events and objects there are."""
        row = self.database.execute("select (select count(*) from event), (select count(*) from object)").fetchone()
        return int(row[0]), int(row[1])

    def has(self, thing: Thing) -> bool:
        """Whether the object is there."""
        return self.database.execute("select 1 from object where ocel_id = ?", (thing.id,)).fetchone() is not None

    def described(self, thing: Thing) -> bool:
        """Whether the object has its first values."""
        query = f'select 1 from "object_{thing.type}" where ocel_id = ?'  # noqa: S608 - our own names
        return self.database.execute(query, (thing.id,)).fetchone() is not None


@contextmanager
def ocel_file(path: Path) -> Iterator[OcelFile]:
    """A new log in the empty file `path`, finished when the block ends well."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # The file is thrown away unless it becomes whole, so nothing is kept for going back.
        for setting in ("journal_mode = off", "synchronous = off", f"cache_size = -{CACHE_KIB}", "temp_store = file"):
            database.execute(f"pragma {setting}")
        database.execute("begin")
        for statement in _tables():
            database.execute(statement)
        yield OcelFile(database)
        database.execute("commit")
    finally:
        database.close()


def _tables() -> Iterator[str]:
    """The tables with the keys and references that the specification's relational schema asks for."""
    for side, types in (("event", [*EVENT_FIELDS]), ("object", [*map(str, ObjectType)])):
        yield f"create table {side}_map_type (ocel_type text primary key, ocel_type_map text) without rowid"
        rows = ", ".join(f"('{name}', '{name}')" for name in types)
        yield f"insert into {side}_map_type values {rows}"  # noqa: S608 - our own names
        references = f"ocel_type text references {side}_map_type (ocel_type)"
        yield f"create table {side} (ocel_id text primary key, {references}) without rowid"
    event, own = "ocel_event_id text references event (ocel_id)", "ocel_object_id text references object (ocel_id)"
    yield _related("event_object", ("ocel_event_id", event), ("ocel_object_id", own))
    source, target = (f"ocel_{end}_id text references object (ocel_id)" for end in ("source", "target"))
    yield _related("object_object", ("ocel_source_id", source), ("ocel_target_id", target))
    for name, fields in EVENT_FIELDS.items():
        key = "ocel_id text primary key references event (ocel_id), ocel_time timestamp"
        yield f'create table "event_{name}" ({key}, {_columns(fields)}) without rowid'
    for kind, fields in FIELDS.items():
        key = "ocel_id text references object (ocel_id), ocel_time timestamp, ocel_changed_field text"
        yield f'create table "object_{kind}" ({key}, {_columns(fields)})'
        yield f'create index "rows_of_{kind}" on "object_{kind}" (ocel_id)'


def _related(table: str, *ends: tuple[str, str]) -> str:
    columns = ", ".join(column for _, column in ends)
    keys = ", ".join(name for name, _ in ends)
    return f"create table {table} ({columns}, ocel_qualifier text, primary key ({keys}, ocel_qualifier)) without rowid"


def _columns(fields: Sequence[Field]) -> str:
    return ", ".join(f'"{field.name}" {_COLUMNS[field.kind]}' for field in fields)


def _insert(table: str, columns: Sequence[str]) -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    return f'insert into "{table}" ({named}) values ({", ".join("?" * len(columns))})'  # noqa: S608 - our own names


def _stored(value: Scalar | object) -> _Stored:
    match value:
        case None | bool() | int():
            return value
        case datetime():
            return rfc3339(value)
        case _:
            return str(value)
