"""Stored events are forever: every shape is pinned, full and minimal, as the exact bytes in `stored_events.json`.

A pin never changes. A new event type gets new pins. A new field of an old type has a default: the old pin stays under
another name and must still be read, and the new shape gets a pin of its own.
"""

import json
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError

from domain.events import EVENT_DATA, Event, EventData
from tests.domain.stored_examples import ENVELOPES, FULL, MINIMAL

_CLASSES: tuple[type[BaseModel], ...] = get_args(get_args(EventData)[0])
EVENT_TYPES = tuple(cls.__name__ for cls in _CLASSES)


@cache
def pins() -> dict[str, dict[str, object]]:
    """Event type to its pins by name."""
    found: dict[str, dict[str, object]] = json.loads(Path(__file__).with_name("stored_events.json").read_text("utf-8"))
    return found


def pinned(kind: str, which: str) -> str:
    """The bytes of a pin: JSON without white space, letters as they are."""
    return json.dumps(pins()[kind][which], ensure_ascii=False, separators=(",", ":"))


EXAMPLES = [(data, "full") for data in FULL] + [(data, "minimal") for data in MINIMAL]
NAMED = pytest.mark.parametrize(("data", "which"), EXAMPLES, ids=lambda value: getattr(value, "type", value))


def test_every_event_type_is_pinned_full_and_minimal() -> None:
    assert {*pins()} == {*EVENT_TYPES, "Event"}, "add pins for the new event types to stored_events.json"
    assert all({*by_name} >= {"full", "minimal"} for by_name in pins().values())


@pytest.mark.parametrize("examples", [FULL, MINIMAL], ids=["full", "minimal"])
def test_every_event_type_has_an_example(examples: tuple[EventData, ...]) -> None:
    assert [type(data) for data in examples] == list(_CLASSES)


def test_the_name_of_a_type_is_the_name_of_its_class() -> None:
    assert tuple(cls.model_fields["type"].default for cls in _CLASSES) == EVENT_TYPES


@pytest.mark.parametrize("data", FULL, ids=lambda data: data.type)
def test_a_full_example_leaves_no_field_at_its_default(data: EventData) -> None:
    fields = type(data).model_fields.items()
    left = [name for name, field in fields if name != "type" and getattr(data, name) == field.default]
    assert left == []


@NAMED
def test_an_event_is_written_as_pinned_byte_for_byte(data: EventData, which: str) -> None:
    assert EVENT_DATA.dump_json(data).decode() == data.model_dump_json() == pinned(data.type, which)


@NAMED
def test_a_pinned_event_is_read_back_as_it_was(data: EventData, which: str) -> None:
    read = EVENT_DATA.validate_json(pinned(data.type, which))
    assert (type(read), read) == (type(data), data)


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_whatever_was_once_written_is_still_read_in_full(kind: str) -> None:
    for which, written in pins()[kind].items():
        assert _holds(EVENT_DATA.validate_json(pinned(kind, which)).model_dump(mode="json"), written), which


def _holds(read: object, written: object) -> bool:
    """Whether all that was written was read; what is read may have fields of later versions beside it."""
    if isinstance(written, dict) and isinstance(read, dict):
        return all(name in read and _holds(read[name], value) for name, value in written.items())
    if isinstance(written, list) and isinstance(read, list):
        return len(read) == len(written) and all(map(_holds, read, written))
    return read == written


@pytest.mark.parametrize("which", ENVELOPES)
def test_the_envelope_is_pinned_too(which: str) -> None:
    assert ENVELOPES[which].model_dump_json() == pinned("Event", which)
    assert Event.model_validate_json(pinned("Event", which)) == ENVELOPES[which]


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_a_field_that_nobody_knows_stops_the_reading(kind: str) -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        EVENT_DATA.validate_json(pinned(kind, "full").replace("{", '{"surprise":1,', 1))


@pytest.mark.parametrize("text", ['{"type":"Forgotten"}', '{"text":"Đã xem"}', '{"type":"commented","text":"x"}'])
def test_a_type_that_nobody_knows_stops_the_reading(text: str) -> None:
    with pytest.raises(ValidationError, match="union_tag"):
        EVENT_DATA.validate_json(text)


def test_an_envelope_with_an_unknown_event_or_field_stops_the_reading() -> None:
    whole = pinned("Event", "full")
    for broken in (whole.replace('"Commented"', '"Forgotten"'), whole.replace("{", '{"surprise":1,', 1)):
        with pytest.raises(ValidationError):
            Event.model_validate_json(broken)
