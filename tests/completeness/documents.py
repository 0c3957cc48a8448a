"""The generated documents by their paths."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.completeness.catalogue import ROOT
from tests.completeness.matrix import FILE, Row
from tests.completeness.render_matrix import as_csv, as_markdown, matrix
from tests.completeness.render_patterns import patterns_page


@cache
def _table() -> dict[Row, tuple[str, ...]]:
    return matrix()


DOCUMENTS: dict[Path, Callable[[], str]] = {
    FILE: lambda: as_csv(_table()),
    FILE.with_suffix(".md"): lambda: as_markdown(_table()),
    ROOT / "docs" / "patterns.md": patterns_page,
}
"""What each generated file has to hold now, made when asked for: deciding every cell takes seconds, and collecting is frequent."""
