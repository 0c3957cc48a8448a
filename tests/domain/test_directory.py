"""The directory: who stands above whom, and a directory that cannot be."""

import pytest
from pydantic import ValidationError

from domain.directory import Directory, DirectoryError, Grant, Person, Role, Unit, UnitKind
from tests.domain.district import UNITS, district, person


def unit(code: str, parent: str | None = None) -> Unit:
    return Unit(code=code, name=f"Đơn vị {code}", kind=UnitKind.WARD, parent=parent)


TREE = (unit("A"), unit("B", "A"), unit("C", "B"), unit("D", "A"), unit("X"))


@pytest.mark.parametrize(
    "units",
    [
        (unit("A", "A"),),
        (unit("A", "B"), unit("B", "A")),
        (unit("A", "B"), unit("B", "C"), unit("C", "A")),
        (unit("Z"), unit("D", "A"), unit("A", "B"), unit("B", "A")),
    ],
)
def test_units_in_a_circle_are_refused(units: tuple[Unit, ...]) -> None:
    with pytest.raises(DirectoryError, match="cycle"):
        Directory(units, ())


def test_a_unit_below_an_unknown_one_is_refused_by_name() -> None:
    with pytest.raises(DirectoryError, match=r"B .*unknown parent Q"):
        Directory((unit("A"), unit("B", "Q")), ())


@pytest.mark.parametrize(
    ("scope", "inside"), [("A", "ABCD"), ("B", "BC"), ("C", "C"), ("D", "D"), ("X", "X"), ("Q", "")]
)
def test_a_scope_is_the_unit_and_all_below(scope: str, inside: str) -> None:
    tree = Directory(TREE, ())
    assert tree.below(scope) == set(inside)
    assert {code for code in "ABCDX" if tree.covers(scope, code)} == set(inside)


def test_nothing_covers_an_unknown_unit() -> None:
    assert not Directory(TREE, ()).covers("A", "Q")


def test_a_person_sees_what_lies_under_any_role_held() -> None:
    roles = (Grant(role=Role.OFFICER, unit="D"), Grant(role=Role.AUDITOR, unit="B"))
    someone = Person(username="a", full_name="A", unit="X", roles=roles)
    assert Directory(TREE, (someone,)).visible_units(someone) == {"B", "C", "D"}
    assert Directory(TREE, ()).visible_units(person("b", None, "A")) == set()


def test_the_whole_district_lies_under_the_committee() -> None:
    assert district().below("UBQ") == {unit.code for unit in UNITS}


def test_a_role_reaches_down_but_not_up_or_across() -> None:
    someone = person("a", Role.UNIT_HEAD, "B")
    tree = Directory(TREE, (someone,))
    held = {code: tree.role_over(someone, (Role.UNIT_HEAD,), code) for code in "ABCDX"}
    assert held == {"A": None, "B": Role.UNIT_HEAD, "C": Role.UNIT_HEAD, "D": None, "X": None}


def test_the_first_role_asked_for_is_the_one_given() -> None:
    roles = (Grant(role=Role.OFFICER, unit="A"), Grant(role=Role.LEADER, unit="A"))
    someone = Person(username="a", full_name="A", unit="A", roles=roles)
    tree = Directory(TREE, (someone,))
    assert tree.role_over(someone, (Role.LEADER, Role.OFFICER), "C") is Role.LEADER
    assert tree.role_over(someone, (Role.OFFICER, Role.LEADER), "C") is Role.OFFICER
    assert tree.role_over(someone, (Role.ADMIN,), "C") is None


def test_holders_are_of_exactly_the_unit_or_of_the_nearest_above() -> None:
    tree = Directory(TREE, (person("a", Role.UNIT_HEAD, "A"), person("b", Role.UNIT_HEAD, "B")))
    assert tree.holders(Role.UNIT_HEAD, "C") == ()
    assert tree.holders(Role.UNIT_HEAD, "C", nearest=True) == ("b",)
    assert tree.holders(Role.UNIT_HEAD, "D", nearest=True) == ("a",)
    assert tree.holders(Role.UNIT_HEAD, "X", nearest=True) == ()
    assert tree.holders(Role.UNIT_HEAD, "Q", nearest=True) == ()


def test_who_has_left_holds_nothing() -> None:
    gone = person("a", Role.UNIT_HEAD, "B", active=False)
    assert Directory(TREE, (gone,)).holders(Role.UNIT_HEAD, "B") == ()


@pytest.mark.parametrize("email", ["a@b", "a b@c.vn", "@c.vn", "a@c.vn\n"])
def test_an_address_that_cannot_be_is_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        Person(username="a", full_name="A", unit="A", email=email)
