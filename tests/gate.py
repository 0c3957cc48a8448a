"""`make test`: linters, types, import rules, then every test. Each step runs even if one before it failed."""

import os
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PROCESSES = max(1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))
"""Each has servers of its own: more than four would need memory rather than save time."""
PYTEST = [sys.executable, "-m", "pytest", "-p", "tests.parallel", "--numprocesses", str(PROCESSES)]

STEPS: list[tuple[str, list[str]]] = [
    ("ruff check", [str(BIN / "ruff"), "check", "."]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("mypy --strict", [str(BIN / "mypy")]),
    ("import rules", [str(BIN / "lint-imports"), "--no-cache"]),
]


def main() -> None:
    """Run all steps; the exit code tells whether all passed. Arguments go to pytest."""
    steps = [*STEPS, ("pytest", [*PYTEST, *sys.argv[1:]])]
    # Tests start hundreds of Python programs; where a shell forbids it to keep what it compiles, each would compile all anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    failed = []
    for name, command in steps:
        started = time.monotonic()
        sys.stdout.write(f"── {name}\n")
        sys.stdout.flush()
        if subprocess.run(command, check=False, env=environment).returncode:
            failed.append(name)
        sys.stdout.write(f"── {name}: {time.monotonic() - started:.0f} s\n")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
