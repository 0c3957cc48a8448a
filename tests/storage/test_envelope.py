"""The bytes of an event are evidence: pinned here to the last one, and read exactly or not at all."""

import hashlib
import json
import re
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.events import Event
from storage.envelope import SCHEMA, canonical, envelope_of, event_from, leaf_hash
from tests.domain.stored_examples import ENVELOPES, FULL, MINIMAL, enveloped

PINNED: dict[str, tuple[str, str]] = {
    "full": (
        '{"actor":{"name":"Đồng chí pct","on_behalf_of":"chu-tich","over":null,"role":"leader","unit":"UBQ","user":"pct"},'
        '"command_id":"11111111-2222-5333-8444-555555555555",'
        '"data":{"informs":["tp-nv","cv-nv"],"text":"Đề nghị nêu rõ"},'
        '"event_id":"11111111-2222-5333-8444-555555555555","occurred_at":"2026-03-02T02:00:00.000000Z",'
        '"recorded_at":"2026-03-02T02:00:00.000250Z","schema":1,'
        '"stream_id":"11111111-2222-5333-8444-555555555555","stream_version":1,"type":"Commented"}',
        "aa0d01b84aed65c50805003c308f729427c4f3ce79d787e74444bb1cb91cf540",
    ),
    "minimal": (
        '{"actor":{"name":"Đôn Đốc","on_behalf_of":null,"over":null,"role":null,"unit":null,"user":"system"},'
        '"command_id":"11111111-2222-5333-8444-555555555555","data":{"informs":[],"text":"Đã xem"},'
        '"event_id":"11111111-2222-5333-8444-555555555555","occurred_at":"2026-03-02T02:00:00.000000Z",'
        '"recorded_at":"2026-03-02T02:00:00.000250Z","schema":1,'
        '"stream_id":"11111111-2222-5333-8444-555555555555","stream_version":1,"type":"Commented"}',
        "5a94a274bfcc27fdc114b6dbbda782a17d0cdb6ac74306f0d4fd9f6893e047ad",
    ),
}
"""Never to be changed: such bytes lie in records, with their hashes in signed checkpoints elsewhere."""

EVERY = [enveloped(data, ENVELOPES["full"].actor) for data in (*FULL, *MINIMAL)]
WHOLE = canonical(ENVELOPES["full"])


def rewritten(**changes: Any) -> bytes:
    """The pinned envelope with fields changed, added, or (with ...) left out."""
    fields = {**envelope_of(WHOLE), **changes}
    return rfc8785.dumps({key: value for key, value in fields.items() if value is not ...})


@pytest.mark.parametrize("which", PINNED)
def test_the_bytes_and_the_leaf_hash_are_pinned(which: str) -> None:
    text, leaf = PINNED[which]
    written = text.encode()
    assert canonical(ENVELOPES[which]) == written
    assert leaf_hash(written).hex() == leaf
    assert event_from(written) == ENVELOPES[which]


def test_the_leaf_hash_is_that_of_rfc_6962() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"  # section 2.1
    assert leaf_hash(WHOLE) == hashlib.sha256(b"\x00" + WHOLE).digest()


@pytest.mark.parametrize("event", EVERY, ids=lambda event: event.data.type)
def test_every_event_is_read_back_from_bytes_that_are_canonical(event: Any) -> None:
    written = canonical(event)
    assert rfc8785.dumps(json.loads(written)) == written
    assert event_from(written) == event
    assert canonical(event_from(written)) == written


def test_the_whole_event_stands_in_the_envelope() -> None:
    fields = envelope_of(WHOLE)
    assert fields["schema"] == SCHEMA == 1
    assert {**fields["data"], "type": fields["type"]} == ENVELOPES["full"].data.model_dump(mode="json")
    assert fields["actor"] == ENVELOPES["full"].actor.model_dump(mode="json")
    assert {*fields} == {
        *("schema", "event_id", "stream_id", "stream_version", "command_id", "type"),
        *("occurred_at", "recorded_at", "actor", "data"),
    }


