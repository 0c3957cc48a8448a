"""Every line of the README's ```console blocks, run in order in one shell against a running `up`."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.house import House
from tests.support.command_line import ROOT, command, environment_with

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def console_lines(file: Path) -> list[str]:
    """What a reader types: the lines after `$ ` in the ```console blocks."""
    blocks = re.findall(r"^```console\n(.*?)^```$", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def run_lines(lines: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One shell that shows each line before it runs it and ends at the first that fails."""
    script = "\n".join(["set -euo pipefail", *(f"printf '%s\\n' {_quoted(line)} >&2\n{line}" for line in lines)])
    return subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=environment_with(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def _quoted(line: str) -> str:
    return "'$ " + line.replace("'", "'\\''") + "'"


def test_every_line_of_the_readme_runs(up: House) -> None:
    lines = console_lines(ROOT / "README.md")
    assert lines, "README.md shows no ```console block with lines that begin with `$ `: nothing a reader could try"
    path = f"{Path(command()[0]).parent}:/usr/local/bin:/usr/bin:/bin"
    done = run_lines(lines, {"DONDOC_DATA": str(up.data), "PATH": path})
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    assert done.stderr.count("\n$ ") + 1 == len(lines)


def test_a_line_that_fails_is_noticed() -> None:
    done = run_lines(["N=7", "test $N = 7", "false | cat", "echo never"], {})
    assert done.returncode != 0
    assert done.stderr.splitlines() == ["$ N=7", "$ test $N = 7", "$ false | cat"]
    assert done.stdout == ""
