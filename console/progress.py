"""Showing that work goes on: a bar on a terminal, a line for each step elsewhere; always on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from console.common import err, say


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
