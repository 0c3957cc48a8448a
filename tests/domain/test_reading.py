"""Notes of reads: in whose right one sees a directive, and the line that seals sum."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.directory import Directory, Grant, Role
from domain.reading import Door, Opened, Read, reader_of, rights_of
from domain.substitution import Substitution
from domain.wording import OPENED_NAMES
from storage.reads import line_of
from tests.domain.district import PEOPLE, UNITS, person

BOTH = person("hai", Role.OFFICER, "NV").model_copy(
    update={"roles": (Grant(role=Role.OFFICER, unit="NV"), Grant(role=Role.AUDITOR, unit="UBQ"))}
)
AWAY = Substitution(
    id=UUID(int=1),
    absent="tp-tnmt",
    substitute="tp-nv",
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
)
DISTRICT = Directory(UNITS, (*PEOPLE, BOTH), substitutions=[AWAY])


@pytest.mark.parametrize(
    ("username", "units", "right"),
    [
        ("tp-nv", ("NV", "TNMT"), ("unit_head", "NV", None)),
        ("tp-nv", ("TNMT",), ("unit_head", "TNMT", "tp-tnmt")),
        ("tp-tnmt", ("TNMT",), ("unit_head", "TNMT", None)),
        ("kiem-tra", ("P-B",), ("auditor", "UBQ", None)),
        ("hai", ("NV", "P-A"), ("officer", "NV", None)),
        ("hai", ("P-A",), ("auditor", "UBQ", None)),
        ("cv-nv", ("P-A",), (None, None, None)),
        ("chu-tich", (), (None, None, None)),
    ],
)
def test_the_right_is_ones_own_first_and_else_that_of_whom_one_stands_in_for(
    username: str, units: tuple[str, ...], right: tuple[str | None, ...]
) -> None:
    one = DISTRICT.people[username]
    reader = reader_of(one, rights_of(one, DISTRICT), frozenset(units))
    assert (reader.user, reader.name, reader.unit) == (username, one.full_name, one.unit)
    assert (reader.role, reader.over, reader.on_behalf_of) == right


@pytest.mark.parametrize("username", DISTRICT.people)
def test_all_rights_together_are_what_one_sees(username: str) -> None:
    one = DISTRICT.people[username]
    units = frozenset().union(*(right.units for right in rights_of(one, DISTRICT)))
    assert units == DISTRICT.visible_units(one)


def test_the_line_that_is_summed_stays() -> None:
    read = Read(
        read_id=7,
        read_at=datetime(2026, 11, 29, 2, 3, 4, 5, UTC),
        reader="tp-nv",
        reader_unit="NV",
        role="unit_head",
        role_over="NV",
        on_behalf_of="tp-tnmt",
        door=Door.API,
        kind=Opened.FILE,
        subject=UUID("11111111-2222-5333-8444-555555555555"),
        version=3,
        detail="Đường",
    )
    assert line_of(read).decode() == (
        '{"detail":"Đường","door":"api","kind":"file","on_behalf_of":"tp-tnmt","read_at":"2026-11-29T02:03:04.000005Z","read_id":7,'
        '"reader":"tp-nv","reader_unit":"NV","role":"unit_head","role_over":"NV","subject":"11111111-2222-5333-8444-555555555555",'
        '"version":3}\n'
    )
    bare = dict.fromkeys(("reader_unit", "role", "role_over", "on_behalf_of", "subject", "version"))
    assert line_of(read.model_copy(update={**bare, "detail": "", "kind": Opened.FEED})).decode() == (
        '{"detail":"","door":"api","kind":"feed","on_behalf_of":null,"read_at":"2026-11-29T02:03:04.000005Z","read_id":7,'
        '"reader":"tp-nv","reader_unit":null,"role":null,"role_over":null,"subject":null,"version":null}\n'
    )


def test_the_names_of_what_is_opened_and_of_doors_stay() -> None:
    assert {*Opened} >= {
        *("directive", "subdirectives", "officers", "events", "replay", "file", "recurrence", "feed"),
        *("bundle", "export", "audit", "reads"),
    }
    assert {*Door} >= {"api", "console"}
    assert OPENED_NAMES.keys() == {*Opened}
