"""What the commands share: options, exit codes, how they speak. Light, so that help is instant."""

import asyncio
import io
import json
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

REFUSED, USAGE, UNAVAILABLE_EXIT = 1, 2, 3
"""Exit codes besides 0."""

Data = Annotated[
    Path,
    Parameter("--data", env_var="DONDOC_DATA", help="Thư mục dữ liệu mặc định nhúng · folder of the embedded default"),
]
Json = Annotated[bool, Parameter("--json", negative=(), help="Kết quả cho máy đọc · machine-readable output")]
DEFAULT_DATA = Path(".dondoc")

T = TypeVar("T")


class _Results(Console):
    def on_broken_pipe(self) -> NoReturn:
        # `dondoc list | head` has read what it wanted: that is no failure, and 1 would mean a refusal.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


out = _Results(width=None if sys.stdout.isatty() else 120)
"""Results, on stdout; in a file or pipe, wide enough for the tables."""
err = Console(stderr=True)
"""Progress, hints and errors, on stderr."""


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale says: Vietnamese and JSON need it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def fail(code: int, message: str, hint: str = "") -> NoReturn:
    """Say what is wrong and what to do next, and end with `code`."""
    err.print(message, style="bold red", highlight=False, markup=False, soft_wrap=True)
    if hint:
        err.print(hint, highlight=False, markup=False, soft_wrap=True)
    sys.exit(code)


def say(message: str) -> None:
    """A line of progress."""
    err.print(Text.assemble(("· ", "dim"), message), soft_wrap=True)


def print_json(value: Any) -> None:
    """A value as JSON on stdout, at once: a program may be waiting for it at the other end."""
    try:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        out.on_broken_pipe()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine; the faster event loop where there is one."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return uvloop.run(work)
