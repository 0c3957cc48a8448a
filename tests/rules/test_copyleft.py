"""pm4py is AGPL: the program never imports it, and of the tests only scripts that run as a process of their own."""

import ast
from pathlib import Path

import pytest

from tests.rules.tree import ROOT, files, pyproject

OF_THEIR_OWN = {Path("tests/audit/exporting/mining.py")}


def imports_pm4py(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)) if "pm4py" in text else ():
        named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] == "pm4py" for name in named):
            return True
    return False


def test_only_processes_of_their_own_import_pm4py() -> None:
    found = {path.relative_to(ROOT) for path in files(ROOT) if path.suffix == ".py" and imports_pm4py(path)}
    assert found == OF_THEIR_OWN


def test_no_test_imports_these() -> None:
    modules = {".".join(path.with_suffix("").parts) for path in OF_THEIR_OWN}
    texts = {path: path.read_text(encoding="utf-8") for path in files(ROOT / "tests") if path.suffix == ".py"}
    assert [path for path, text in texts.items() if any(f"from {name} import" in text for name in modules)] == []


@pytest.mark.parametrize("line", ["import pm4py", "from pm4py.objects import log", "import os, pm4py.util"])
def test_an_import_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "module.py").write_text(f"def late():\n    {line}\n")
    assert imports_pm4py(tmp_path / "module.py")


def test_the_program_does_not_ask_for_it() -> None:
    project = pyproject()["project"]
    assert not any("pm4py" in one for one in project["dependencies"])
    assert any("pm4py" in one for one in project["optional-dependencies"]["dev"])
