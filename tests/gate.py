"""`make test`: linters, types, import rules, then every test. Each step runs even if one before it failed."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent

STEPS: list[tuple[str, list[str]]] = [
    ("ruff check", [str(BIN / "ruff"), "check", "."]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("mypy --strict", [str(BIN / "mypy")]),
    ("import rules", [str(BIN / "lint-imports"), "--no-cache"]),
]


def main() -> None:
    """Run all steps; the exit code tells whether all passed. Arguments go to pytest."""
    steps = [*STEPS, ("pytest", [sys.executable, "-m", "pytest", *sys.argv[1:]])]
    failed = []
    for name, command in steps:
        started = time.monotonic()
        sys.stdout.write(f"── {name}\n")
        sys.stdout.flush()
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
        sys.stdout.write(f"── {name}: {time.monotonic() - started:.0f} s\n")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
