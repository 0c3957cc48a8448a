"""What somebody types, as words, and the units that each word may mean."""

from datetime import date

import pytest

from domain.directory import Unit, UnitKind
from domain.searching import asked_words, parts_of, units_named
from domain.validity import BEGINNING, DatedDirectory, DatedUnit, UnitSpell


def unit(code: str, name: str, *aliases: str) -> Unit:
    return Unit(code=code, name=name, aliases=aliases, kind=UnitKind.WARD)


NGOC_LAM = DatedUnit(
    "P-NL",
    (
        UnitSpell(BEGINNING, unit("P-NL", "Phường Ngọc Lâm")),
        UnitSpell(date(2026, 7, 1), unit("P-NL", "Phường Bồ Đề mới", "UBND phường Hoá An")),
    ),
)
NOI_VU = DatedUnit("NV", (UnitSpell(BEGINNING, unit("NV", "Phòng Nội vụ")),))
DATED = DatedDirectory([NGOC_LAM, NOI_VU])


@pytest.mark.parametrize(
    ("q", "codes"),
    [
        ("nội", {"noi": {"NV"}}),
        ("NOI VU", {"noi": {"NV"}, "vu": {"NV"}}),
        ("nv", {"nv": {"NV"}}),
        ("p-nl", {"p-nl": {"P-NL"}}),
        ("ngọc", {"ngoc": {"P-NL"}}),  # its name until July
        ("bồ Đề", {"bo": {"P-NL"}, "de": {"P-NL"}}),  # and after
        ("hóa", {"hoa": {"P-NL"}}),  # of an alias, with the accent elsewhere
        ("ph", {"ph": {"NV", "P-NL"}}),
        ("oi", {}),  # the middle of a word is no beginning
        ("", {}),
        ("%", {}),
    ],
)
def test_the_units_that_words_mean(q: str, codes: dict[str, set[str]]) -> None:
    assert units_named(q, DATED) == codes


def test_words_are_folded_and_parted() -> None:
    assert asked_words("  Số 12/TB-UBND\tĐất ") == ["so", "12/tb-ubnd", "dat"]
    assert parts_of("12/tb-ubnd") == ["12", "tb", "ubnd"]
    assert parts_of("%/_") == []
