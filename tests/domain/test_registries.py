"""The shapes of registry events are forever: each is pinned as it is stored."""

import json

import pytest

from domain.registries import PolicyAdopted, Registry, RegistryData, administrator

PINNED: dict[str, tuple[RegistryData, str]] = {
    "PolicyAdopted": (
        PolicyAdopted(policy="thuong@2", document='{"code":"thuong","version":2}'),
        '{"type":"PolicyAdopted","policy":"thuong@2","document":"{\\"code\\":\\"thuong\\",\\"version\\":2}"}',
    ),
}


@pytest.mark.parametrize("name", PINNED)
def test_a_stored_shape_stays(name: str) -> None:
    data, text = PINNED[name]
    assert data.model_dump(mode="json") == json.loads(text)
    assert type(data).model_validate_json(text) == data


def test_streams_of_registries_are_the_same_in_every_record() -> None:
    assert {registry: str(registry.stream_id) for registry in Registry} == {
        Registry.POLICIES: "c0a3b7e9-6111-5238-92aa-cab674d923cf",
        Registry.CALENDAR: "fe64839a-dea4-5204-baa3-cc47aaf386e8",
        Registry.DIRECTORY: "74e8715d-fd35-59c7-b7fb-0ccdf254fd48",
    }
    assert len({registry.stream_id for registry in Registry}) == len(Registry)


def test_who_changes_at_the_command_line_is_named_by_login() -> None:
    assert administrator("quantri").model_dump(exclude_none=True) == {"user": "console", "name": "quantri"}
