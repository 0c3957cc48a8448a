"""Lists brought into the directory: only what differs changes, from the day that is named, all or none."""

from datetime import date

import pytest

from domain.directory import Grant, Person, Role, Unit, UnitKind
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.directory_import import imported_people, imported_units
from domain.reorganising import ended
from domain.validity import BEGINNING, DatedDirectory
from tests.domain.district import PEOPLE, UNITS, person

TODAY, LATER = date(2026, 3, 2), date(2026, 7, 1)
DISTRICT = DatedDirectory.always(UNITS, PEOPLE)
WARD = Unit(code="P-C", name="Phường C", kind=UnitKind.WARD, parent="UBQ")
RENAMED = UNITS[2].model_copy(update={"name": "Phòng Nội vụ và Lao động"})


def test_the_same_again_changes_nothing() -> None:
    assert imported_units(DISTRICT, UNITS, TODAY) == []
    assert imported_people(DISTRICT, PEOPLE, TODAY) == []


def test_the_first_list_counts_from_the_beginning() -> None:
    held = changed(DatedDirectory(), imported_units(DatedDirectory(), UNITS, TODAY))
    held = changed(held, imported_people(held, PEOPLE, TODAY))
    assert tuple(held.on(BEGINNING).units.values()) == UNITS
    assert tuple(held.on(BEGINNING).people.values()) == tuple(p.model_copy(update={"email": None}) for p in PEOPLE)


def test_what_was_known_is_another_from_today_or_from_the_day_named() -> None:
    for since, before in ((None, date(2026, 3, 1)), (LATER, date(2026, 6, 30))):
        held = changed(DISTRICT, imported_units(DISTRICT, [RENAMED], TODAY, since, "9/NQ"))
        assert held.name_on("NV", before) == "Phòng Nội vụ"
        assert held.name_on("NV", since or TODAY) == RENAMED.name


def test_what_is_new_is_taken_to_be_as_old_as_the_unit_above_it_unless_a_day_is_named() -> None:
    held = changed(DISTRICT, imported_units(DISTRICT, [WARD], TODAY, LATER))
    assert "P-C" not in held.on(TODAY).units
    below = Unit(code="TDP-1", name="Tổ dân phố 1", kind=UnitKind.WARD, parent="P-C")
    deeper = Unit(code="TDP-2", name="Tổ dân phố 2", kind=UnitKind.WARD, parent="TDP-1")
    held = changed(held, imported_units(held, [deeper, below], TODAY))
    assert held.units["TDP-2"].spells[0].since == held.units["TDP-1"].spells[0].since == LATER
    held = changed(held, imported_people(held, [person("ct-c", Role.UNIT_HEAD, "P-C")], TODAY))
    assert held.people["ct-c"].spells[0].since == LATER


def test_people_move_from_a_day_on_with_exactly_the_roles_given() -> None:
    moved = person("cv-nv", Role.OFFICER, "TNMT")
    held = changed(DISTRICT, imported_people(DISTRICT, [moved], TODAY, LATER))
    assert held.on(TODAY).people["cv-nv"].unit == "NV"
    assert held.on(LATER).people["cv-nv"] == moved


def test_name_and_activity_hold_at_once() -> None:
    other = PEOPLE[3].model_copy(update={"full_name": "Trưởng phòng", "active": False})
    changes = imported_people(DISTRICT, [other], TODAY, LATER)
    assert [change.type for change in changes] == ["PersonRenamed", "PersonDeactivated"]
    back = imported_people(changed(DISTRICT, changes), [PEOPLE[3]], TODAY)
    assert [change.type for change in back] == ["PersonRenamed", "PersonReactivated"]
    new = person("moi", Role.OFFICER, "NV", active=False)
    assert not changed(DISTRICT, imported_people(DISTRICT, [new], TODAY)).on(TODAY).people["moi"].active


def test_an_ended_unit_does_not_come_back() -> None:
    held = changed(DISTRICT, ended(DISTRICT, "P-A", TODAY, "P-B"))
    with pytest.raises(DirectoryError, match="P-A has ended on 2026-03-02"):
        imported_units(held, [UNITS[4]], LATER)


ROLE_TWICE = Person(username="x", full_name="x", unit="NV", roles=(Grant(role=Role.OFFICER, unit="NV"),) * 2)


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ([WARD, WARD], "P-C is named twice"),
        ([WARD.model_copy(update={"parent": "P-C"})], "form a cycle"),
        ([UNITS[0].model_copy(update={"parent": "NV"})], "form a cycle"),
        ([WARD.model_copy(update={"parent": "nowhere"})], "unknown parent nowhere"),
    ],
    ids=["twice", "below itself", "circle", "parent"],
)
def test_units_that_make_no_directory_are_refused(units: list[Unit], said: str) -> None:
    with pytest.raises(DirectoryError, match=said):
        imported_units(DISTRICT, units, TODAY)


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ([PEOPLE[0], PEOPLE[0]], "chu-tich is named twice"),
        ([person("x", Role.OFFICER, "nowhere")], "x names the unknown unit nowhere"),
        ([ROLE_TWICE], "role officer@NV is named twice"),
    ],
    ids=["twice", "unit", "role twice"],
)
def test_people_who_do_not_fit_are_refused(people: list[Person], said: str) -> None:
    with pytest.raises(DirectoryError, match=said):
        imported_people(DISTRICT, people, TODAY)
