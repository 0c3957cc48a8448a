"""`make test`: linters, import rules, every test, and types beside them. Each step runs even if one before it failed."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
PROCESSES = min(4, PROCESSORS + 1)
"""One more than there are processors, for tests wait for servers half of their time. Each process has servers of its own: more than
four would need memory rather than save time."""
PYTEST = [sys.executable, "-m", "pytest", "-p", "tests.parallel", "--numprocesses", str(PROCESSES)]

STEPS: list[tuple[str, list[str]]] = [
    ("ruff check", [str(BIN / "ruff"), "check", "."]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("import rules", [str(BIN / "lint-imports"), "--no-cache"]),
]
TYPES = "mypy --strict", [str(BIN / "mypy")]
"""Beside the tests; what it says is shown after them."""


def main() -> None:
    """Run all steps; the exit code tells whether all passed. Arguments go to pytest."""
    # Tests start hundreds of Python programs; where a shell forbids it to keep what it compiles, each would compile all anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    failed = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        types = subprocess.Popen(TYPES[1], stdout=said, stderr=subprocess.STDOUT, env=environment)
        for name, command in [*STEPS, ("pytest", [*PYTEST, *sys.argv[1:]])]:
            started = time.monotonic()
            _say(f"── {name}\n")
            if subprocess.run(command, check=False, env=environment).returncode:
                failed.append(name)
            _say(f"── {name}: {time.monotonic() - started:.0f} s\n")
        if types.wait():
            failed.append(TYPES[0])
        said.seek(0)
        _say(f"── {TYPES[0]}\n{said.read()}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
