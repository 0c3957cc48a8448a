"""Showing that work goes on: a bar on a terminal, a line for each step elsewhere; always on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from console.common import err, say


@contextmanager
def transferred(message: str, size: int) -> Iterator[Callable[[int], None]]:
    """What to call with each number of bytes that has gone through, of `size` in all; a bar where there is a terminal."""
    if not err.is_terminal:
        say(message)
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(escape(message), total=size)
        yield lambda count: bar.advance(task, count)


@contextmanager
def parts_of(message: str, count: int) -> Iterator[Callable[[int], None]]:
    """What to call with the number of parts that are done, of `count` in all; a bar where there is a terminal."""
    if not err.is_terminal:
        say(message)
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(escape(message), total=count)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def steps(count: int | None = None) -> Iterator[Callable[[str], None]]:
    """What to call at the beginning of each of `count` steps; None: how many there will be is not known.

    It may still be called after the block, and then only says its line.
    """
    if not err.is_terminal:
        yield say
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=count)
        begun = 0

        def tell(message: str) -> None:
            nonlocal begun
            say(message)
            bar.update(task, description=escape(message), completed=begun)
            begun += 1

        yield tell
