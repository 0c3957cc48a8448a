"""docs/conformance.md says what the program does: its table of rules and its drawing are the program's own."""

from audit.conformance.table import RULES
from tests.conformance.page import PAGE, parts, written


def test_the_page_is_as_the_program_has_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page, "run: .venv/bin/python -m tests.conformance.page"
    assert all(text in page for text in parts().values())


def test_codes_and_words_are_each_rules_own() -> None:
    for field in ("code", "vietnamese", "english"):
        assert len({getattr(rule, field) for rule in RULES}) == len(RULES)
