"""The import rules of docs/architecture.md hold, and a violation of any of them would be found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.tree import PACKAGES, ROOT, pyproject

PLANTED = {
    "domain imports nothing of ours": ("domain/text.py", "storage.pool"),
    "storage imports domain only": ("storage/pool.py", "api.problems"),
    "activities import domain, storage and audit only": ("activities/messages.py", "console.common"),
    "workflows import domain, and activities for their signatures": ("workflows/messages.py", "storage.pool"),
    "api imports domain, storage, audit and the workflows' messages only": ("api/lookup.py", "workflows.directive"),
    "audit never imports workflows or activities": ("audit/replay/steps.py", "workflows.messages"),
    "verdicts never ask the decider": ("audit/conformance/course.py", "domain.evolve"),
    "embedded starts servers and knows no rules of directives": ("embedded/logs.py", "audit.replay"),
    "simulation runs the rules without Temporal": ("simulation/run.py", "workflows.messages"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their rules, to plant violations in."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_rules_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    assert f"Contracts: {len(PLANTED)} kept, 0 broken." in result.stdout


def test_every_rule_has_a_planted_violation_here() -> None:
    assert {rule["name"] for rule in pyproject()["tool"]["importlinter"]["contracts"]} == set(PLANTED)


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_violation_is_found(copy: Path, rule: str) -> None:
    place, imported = PLANTED[rule]
    file = copy / place
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}\nimport {imported}\n", encoding="utf-8")
    try:
        result = lint(copy)
    finally:
        file.write_text(before, encoding="utf-8")
    assert result.returncode == 1, result.stdout
    assert f"{rule} BROKEN" in " ".join(result.stdout.split())
    assert f"{place.removesuffix('.py').replace('/', '.')} -> {imported}" in result.stdout


def test_the_copy_alone_passes(copy: Path) -> None:
    """So that what is found above comes from the planted line and not from the copying."""
    assert lint(copy).returncode == 0
