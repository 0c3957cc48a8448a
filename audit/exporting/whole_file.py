"""A file that is there whole or not at all: written beside its place, and moved there at the end."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})


class FileThere(FileExistsError):
    """There is a file already, and nobody asked to replace it."""


class DiskRefused(Exception):
    """The file could not be written to its end: no room, a limit, a fault of the disk."""


@contextmanager
def written_to_disk() -> Iterator[None]:
    """DiskRefused for what goes wrong with files while they are written; what goes wrong with servers passes."""
    try:
        yield
    except sqlite3.Error as error:
        raise DiskRefused(str(error)) from error
    except OSError as error:
        if error.errno in _DISK:
            raise DiskRefused(error.strerror) from error
        raise


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
