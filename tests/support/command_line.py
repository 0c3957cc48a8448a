"""The `dondoc` command as a test runs it: within this process where it can be, as a process of its own where it must."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from unittest.mock import patch

from cli import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote on stdout, which is one JSON value and nothing beside it."""
        return json.loads(self.out)

    def succeeded(self) -> "Outcome":
        """Itself, if the exit code is 0."""
        assert self.code == 0, f"exit {self.code}\n{self.out}\n{self.err}"
        return self

    def ended(self, code: int, *words: str) -> "Outcome":
        """Itself, if it ended with this code and named these words on stderr."""
        assert self.code == code, f"exit {self.code}\n{self.out}\n{self.err}"
        for word in words:
            assert word in self.err, self.err
        return self


def dondoc(*words: str, stdin: bytes = b"") -> Outcome:
    """Run a command within this process. In an async test through `asyncio.to_thread`: the command has a loop of its own."""
    out, err = _Written(sys.stdout), _Written(sys.stderr)
    code = 0
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))):
        try:
            main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Outcome(code, out.text(), err.text())


class _Written(io.TextIOWrapper):
    """Keeps what this thread writes; a worker of the test that logs in another thread writes where it did before."""

    def __init__(self, otherwise: TextIO) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, "utf-8")
        self._thread, self._otherwise = threading.get_ident(), otherwise

    def write(self, text: str) -> int:
        return super().write(text) if threading.get_ident() == self._thread else self._otherwise.write(text)

    def text(self) -> str:
        self.flush()
        return self._bytes.getvalue().decode()


def dondoc_process(*words: str, environment: Mapping[str, str] | None = None, seconds: float = 60) -> Outcome:
    """Run a command as a process of its own, with these changes to the environment."""
    done = subprocess.run(
        command(*words),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment_with(environment or {}),
        timeout=seconds,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def command(*words: str) -> list[str]:
    """The command line of `dondoc` in this environment."""
    return [str(Path(sys.executable).with_name("dondoc")), *words]


def environment_with(changes: Mapping[str, str]) -> dict[str, str]:
    """This environment without what would lead a command to other servers, and with the changes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "TEMPORAL_"))}
    return {**kept, **changes}
