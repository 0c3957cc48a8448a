"""Every file is one idea and says which."""

import ast
from pathlib import Path

import pytest

from tests.rules.tree import PACKAGES, PROGRAMS, ROOT, files, modules, pyproject

MOST_LINES = 400


def too_long(path: Path) -> bool:
    return len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES


def test_no_file_is_too_long_for_one_idea() -> None:
    assert [str(path.relative_to(ROOT)) for path in modules() if too_long(path)] == []


@pytest.mark.parametrize(("lines", "found"), [(400, False), (401, True)])
def test_the_limit_bites(tmp_path: Path, lines: int, *, found: bool) -> None:
    path = tmp_path / "long.py"
    path.write_text("x = 1\n" * lines)
    assert too_long(path) is found


def test_every_module_says_what_it_is_for() -> None:
    ours = [*modules(), *(path for path in files(ROOT / "tests") if path.name.startswith(("test_", "conftest")))]
    without = [path for path in ours if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert [str(path.relative_to(ROOT)) for path in without] == []


def test_every_package_is_installed_and_under_the_import_rules() -> None:
    """A new package is forgotten in one of these places otherwise, and is then missing from an image or from a rule."""
    config = pyproject()
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert here == set(PACKAGES)
    assert {pattern.rstrip("*") for pattern in config["tool"]["setuptools"]["packages"]["find"]["include"]} == here
    assert set(config["tool"]["importlinter"]["root_packages"]) == here
    assert here | {"bench", "tests"} == set(config["tool"]["mypy"]["packages"])
    assert {f"{name}.py" for name in config["tool"]["setuptools"]["py-modules"]} == set(PROGRAMS)
    assert {path.name for path in ROOT.glob("*.py")} == set(PROGRAMS)
