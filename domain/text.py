"""Text as the record keeps it: composed (NFC), without control characters, and a folded key for matching names."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

# C0 but tab and line ends, C1, and the marks that turn the direction of text (Unicode TR 36, section 2.5)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class _Plain(dict[int, int | str | None]):
    """What becomes of each code point of decomposed text: combining marks go, and each answer is remembered."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.combining(chr(code)) else code
        self[code] = kept
        return kept


_PLAIN = _Plain({ord("đ"): "d", ord("Đ"): "D"})


def compose(text: str) -> str:
    """The NFC form of `text`; what programs that read files apply before they send anything."""
    return unicodedata.normalize("NFC", text)


def compose_all(value: Any) -> Any:
    """A value read from a file (YAML, JSON, a sheet) with all text in NFC, and dates as ISO text, as JSON carries them."""
    if isinstance(value, str):
        return compose(value)
    if isinstance(value, dict):
        return {key: compose_all(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [compose_all(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def fold(text: str) -> str:
    """A key for matching and sorting: lower case, no accents, đ as d, white space collapsed.

    "Hoá" and "hóa" give the same key.
    """
    return " ".join(unicodedata.normalize("NFD", text).translate(_PLAIN).casefold().split())


def printable(text: str, most: int) -> str:
    """What can be shown and kept of a text of unknown origin: one line of at most `most` characters, always valid Unicode.

    Control characters, NUL and lone surrogates among them, count as white space, which is collapsed.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def _must_be_composed(text: str) -> str:
    # The bytes of an event are evidence, so they are what the sender wrote: other forms are refused, never rewritten.
    if not unicodedata.is_normalized("NFC", text):
        raise PydanticCustomError("text_not_nfc", "text must be composed Unicode (NFC)")
    if _CONTROL.search(text):
        raise PydanticCustomError("text_has_control", "text must not hold control characters")
    if not text.isascii() and all(unicodedata.category(c)[0] in "CZM" for c in text):
        raise PydanticCustomError("text_empty", "text must hold something that can be seen")
    return text


def _must_be_one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise PydanticCustomError("text_has_line_break", "text must be on one line")
    return text


_checked = AfterValidator(_must_be_composed)

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), _checked]
"""A sentence or two. 1 to 500 characters."""

Line = Annotated[Reason, AfterValidator(_must_be_one_line)]
"""One line: a title, a name, a number. 1 to 500 characters."""

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), _checked]
"""Running text: a task's content, a reason, a report. 1 to 20,000 characters."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""A short name used as a key: units, users, policies."""
