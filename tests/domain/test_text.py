"""Text as the record keeps it, and the key by which names are found."""

import unicodedata

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.text import Code, Line, Prose, compose, fold, printable

LINE: TypeAdapter[str] = TypeAdapter(Line)
PROSE: TypeAdapter[str] = TypeAdapter(Prose)
CODE: TypeAdapter[str] = TypeAdapter(Code)


def error_of(adapter: TypeAdapter[str], text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(text)
    return caught.value.errors()[0]["type"]


@pytest.mark.parametrize("word", ["nhiệm vụ", "Đôn đốc", "hoá", "Ủy ban"])
def test_decomposed_text_is_refused_and_never_rewritten(word: str) -> None:
    assert LINE.validate_python(word) == word
    assert error_of(LINE, unicodedata.normalize("NFD", word)) == "text_not_nfc"
    assert error_of(PROSE, unicodedata.normalize("NFD", word)) == "text_not_nfc"
    assert compose(unicodedata.normalize("NFD", word)) == word


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f"])
def test_control_characters_are_refused(control: str) -> None:
    assert error_of(PROSE, f"một{control}hai") == "text_has_control"


def test_lines_and_tabs_are_text() -> None:
    assert PROSE.validate_python("một\thai\r\nba\nbốn") == "một\thai\r\nba\nbốn"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\u2029"])
def test_a_line_is_one_line(end: str) -> None:
    assert error_of(LINE, f"một{end}hai") == "text_has_line_break"
    assert PROSE.validate_python(f"một{end}hai") == f"một{end}hai"


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_nothing_is_no_text(text: str) -> None:
    assert error_of(LINE, text) == "string_too_short"


def test_white_space_around_is_no_part_of_it() -> None:
    assert LINE.validate_python("  một hai\n") == "một hai"


@pytest.mark.parametrize(("adapter", "longest"), [(LINE, 500), (PROSE, 20_000)])
def test_a_text_has_its_longest_length(adapter: TypeAdapter[str], longest: int) -> None:
    assert adapter.validate_python("đ" * longest) == "đ" * longest
    assert error_of(adapter, "đ" * (longest + 1)) == "string_too_long"


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValidationError):
        LINE.validate_python("\ud800")


@pytest.mark.parametrize("code", ["NV", "P-A", "tp-nv", "a", "0", "a.b_c-d", "x" * 64])
def test_a_code_is_a_short_plain_name(code: str) -> None:
    assert CODE.validate_python(code) == code


@pytest.mark.parametrize("code", ["", "-a", ".a", "a b", "đv", "a\n", "a/b", "x" * 65])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert error_of(CODE, code) == "string_pattern_mismatch"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hoá", "hoa"),
        ("hóa", "hoa"),
        ("Đống Đa", "dong da"),
        ("đường", "duong"),
        ("  Phòng\n Nội  vụ ", "phong noi vu"),
        ("ỦY BAN", "uy ban"),
        ("Ủy ban", "uy ban"),
        ("Thuỵ", "thuy"),
        ("Quý II/2026", "quy ii/2026"),
        ("", ""),
    ],
)
def test_names_are_found_without_accents(text: str, key: str) -> None:
    assert fold(text) == fold(unicodedata.normalize("NFD", text)) == key
    assert fold(key) == key


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("550 không có hộp thư này", "550 không có hộp thư này"),
        (" a\x00b\n\tc\udcffd\u202ee ", "a b c d e"),
        ("", ""),
        ("\x00", ""),
        ("x" * 30, "x" * 20),
        ("550 không có hộp thư này " * 2, "550 không có hộp thư"),
    ],
)
def test_of_text_of_unknown_origin_what_can_be_kept_is_kept(text: str, kept: str) -> None:
    limit = 20 if len(text) > 25 else 40
    assert printable(text, limit) == kept
    kept.encode()
