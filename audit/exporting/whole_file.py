"""A file that is there whole or not at all: written beside its place, and moved there at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileThere(FileExistsError):
    """There is a file already, and nobody asked to replace it."""


@contextmanager
def whole_file(path: Path, *, replace: bool) -> Iterator[Path]:
    """Where to write what becomes `path` when the block ends well. FileThere, or another OSError where none can be written."""
    if path.exists() and not (replace and path.is_file()):
        raise IsADirectoryError(f"{path} is a folder") if path.is_dir() else FileThere(str(path))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.touch(exist_ok=False)
    try:
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
