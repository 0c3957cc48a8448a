"""Ids derive from the command, so that a retry finds what the first try made; they never change."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis.strategies import text

from domain import ids

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("found", "pinned"),
    [
        (ids.directive_id_for(ONE), "765394ba-a166-525f-900d-eb75651b4b78"),
        (ids.event_id_for(ONE, 0), "cc924602-f91c-565c-aecb-a4177c899fe0"),
        (ids.command_id_for_key("tp-nv", "k"), "ad20e5cb-a2bf-566c-8788-42b10dd7f932"),
        (ids.part_command_id(ONE, 0), "f9389a19-3f5e-560b-8a30-6c755cc85fbb"),
        (ids.tick_id(ONE, 3, "2026-03-02T02:00:10.000000Z"), "15da6eb4-ef22-5f27-8042-470df57c2a7e"),
        (ids.delivery_command_id(ONE, "email"), "c72baf1b-4a26-5fc8-a3c2-15c1e2c114f0"),
        (ids.signal_refusal_id(ONE), "f2729c94-e83d-5dd6-beeb-199aceef31a3"),
        (ids.notice_id(ONE, "tp-nv"), "09c334f0-84ab-58b3-b21b-0e15062c771d"),
    ],
)
def test_an_id_is_the_same_today_as_ever(found: UUID, pinned: str) -> None:
    assert (str(found), found.version) == (pinned, 5)


@given(key=text())
def test_ids_are_those_that_the_standard_library_derives(key: str) -> None:
    namespace = UUID("5d1c2a0e-7b0f-5c7e-9a53-0d0ecd0c0001")
    assert ids.command_id_for_key("tp-nv", key) == uuid5(namespace, f"key:tp-nv:{key}")


def test_no_id_from_outside_can_be_one_of_ours() -> None:
    own = ids.tick_id(ONE, 3, "2026-03-02T02:00:10.000000Z")
    assert ids.foreign(own).version == 8
    assert ids.foreign(own) == ids.foreign(own) != own
    for version in (1, 3, 4, 6, 7, 8):
        other = UUID(int=own.int & ~(0xF << 76) | version << 76)
        assert ids.foreign(other) == other


def test_different_things_have_different_ids() -> None:
    found = [
        *(ids.directive_id_for(command) for command in (ONE, TWO)),
        *(ids.event_id_for(command, index) for command in (ONE, TWO) for index in range(12)),
        *(ids.part_command_id(ONE, index) for index in range(12)),
        *(ids.command_id_for_key(user, key) for user in ("a", "b") for key in ("1", "2")),
        *(ids.tick_id(ONE, version, wakeup) for version in (1, 2) for wakeup in ("x", "y")),
        *(ids.notice_id(ONE, user) for user in ("a", "b")),
        ids.delivery_command_id(ONE, "email"),
        ids.signal_refusal_id(ONE),
    ]
    assert len(found) == len({*found})
