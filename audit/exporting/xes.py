"""XES, the XML of IEEE 1849-2023: a trace for each directive, an event for each of its events.

The elements stand in the order of the standard's XML Schema (clause 5 and annex): extensions, globals, classifiers, attributes of
the log, traces. That schema has no target namespace, so neither have the elements.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import IO
from uuid import UUID

from audit.exporting.fields import (
    ACTOR,
    ACTOR_ROLE,
    ACTOR_UNIT,
    EVENT_ID,
    Field,
    Kind,
    Scalar,
    Value,
    common_values,
    data_values,
    written,
)
from audit.exporting.source import Selection, Step
from audit.exporting.xml_text import quoted
from domain.state import DirectiveState

VERSION = "1849.2023"
PREFIX = "dondoc"
OWN_URI = "urn:uuid:4a0c5b0e-6f0d-5b43-9c1e-0d0ecd0c0027"
"""Names our extension; docs/dondoc.xesext says what its attributes mean."""

_STANDARD = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
    ("Identity", "identity"),
)
_EPOCH = "1970-01-01T00:00:00.000000Z"
_GLOBAL_EVENT = (
    ("string", "concept:name", "__INVALID__"),
    ("date", "time:timestamp", _EPOCH),
    ("string", "lifecycle:transition", "complete"),
    ("string", "org:resource", "__INVALID__"),
    ("id", "identity:id", str(UUID(int=0))),
)
"""What every event has, with a value that stands for none."""
_GLOBAL_TRACE = (("string", "concept:name", "__INVALID__"), ("id", "identity:id", str(UUID(int=0))))
SAID_BY_THE_STANDARD = frozenset({ACTOR, ACTOR_ROLE, ACTOR_UNIT, EVENT_ID})
"""Fields whose values the standard's own attributes have."""
LOG_FIELDS = (
    Field("up_to_position", Kind.INTEGER),
    Field("selected_directives", Kind.TEXT),
    Field("selected_unit", Kind.TEXT),
    Field("selected_from", Kind.TIME),
    Field("selected_before", Kind.TIME),
)
"""Which part of the record the log is."""
TRACE_FIELDS = (
    *(Field("title", Kind.TEXT), Field("urgency", Kind.TEXT), Field("issuer", Kind.TEXT)),
    *(Field("issued_at", Kind.TIME), Field("original_due_at", Kind.TIME)),
    *(Field("source_kind", Kind.TEXT), Field("source_number", Kind.TEXT), Field("parent", Kind.TEXT)),
)
"""What is told of each directive besides its number and its id."""
ELEMENTS = {Kind.TEXT: "string", Kind.INTEGER: "int", Kind.BOOLEAN: "boolean", Kind.TIME: "date"}


async def write_xes(steps: AsyncIterator[Step], selection: Selection, out: IO[str]) -> tuple[int, int]:
    """Write the log; how many traces and events it has."""
    traces = events = 0
    directive: UUID | None = None
    out.writelines(_head(selection))
    async for step in steps:
        if step.state.id != directive:
            if directive is not None:
                out.write("</trace>\n")
            directive = step.state.id
            out.write("<trace>\n")
            out.writelines(_trace(step.state))
            traces += 1
        out.write("<event>\n")
        out.writelines(_event(step))
        out.write("</event>\n")
        events += 1
    if directive is not None:
        out.write("</trace>\n")
    out.write("</log>\n")
    return traces, events


def _head(selection: Selection) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="{VERSION}" xes.features="">\n'
    for name, prefix in _STANDARD:
        yield f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
    yield f'<extension name="Dondoc" prefix="{PREFIX}" uri="{OWN_URI}"/>\n'
    for scope, attributes in (("trace", _GLOBAL_TRACE), ("event", _GLOBAL_EVENT)):
        yield f'<global scope="{scope}">\n'
        yield from (_attribute(*one) for one in attributes)
        yield "</global>\n"
    yield '<classifier name="Activity" scope="event" keys="concept:name"/>\n'
    yield '<classifier name="Resource" scope="event" keys="org:resource"/>\n'
    yield _attribute("string", "concept:name", "Đôn Đốc")
    yield _attribute("string", "lifecycle:model", "standard")
    yield from _own(_selected(selection))


def _selected(selection: Selection) -> Iterator[Value]:
    named = None if selection.directives is None else " ".join(map(str, selection.directives))
    return _there(LOG_FIELDS, selection.up_to, named, selection.unit, selection.start, selection.end)


def _trace(state: DirectiveState) -> Iterator[str]:
    """What never changes of a directive; what does is told by its events."""
    yield _attribute("string", "concept:name", state.code)
    yield _attribute("id", "identity:id", str(state.id))
    kind, number = (state.source.kind, state.source.number) if state.source else (None, None)
    parent = None if state.parent is None else str(state.parent)
    issued = (state.title, state.urgency, state.issuer.in_name_of, state.issued_at, state.original_due_at)
    yield from _own(_there(TRACE_FIELDS, *issued, kind, number, parent))


def _there(fields: Sequence[Field], *values: Scalar | None) -> Iterator[Value]:
    """The fields that have a value."""
    return ((field, value) for field, value in zip(fields, values, strict=True) if value is not None)


def _event(step: Step) -> Iterator[str]:
    event = step.event
    actor = event.actor
    yield _attribute("string", "concept:name", event.data.type)
    yield _attribute("date", "time:timestamp", written(event.occurred_at))
    # Every event is a moment, not work that begins and ends: each is the completion of itself.
    yield _attribute("string", "lifecycle:transition", "complete")
    yield _attribute("string", "org:resource", actor.user)
    if actor.role is not None:
        yield _attribute("string", "org:role", actor.role)
    if actor.unit is not None:
        yield _attribute("string", "org:group", actor.unit)
    yield _attribute("id", "identity:id", str(event.event_id))
    yield from _own(value for value in common_values(step) if value[0] not in SAID_BY_THE_STANDARD)
    yield from _own(data_values(event.data))


def _own(values: Iterable[Value]) -> Iterator[str]:
    return (_attribute(ELEMENTS[field.kind], f"{PREFIX}:{field.name}", written(value)) for field, value in values)


def _attribute(element: str, key: str, value: str) -> str:
    return f'<{element} key="{key}" value={quoted(value)}/>\n'
