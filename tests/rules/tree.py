"""The project's files, without what tools and runs leave beside them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LEFT_BY_TOOLS = {
    *(".git", ".venv", ".dondoc", "__pycache__", "build", "out"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"),
}
PACKAGES = ("activities", "api", "audit", "console", "domain", "embedded", "simulation", "storage", "workflows")
PROGRAMS = ("cli.py", "settings.py", "telemetry.py", "worker.py")


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the project."""
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_BY_TOOLS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def modules() -> list[Path]:
    """The modules of the program itself."""
    return [path for name in PACKAGES for path in files(ROOT / name) if path.suffix == ".py"] + [
        ROOT / name for name in PROGRAMS
    ]


def pyproject() -> dict[str, Any]:
    """The project's description of itself."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
