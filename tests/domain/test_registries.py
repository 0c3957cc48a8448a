"""The shapes of registry events are forever: each is pinned as it is stored."""

import json
from datetime import date
from typing import get_args
from uuid import UUID

import pytest

from domain.calendar import CalendarEntry, DayKind
from domain.calendar_decisions import swap
from domain.directory import Role, UnitKind
from domain.directory_changes import (
    DirectoryChange,
    HeldRole,
    PersonDeactivated,
    PersonMoved,
    PersonReactivated,
    PersonRegistered,
    PersonRenamed,
    SubstitutionDecided,
    SubstitutionEnded,
    UnitEnded,
    UnitEstablished,
    UnitRevised,
)
from domain.reading import ReadsSealed
from domain.registries import CalendarDecided, LogKeyAdopted, PolicyAdopted, Registry, RegistryData, administrator

DAY, ID = date(2026, 7, 1), UUID("11111111-2222-5333-8444-555555555555")
UNIT = {"code": "P-C", "name": "Phường C", "aliases": ("PC",), "kind": UnitKind.WARD, "parent": "UBQ", "since": DAY}
POST = {"username": "ct-c", "unit": "P-C", "roles": (HeldRole(role=Role.UNIT_HEAD, unit="P-C"),), "since": DAY}
DECIDED = {"decision_number": "9/NQ"}
_UNIT = '"decision_number":"9/NQ","code":"P-C","name":"Phường C","aliases":["PC"],"kind":"ward","parent":"UBQ","since":"2026-07-01"'
_POST = '"decision_number":"9/NQ","username":"ct-c","unit":"P-C","roles":[{"role":"unit_head","unit":"P-C"}],"since":"2026-07-01"'

PINNED: dict[str, tuple[RegistryData, str]] = {
    "UnitEstablished": (UnitEstablished(**UNIT, **DECIDED), f'{{{_UNIT},"type":"UnitEstablished"}}'),
    "UnitEstablished-minimal": (
        UnitEstablished(code="UBQ", name="UBND", kind=UnitKind.OFFICE),
        '{"decision_number":null,"code":"UBQ","name":"UBND","aliases":[],"kind":"office","parent":null,"since":null,'
        '"type":"UnitEstablished"}',
    ),
    "UnitRevised": (UnitRevised(**UNIT, **DECIDED), f'{{{_UNIT},"type":"UnitRevised"}}'),
    "UnitEnded": (
        UnitEnded(code="P-A", on=DAY, successors=("P-C", "P-B"), **DECIDED),
        '{"decision_number":"9/NQ","type":"UnitEnded","code":"P-A","on":"2026-07-01","successors":["P-C","P-B"]}',
    ),
    "PersonRegistered": (
        PersonRegistered(**POST, **DECIDED, full_name="Chủ tịch C"),
        f'{{{_POST},"type":"PersonRegistered","full_name":"Chủ tịch C"}}',
    ),
    "PersonMoved": (PersonMoved(**POST, **DECIDED), f'{{{_POST},"type":"PersonMoved"}}'),
    "PersonRenamed": (
        PersonRenamed(username="ct-c", full_name="Bí thư C", **DECIDED),
        '{"decision_number":"9/NQ","type":"PersonRenamed","username":"ct-c","full_name":"Bí thư C"}',
    ),
    "PersonDeactivated": (
        PersonDeactivated(username="ct-c"),
        '{"decision_number":null,"type":"PersonDeactivated","username":"ct-c"}',
    ),
    "PersonReactivated": (
        PersonReactivated(username="ct-c"),
        '{"decision_number":null,"type":"PersonReactivated","username":"ct-c"}',
    ),
    "SubstitutionDecided": (
        SubstitutionDecided(
            id=ID,
            absent="b",
            absent_name="Bê",
            substitute="a",
            substitute_name="A",
            first_day=DAY,
            last_day=DAY,
            **DECIDED,
        ),
        '{"decision_number":"9/NQ","type":"SubstitutionDecided","id":"11111111-2222-5333-8444-555555555555","absent":"b",'
        '"absent_name":"Bê","substitute":"a","substitute_name":"A","first_day":"2026-07-01","last_day":"2026-07-01"}',
    ),
    "SubstitutionEnded": (
        SubstitutionEnded(id=ID, last_day=DAY),
        '{"decision_number":null,"type":"SubstitutionEnded","id":"11111111-2222-5333-8444-555555555555",'
        '"last_day":"2026-07-01"}',
    ),
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
    "LogKeyAdopted": (
        LogKeyAdopted(key="log+0a0b0c0d+AQ==", statement="a note\n"),
        '{"type":"LogKeyAdopted","key":"log+0a0b0c0d+AQ==","statement":"a note\\n"}',
    ),
}


PINNED["ReadsSealed"] = (
    ReadsSealed(after=7, through=12, count=4, sha256="ab" * 32),
    f'{{"type":"ReadsSealed","after":7,"through":12,"count":4,"sha256":"{"ab" * 32}"}}',
)


@pytest.mark.parametrize("name", PINNED)
def test_a_stored_shape_stays(name: str) -> None:
    data, text = PINNED[name]
    assert data.model_dump(mode="json") == json.loads(text)
    assert type(data).model_validate_json(text) == data


def test_every_change_of_the_directory_is_pinned() -> None:
    classes = get_args(get_args(DirectoryChange)[0])
    assert {name.partition("-")[0] for name in PINNED} >= {change.__name__ for change in classes}


def test_streams_of_registries_are_the_same_in_every_record() -> None:
    assert {registry: str(registry.stream_id) for registry in Registry} == {
        Registry.POLICIES: "c0a3b7e9-6111-5238-92aa-cab674d923cf",
        Registry.CALENDAR: "fe64839a-dea4-5204-baa3-cc47aaf386e8",
        Registry.READS: "05711235-3976-5bd5-b0a1-6ac9e5498325",
        Registry.DIRECTORY: "74e8715d-fd35-59c7-b7fb-0ccdf254fd48",
        Registry.KEYS: "fa654629-fe96-5ef4-8898-2af1a0bb8475",
    }
    assert len({registry.stream_id for registry in Registry}) == len(Registry)


def test_who_changes_at_the_command_line_is_named_by_login() -> None:
    assert administrator("quantri").model_dump(exclude_none=True) == {"user": "console", "name": "quantri"}
