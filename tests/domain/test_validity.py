"""The directory over time: each day sees what was valid on it, and succession runs forward and never in a circle."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.directory import Person, Role, Unit, UnitKind
from domain.directory_changes import DirectoryChange
from domain.directory_error import DirectoryError
from domain.directory_fold import changed
from domain.reorganising import ended, merged, moved, renamed, split
from domain.validity import BEGINNING, DatedDirectory
from tests.domain.district import PEOPLE, UNITS, person

DAY = date(2026, 7, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
DISTRICT = DatedDirectory.always(UNITS, PEOPLE)
NEW_WARD = Unit(code="P-C", name="Phường C", kind=UnitKind.WARD, parent="UBQ")


def after(*changes: list[DirectoryChange], held: DatedDirectory = DISTRICT) -> DatedDirectory:
    for each in changes:
        held = changed(held, each)
    return held


def test_what_was_always_so_is_so_on_every_day() -> None:
    for day in (BEGINNING, DAY, date.max):
        assert tuple(DISTRICT.on(day).units.values()) == UNITS
        assert tuple(DISTRICT.on(day).people.values()) == PEOPLE


def test_a_renamed_unit_has_each_name_in_its_time() -> None:
    held = after(renamed(DISTRICT, "NV", "Phòng Nội vụ và Lao động", DAY))
    assert held.on(BEFORE).units["NV"].name == held.name_on("NV", BEFORE) == "Phòng Nội vụ"
    assert held.on(DAY).units["NV"].name == held.name_on("NV", AFTER) == "Phòng Nội vụ và Lao động"
    assert held.name_on("KHONG-CO", DAY) is None


def test_days_without_a_change_between_them_share_one_view() -> None:
    held = after(renamed(DISTRICT, "NV", "Phòng Nội vụ mới", DAY))
    assert held.on(DAY) is held.on(AFTER)
    assert held.on(BEFORE) is held.on(BEGINNING)
    assert held.on(BEFORE) is not held.on(DAY)


def test_a_moved_unit_lies_under_another_from_its_day() -> None:
    held = after(moved(DISTRICT, "P-A", "P-B", DAY))
    assert not held.on(BEFORE).covers("P-B", "P-A")
    assert held.on(DAY).covers("P-B", "P-A")


def test_merged_units_end_and_the_new_one_takes_their_people() -> None:
    held = after(merged(DISTRICT, ["P-A", "P-B"], "P-C", DAY, "12/NQ-HĐND", name="Phường C"))
    assert {"P-A", "P-B"} <= held.on(BEFORE).units.keys()
    now = held.on(DAY)
    assert not {"P-A", "P-B"} & now.units.keys()
    assert now.units["P-C"] == NEW_WARD
    assert held.successor("P-A", DAY) == held.successor("P-B", DAY) == NEW_WARD
    assert held.successor("P-A", BEFORE) is None
    assert {*now.holders(Role.UNIT_HEAD, "P-C")} == {"ct-a", "ct-b"}
    assert (now.ended["P-A"].on, now.ended["P-A"].decision_number) == (DAY, "12/NQ-HĐND")
    assert held.name_on("P-A", AFTER) == "Phường A", "history keeps its name"


def test_one_of_the_merged_units_may_go_on() -> None:
    now = after(merged(DISTRICT, ["P-A", "P-B"], "P-A", DAY)).on(DAY)
    assert "P-A" in now.units
    assert now.present("P-B") == "P-A"


def test_a_split_unit_is_taken_over_by_its_main_successor() -> None:
    held = after(split(DISTRICT, "P-A", [NEW_WARD, "P-B"], "P-C", DAY))
    assert held.on(DAY).ended["P-A"].successors == ("P-C", "P-B")
    assert held.on(DAY).present("P-A") == "P-C"
    assert held.on(DAY).people["ct-a"].unit == "P-C"


def test_what_lies_below_follows_also_where_it_was_to_move_later() -> None:
    below = Unit(code="TDP-1", name="Tổ dân phố 1", kind=UnitKind.WARD, parent="TNMT")
    held = DatedDirectory.always((*UNITS, below), PEOPLE)
    held = after(moved(held, "TDP-1", "P-A", AFTER), held=held)
    held = after(merged(held, ["P-A", "TNMT"], "P-B", DAY), held=held)
    assert held.on(DAY).units["TDP-1"].parent == held.on(AFTER).units["TDP-1"].parent == "P-B"


def test_questions_about_an_ended_unit_are_answered_for_the_one_in_its_place() -> None:
    now = after(merged(DISTRICT, ["P-A"], "P-B", DAY)).on(DAY)
    assert now.covers("P-B", "P-A")
    assert now.covers("UBQ", "P-A")
    assert "P-A" in now.visible_units(now.people["ct-b"])
    assert "P-A" not in now.visible_units(now.people["tp-nv"])
    assert {*now.holders(Role.UNIT_HEAD, "P-A", nearest=True)} == {"ct-a", "ct-b"}


def test_a_unit_without_a_successor_is_answered_for_by_the_unit_above() -> None:
    alone = DatedDirectory.always((*UNITS, NEW_WARD), PEOPLE)
    now = after(ended(alone, "P-C", DAY), held=alone).on(DAY)
    assert now.successor("P-C") is None
    assert now.present("P-C") == "P-C"
    assert now.covers("UBQ", "P-C")
    assert not now.covers("P-A", "P-C")


def test_succession_leads_on_through_units_that_ended_later() -> None:
    held = after(merged(DISTRICT, ["P-A"], "P-B", DAY))
    held = after(merged(held, ["P-B"], "P-C", AFTER, name="Phường C"), held=held)
    assert held.on(DAY).present("P-A") == "P-B"
    assert held.on(AFTER).present("P-A") == held.on(AFTER).present("P-B") == "P-C"


REFUSED = {
    "a parent that is its child": (lambda: moved(DISTRICT, "UBQ", "NV", DAY), "form a cycle"),
    "a parent that is not there": (lambda: moved(DISTRICT, "NV", "KHONG-CO", DAY), "unknown parent KHONG-CO"),
    "an unknown unit": (lambda: renamed(DISTRICT, "KHONG-CO", "X", DAY), "there is no unit KHONG-CO"),
    "nothing to merge": (lambda: merged(DISTRICT, ["P-A"], "P-A", DAY), "nothing is merged"),
    "merged into nothing": (lambda: merged(DISTRICT, ["P-A"], "P-C", DAY), "successor P-C, which is not there"),
    "a new code that is taken": (lambda: merged(DISTRICT, ["P-A"], "P-B", DAY, name="B"), "a unit P-B already"),
    "split into one": (lambda: split(DISTRICT, "P-A", ["P-B"], "P-B", DAY), "two other units at least"),
    "split into itself": (lambda: split(DISTRICT, "P-A", ["P-A", "P-B"], "P-B", DAY), "two other units at least"),
    "a main successor that is none": (lambda: split(DISTRICT, "P-A", ["P-B", "NV"], "VP", DAY), "is none of P-B, NV"),
    "split into a taken code": (
        lambda: split(DISTRICT, "P-A", [NEW_WARD.model_copy(update={"code": "NV"}), "P-B"], "NV", DAY),
        "a unit NV already",
    ),
    "an end that leaves people behind": (lambda: ended(DISTRICT, "P-A", DAY), "ct-a names the unknown unit P-A"),
    "an end that leaves units behind": (lambda: ended(DISTRICT, "UBQ", DAY), "names the unknown"),
    "its own successor": (lambda: ended(DISTRICT, "P-A", DAY, "P-A"), "form a cycle"),
}


@pytest.mark.parametrize(("act", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused(act: object, said: str) -> None:
    with pytest.raises(DirectoryError, match=said):
        act()  # type: ignore[operator]


def test_a_circle_of_successors_is_refused() -> None:
    held = after(ended(DISTRICT, "P-A", DAY, "P-B"))
    with pytest.raises(DirectoryError, match="P-A > P-B > P-A form a cycle"):
        ended(held, "P-B", DAY, "P-A")
    with pytest.raises(DirectoryError, match="form a cycle"):
        ended(held, "P-B", BEFORE, "P-A")


def test_an_ended_unit_is_named_with_its_successor_when_something_is_done_to_it() -> None:
    held = after(ended(DISTRICT, "P-A", DAY, "P-B"))
    with pytest.raises(DirectoryError, match=r"P-A has ended; P-B \(Phường B\)"):
        renamed(held, "P-A", "X", AFTER)
    with pytest.raises(DirectoryError, match=r"P-A ends on 2026-07-01 already"):
        renamed(held, "P-A", "X", BEFORE)


def test_a_contradiction_on_a_later_day_is_found_too() -> None:
    held = after(moved(DISTRICT, "NV", "TNMT", AFTER))
    with pytest.raises(DirectoryError, match=r"from 2026-07-02: .*cycle"):
        moved(held, "TNMT", "NV", DAY)


def test_a_unit_does_not_end_before_a_day_from_which_it_is_described_already() -> None:
    held = after(renamed(DISTRICT, "P-A", "Phường A mới", AFTER))
    with pytest.raises(DirectoryError, match="P-A would end on 2026-07-01, but is described from 2026-07-02 on"):
        ended(held, "P-A", DAY, "P-B")


def test_people_of_an_ended_unit_keep_each_role_once() -> None:
    both = Person(
        username="kiem",
        full_name="Kiêm nhiệm",
        unit="P-A",
        roles=person("x", Role.UNIT_HEAD, "P-A").roles + person("x", Role.UNIT_HEAD, "P-B").roles,
    )
    held = DatedDirectory.always(UNITS, (*PEOPLE, both))
    now = after(merged(held, ["P-A", "P-B"], "P-C", DAY, name="Phường C"), held=held).on(DAY)
    assert [(grant.role, grant.unit) for grant in now.people["kiem"].roles] == [(Role.UNIT_HEAD, "P-C")]


WARDS = tuple(f"W{n}" for n in range(6))
ACTS = st.lists(
    st.tuples(st.sampled_from(WARDS), st.sampled_from((*WARDS, None)), st.integers(0, 8)), min_size=1, max_size=8
)


@given(ACTS)
@settings(max_examples=300, deadline=None)
def test_whatever_ends_in_whatever_order_every_chain_of_successors_comes_to_an_end(
    acts: list[tuple[str, str | None, int]],
) -> None:
    held = DatedDirectory.always(Unit(code=code, name=code, kind=UnitKind.WARD) for code in WARDS)
    for code, successor, offset in acts:
        try:
            held = after(ended(held, code, DAY + timedelta(days=offset), successor), held=held)
        except DirectoryError:
            continue  # refused, and nothing has changed
    for offset in range(10):
        day = DAY + timedelta(days=offset)
        view = held.on(day)
        for code in WARDS:
            present = view.present(code)
            assert present in view.units or (view.successor(code) is None and code in view.ended)
            assert held.name_on(code, day) == code
            for ended_one in view.ended.values():
                later = [held.units[s].end for s in ended_one.successors]
                assert all(end is None or end.on > ended_one.on for end in later), "succession runs forward in time"
