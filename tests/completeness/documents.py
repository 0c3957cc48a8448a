"""The generated documents by their paths."""

from functools import cache
from pathlib import Path

from tests.completeness.catalogue import ROOT
from tests.completeness.matrix import FILE
from tests.completeness.render_matrix import as_csv, as_markdown, matrix
from tests.completeness.render_patterns import patterns_page


@cache
def documents() -> dict[Path, str]:
    """What each generated file has to hold now."""
    table = matrix()
    return {
        FILE: as_csv(table),
        FILE.with_suffix(".md"): as_markdown(table),
        ROOT / "docs" / "patterns.md": patterns_page(),
    }
