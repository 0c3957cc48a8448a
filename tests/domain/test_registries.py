"""The shapes of registry events are forever: each is pinned as it is stored."""

import json
from datetime import date

import pytest

from domain.calendar import CalendarEntry, DayKind
from domain.calendar_decisions import swap
from domain.registries import CalendarDecided, PolicyAdopted, Registry, RegistryData, administrator

PINNED: dict[str, tuple[RegistryData, str]] = {
    "PolicyAdopted": (
        PolicyAdopted(policy="thuong@2", document='{"code":"thuong","version":2}'),
        '{"type":"PolicyAdopted","policy":"thuong@2","document":"{\\"code\\":\\"thuong\\",\\"version\\":2}"}',
    ),
    "CalendarDecided": (
        CalendarDecided(
            revision=2,
            decision_number="15/QĐ-UBND",
            decided_on=date(2026, 12, 1),
            reason="Hoán đổi dịp Tết",
            entries=swap(date(2027, 2, 3), date(2027, 2, 13)),
        ),
        '{"type":"CalendarDecided","revision":2,"decision_number":"15/QĐ-UBND","decided_on":"2026-12-01",'
        '"reason":"Hoán đổi dịp Tết","entries":['
        '{"day":"2027-02-03","kind":"day_off","reason":"nghỉ hoán đổi với 13/02/2027"},'
        '{"day":"2027-02-13","kind":"working","reason":"làm bù cho 03/02/2027"}]}',
    ),
    "CalendarDecided, bare": (
        CalendarDecided(
            revision=1,
            decision_number="1",
            reason="thử",
            entries=(CalendarEntry(day=date(2027, 2, 3), kind=DayKind.AS_USUAL, reason="thử"),),
        ),
        '{"type":"CalendarDecided","revision":1,"decision_number":"1","decided_on":null,"reason":"thử",'
        '"entries":[{"day":"2027-02-03","kind":"as_usual","reason":"thử"}]}',
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
