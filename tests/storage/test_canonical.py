"""The canonical bytes are RFC 8785 though the standard library writes them: what the two would differ on never occurs."""

import json
from typing import Any, get_args, get_origin

import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from domain.events import Event
from storage.envelope import canonical
from tests.domain.stored_examples import ENVELOPES

_text = st.text(st.characters(codec="utf-8"))


@settings(max_examples=300, deadline=None)
@given(name=_text, text=_text, informs=st.lists(_text), version=st.integers(1, 2**31 - 1))
def test_the_bytes_are_those_of_the_reference_encoder(name: str, text: str, informs: list[str], version: int) -> None:
    event = ENVELOPES["full"]
    event = event.model_copy(
        update={
            "stream_version": version,
            "actor": event.actor.model_copy(update={"name": name}),
            "data": event.data.model_copy(update={"text": text, "informs": tuple(informs)}),
        }
    )
    written = canonical(event)
    assert written == rfc8785.dumps(json.loads(written))
    assert json.loads(written)["data"]["text"] == text


def test_no_event_holds_a_number_or_a_key_that_the_encoders_would_write_differently() -> None:
    seen = _leaves(Event, set())
    assert float not in seen, "RFC 8785 writes floats as ECMAScript does; use whole numbers or text"
    assert dict not in seen, "the keys of a free mapping need not be ASCII; use a list of named pairs"
    assert Any not in seen, "a field that may hold anything may hold what the encoders write differently"


def _leaves(kind: Any, seen: set[Any]) -> set[Any]:
    """All types that fields below `kind` are made of; the names of its fields are checked on the way."""
    if kind in seen:
        return seen
    seen.add(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            assert name.isascii(), name
            _leaves(field.annotation, seen)
    origin = get_origin(kind)
    if origin is not None:
        seen.add(origin)
    for inner in get_args(kind):
        _leaves(inner, seen)
    return seen
