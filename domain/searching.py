"""Searching by words: what somebody types, as words that match regardless of accents, and the units that each may mean."""

import re

from domain.text import fold
from domain.validity import DatedDirectory

_BETWEEN = re.compile("[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
"""White space and ASCII punctuation: what stands between the words of folded text. words_of in the record goes by the same."""


def asked_words(q: str) -> list[str]:
    """What is asked for, folded, at each white space; "Số 12/TB" gives "so" and "12/tb"."""
    return fold(q).split()


def parts_of(word: str) -> list[str]:
    """The words within one that was asked for: "12/tb" gives "12" and "tb"; none where it is punctuation alone."""
    return [part for part in _BETWEEN.split(word) if part]


def units_named(q: str, dated: DatedDirectory) -> dict[str, frozenset[str]]:
    """For each word asked for, the codes of the units of whose code, names or aliases of any day some word begins with it.

    Names of any day, so that a directive is found by the name on its paper as by that of today. The beginnings of words, for
    syllables are short: "an" lies within half of all names. A word that means no unit is left out.
    """
    found = {}
    for word in asked_words(q):
        codes = frozenset(
            code for code, called in dated.unit_words.items() if any(name.startswith(word) for name in called)
        )
        if codes:
            found[word] = codes
    return found
