"""What events say, as flat named values: one list of fields for each event type, read off the event classes.

A field with fields of its own is taken apart (`plan_due_at`); several texts are joined by spaces, for codes and usernames
hold none; a list of values with fields is JSON. None and an empty list are left out: reading is the reverse.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from audit.exporting.source import Step
from domain.events import EventData
from domain.instants import rfc3339
from domain.wording import EVENT_NAMES

Scalar: TypeAlias = str | int | bool | datetime


class Kind(StrEnum):
    """The kinds of values, by the names that OCEL 2.0 has for them."""

    TEXT = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TIME = "time"


@dataclass(frozen=True)
class Field:
    """A named value and its kind."""

    name: str
    kind: Kind


Value: TypeAlias = tuple[Field, Scalar]


@dataclass(frozen=True)
class _Path:
    """How to come from an event's data to one value."""

    field: Field
    steps: tuple[str, ...]
    shown: Callable[[Any], Scalar | None]

    def value(self, data: Any) -> Scalar | None:
        for step in self.steps:
            data = getattr(data, step)
            if data is None:
                return None
        return self.shown(data)


NAME_VI, NAME_EN = Field("name_vi", Kind.TEXT), Field("name_en", Kind.TEXT)
POSITION, VERSION = Field("position", Kind.INTEGER), Field("version", Kind.INTEGER)
EVENT_ID, COMMAND_ID = Field("event_id", Kind.TEXT), Field("command_id", Kind.TEXT)
RECORDED_AT = Field("recorded_at", Kind.TIME)
ACTOR, ACTOR_NAME = Field("actor", Kind.TEXT), Field("actor_name", Kind.TEXT)
ACTOR_UNIT, ACTOR_ROLE, ACTOR_OVER = (Field(name, Kind.TEXT) for name in ("actor_unit", "actor_role", "actor_over"))
ON_BEHALF_OF, ON_BEHALF_OF_NAME = Field("on_behalf_of", Kind.TEXT), Field("on_behalf_of_name", Kind.TEXT)
POLICY, CALENDAR = Field("policy", Kind.TEXT), Field("calendar", Kind.TEXT)
PHASE, LEAD = Field("phase", Kind.TEXT), Field("lead", Kind.TEXT)

COMMON = (
    *(NAME_VI, NAME_EN, POSITION, VERSION, EVENT_ID, COMMAND_ID, RECORDED_AT),
    *(ACTOR, ACTOR_NAME, ACTOR_UNIT, ACTOR_ROLE, ACTOR_OVER, ON_BEHALF_OF, ON_BEHALF_OF_NAME),
    *(POLICY, CALENDAR, PHASE, LEAD),
)
"""The fields of every event: what stands around the data, and under which rules and where the directive stood after it."""


def common_values(step: Step) -> Iterator[Value]:
    """The values of the fields of every event."""
    event, state = step.event, step.state
    actor, names = event.actor, EVENT_NAMES[event.data.type]
    values: tuple[Scalar | None, ...] = (
        *(*names, step.position, event.stream_version, str(event.event_id), str(event.command_id), event.recorded_at),
        *(actor.user, actor.name, actor.unit, actor.role, actor.over, actor.on_behalf_of, actor.on_behalf_of_name),
        *(state.policy_version, state.calendar_version, state.phase, state.lead_unit),
    )
    return ((field, value) for field, value in zip(COMMON, values, strict=True) if value is not None)


def data_values(data: EventData) -> Iterator[Value]:
    """What the event itself says."""
    for path in _paths(type(data)):
        value = path.value(data)
        if value is not None:
            yield path.field, value


@cache
def data_fields(data: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of an event class, besides those that every event has."""
    return tuple(path.field for path in _paths(data))


def event_classes() -> dict[str, type[BaseModel]]:
    """Every type of event with its class, in the order of domain.events."""
    union, *_ = get_args(EventData)
    return {one.model_fields["type"].default: one for one in get_args(union)}


@cache
def _paths(data: type[BaseModel]) -> tuple[_Path, ...]:
    return tuple(_paths_below(data, ()))


def _paths_below(value: type[BaseModel], way: tuple[str, ...]) -> Iterator[_Path]:
    for name, info in value.model_fields.items():
        if not (name == "type" and not way):
            yield from _paths_of(info.annotation, (*way, name))


def _paths_of(annotation: Any, way: tuple[str, ...]) -> Iterator[_Path]:
    one = _bare(annotation)
    if isinstance(one, type) and issubclass(one, BaseModel):
        yield from _paths_below(one, way)
        return
    for kind, shown, fits in _FORMS:
        if fits(one):
            yield _Path(Field("_".join(way), kind), way, shown)
            return
    raise TypeError(f"no form for {'.'.join(way)}: {annotation}")


def _bare(annotation: Any) -> Any:
    """The annotation without what pydantic adds to it and without None; a union of classes stays one."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        kept = [_bare(one) for one in get_args(annotation) if one is not NoneType]
        return kept[0] if len(kept) == 1 else tuple(kept)
    return annotation


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda one: isinstance(one, type) and issubclass(one, types)


def _is_texts(one: Any) -> bool:
    return get_origin(one) is tuple and get_args(one) == (str, ...)


def _is_literal_of(kind: type) -> Callable[[Any], bool]:
    return lambda one: get_origin(one) is Literal and all(isinstance(value, kind) for value in get_args(one))


def _joined(texts: tuple[str, ...]) -> str | None:
    return " ".join(texts) or None


def _json(value: Any) -> str | None:
    listed = isinstance(value, tuple)
    plain = [one.model_dump(mode="json") for one in value] if listed else value.model_dump(mode="json")
    return json.dumps(plain, ensure_ascii=False, sort_keys=True) if plain else None


def _same(value: Any) -> Any:
    return value


_FORMS: tuple[tuple[Kind, Callable[[Any], Scalar | None], Callable[[Any], bool]], ...] = (
    (Kind.BOOLEAN, _same, _is(bool)),
    (Kind.INTEGER, _same, _is(int)),
    (Kind.INTEGER, _same, _is_literal_of(int)),
    (Kind.TEXT, str, _is_literal_of(str)),
    (Kind.TIME, _same, _is(datetime)),
    (Kind.TEXT, date.isoformat, _is(date)),
    (Kind.TEXT, str, _is(str, UUID)),
    (Kind.TEXT, _joined, _is_texts),
    (Kind.TEXT, _json, lambda one: isinstance(one, tuple) or get_origin(one) is tuple),
)
"""The first that fits an annotation says its kind and how its values are shown."""


def written(value: Scalar) -> str:
    """A value as text, the same in every format: true and false, whole numbers, instants as the record writes them."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return rfc3339(value)
        case _:
            return str(value)