def test_any_changed_byte_changes_the_leaf_hash() -> None:
    leaf = leaf_hash(WHOLE)
    for place in range(len(WHOLE)):
        for change in (1, 0x20, 0x80):
            damaged = bytearray(WHOLE)
            damaged[place] ^= change
            assert leaf_hash(bytes(damaged)) != leaf
    assert leaf_hash(WHOLE[:-1]) != leaf
    assert leaf_hash(WHOLE + b" ") != leaf
    assert leaf_hash(b"\x00" + WHOLE) != leaf


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_an_unknown_schema_stops_the_reading(schema: object) -> None:
    with pytest.raises(ValueError, match="unknown envelope schema"):
        event_from(rewritten(schema=schema))


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Forgotten"},
        {"type": "DirectiveAcknowledged"},
        {"data": {"text": "x", "surprise": 1}},
        {"actor": {"user": "pct", "name": "x", "surprise": 1}},
        {"occurred_at": "2026-03-02T09:00:00"},
        {"stream_version": "one"},
        {"event_id": "1"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_an_unknown_type_or_field_stops_the_reading(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        event_from(rewritten(**changes))


@pytest.mark.parametrize("field", sorted(envelope_of(WHOLE)))
def test_a_missing_field_stops_the_reading(field: str) -> None:
    with pytest.raises((KeyError, ValidationError)):
        event_from(rewritten(**{field: ...}))


def test_a_field_that_nobody_knows_in_the_envelope_stops_the_reading() -> None:
    with pytest.raises(ValidationError, match="surprise"):
        event_from(rewritten(surprise=1))


@pytest.mark.parametrize("damaged", [b"", b"{", WHOLE[:-1], WHOLE + b"}", b"\xff" + WHOLE, b"[]"])
def test_bytes_that_are_no_envelope_stop_the_reading(damaged: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        event_from(damaged)


def read_by_way_of_plain_values(canonical_bytes: bytes) -> Event:
    """What reading an event means: each member of the envelope under its name in the class."""
    fields = json.loads(canonical_bytes)
    if fields.pop("schema") != SCHEMA:
        raise ValueError("another schema")
    fields["directive_id"] = fields.pop("stream_id")
    fields["data"]["type"] = fields.pop("type")
    return Event.model_validate_json(json.dumps(fields))


def outcome(read: Any, written: bytes) -> Event | str:
    try:
        event: Event = read(written)
    except (ValueError, TypeError, KeyError):
        return "refused"
    return event


@pytest.mark.parametrize("event", EVERY, ids=lambda event: event.data.type)
def test_what_canonical_wrote_is_read_without_plain_values_between(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = canonical(event)
    expected = read_by_way_of_plain_values(written)
    monkeypatch.delattr("storage.envelope._rebuilt")
    assert event_from(written) == expected == event
    assert event_from(written).model_dump_json() == expected.model_dump_json()


LOOKS = ('},"event_id":"', '"data":{', ',"schema":1,"stream_id":"', '","type":"Commented"}', "\\", '\\"', "{", "}", ",")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(LOOKS) | st.text(max_size=3), max_size=6).map("".join))
def test_a_text_that_looks_like_an_envelope_is_only_a_text(text: str) -> None:
    data = ENVELOPES["full"].data.model_copy(update={"text": text, "informs": (text,)})
    event = ENVELOPES["full"].model_copy(update={"data": data})
    assert event_from(canonical(event)) == read_by_way_of_plain_values(canonical(event)) == event


@pytest.mark.parametrize("change", [1, 2, 0x20])
def test_damaged_bytes_are_refused_or_read_as_they_always_were(change: int) -> None:
    for place in range(len(WHOLE)):
        damaged = bytearray(WHOLE)
        damaged[place] ^= change
        written = bytes(damaged)
        assert outcome(event_from, written) == outcome(read_by_way_of_plain_values, written), written


@pytest.mark.parametrize(
    "written",
    [
        WHOLE.replace(b'"data":{', b'"data":{"type":"Other",'),
        WHOLE.replace(b'"text"', b'"type":"Other","text"'),
        WHOLE.replace(b'"data":{', b'"data":{},"e":{'),
        WHOLE.replace(
            b'{"informs":["tp-nv","cv-nv"],"text":"\xc4\x90\xe1\xbb\x81 ngh\xe1\xbb\x8b n\xc3\xaau r\xc3\xb5"}', b"{}"
        ),
        WHOLE.replace(b'"stream_version":1', b'"stream_version":01'),
        WHOLE.replace(b'"stream_version":1', b'"stream_version":"1"'),
        WHOLE.replace(b'"schema":1', b'"schema":1,"schema":2'),
        WHOLE.replace(b'"schema":1', b'"schema":2,"schema":1'),
        WHOLE.replace(b",", b", "),
        WHOLE.replace(b'"actor"', b'"data":{"text":"x"},"actor"'),
        WHOLE.replace(b'"event_id"', b'"event_id":"x","event_id"'),
        b" " + WHOLE,
        WHOLE + b" ",
        canonical(EVERY[1]).replace(b'"data":{', b'"data":{ '),
        re.sub(rb'"data":\{[^}]*\}', b'"data":{}', canonical(EVERY[1])),  # nothing in it is wanting
    ],
)
def test_bytes_that_canonical_would_not_write_are_refused_or_read_as_they_always_were(written: bytes) -> None:
    assert written not in (WHOLE, canonical(EVERY[1]))
    assert outcome(event_from, written) == outcome(read_by_way_of_plain_values, written)
