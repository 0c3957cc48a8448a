"""The objects of an export, and how events and objects relate to each other (OCEL 2.0, sections 3 and 4)."""

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from audit.exporting.fields import Field, Kind
from domain.commands import SYSTEM_USER
from domain.event_values import CitedSource
from domain.state import DirectiveState


class ObjectType(StrEnum):
    """The types of objects."""

    DIRECTIVE = "directive"
    UNIT = "unit"
    PERSON = "person"
    SOURCE = "source_document"
    EXTENSION = "extension"


class Thing(NamedTuple):
    """An object, by its type and its id, which no object of another type has."""

    type: ObjectType
    id: str


def directive(one: UUID) -> Thing:
    """A directive, by its id: its number need not be known where it is named."""
    return Thing(ObjectType.DIRECTIVE, f"directive:{one}")


def unit(code: str) -> Thing:
    """A unit."""
    return Thing(ObjectType.UNIT, f"unit:{code}")


def person(username: str) -> Thing:
    """A person."""
    return Thing(ObjectType.PERSON, f"person:{username}")


def extension(of: UUID, number: int) -> Thing:
    """The `number`-th request of a directive for more time."""
    return Thing(ObjectType.EXTENSION, f"extension:{of}/{number}")


def source_document(state: DirectiveState) -> Thing | None:
    """The document that a directive comes from, if it comes from one."""
    return None if state.source is None else _document(state.source, state.id)


@lru_cache(maxsize=1_000)
def _document(source: CitedSource, directive_id: UUID) -> Thing:
    """Known by its marks. Without a number it is told apart by the directive, for nothing else does."""
    marks = (source.kind, source.number or f"of {directive_id}", source.issued_on, source.issued_by)
    return Thing(ObjectType.SOURCE, f"source:{uuid5(NAMESPACE_OID, repr(tuple(map(str, marks))))}")


def is_person(username: str) -> bool:
    """Whether it is someone, rather than the system itself."""
    return username != SYSTEM_USER


def _fields(**kinds: Kind) -> tuple[Field, ...]:
    return tuple(Field(name, kind) for name, kind in kinds.items())


FIELDS: dict[ObjectType, tuple[Field, ...]] = {
    ObjectType.DIRECTIVE: _fields(
        code=Kind.TEXT,
        title=Kind.TEXT,
        urgency=Kind.TEXT,
        acceptance_levels=Kind.INTEGER,
        phase=Kind.TEXT,
        lead=Kind.TEXT,
        officer=Kind.TEXT,
        due_at=Kind.TIME,
        progress_percent=Kind.INTEGER,
        reminders_sent=Kind.INTEGER,
        escalation_level=Kind.INTEGER,
        policy=Kind.TEXT,
        calendar=Kind.TEXT,
    ),
    ObjectType.UNIT: _fields(name=Kind.TEXT, kind=Kind.TEXT, parent=Kind.TEXT),
    ObjectType.PERSON: _fields(name=Kind.TEXT, unit=Kind.TEXT),
    ObjectType.SOURCE: _fields(kind=Kind.TEXT, number=Kind.TEXT, issued_on=Kind.TEXT, issued_by=Kind.TEXT),
    ObjectType.EXTENSION: _fields(
        number=Kind.INTEGER,
        requested_by=Kind.TEXT,
        requested_at=Kind.TIME,
        old_due_at=Kind.TIME,
        asked_due_at=Kind.TIME,
        status=Kind.TEXT,
        new_due_at=Kind.TIME,
        decided_by=Kind.TEXT,
        decided_at=Kind.TIME,
    ),
}
"""What objects of each type have. All may change with time but what is fixed at the beginning by its nature."""


def snapshots(state: DirectiveState) -> Iterator[tuple[Thing, tuple[object, ...]]]:
    """The objects that a directive's state describes, each with its values in the order of FIELDS."""
    yield (
        directive(state.id),
        (
            *(state.code, state.title, state.urgency, state.acceptance_levels, state.phase, state.lead_unit),
            *(state.officer, state.due_at, state.progress_percent, state.reminders_sent, state.escalation_level),
            *(state.policy_version, state.calendar_version),
        ),
    )
    document = source_document(state)
    if document is not None and state.source is not None:
        yield document, _of_source(state.source)
    for one in state.extensions:
        yield (
            extension(state.id, one.number),
            (
                *(one.number, one.requested_by, one.requested_at, one.old_due_at, one.asked_due_at),
                *(one.status, one.new_due_at, one.decided_by, one.decided_at),
            ),
        )


def _of_source(source: CitedSource) -> tuple[object, ...]:
    return source.kind, source.number, source.issued_on, source.issued_by
