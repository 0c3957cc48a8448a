"""The log files of a data folder, kept from growing without end."""

from pathlib import Path
from typing import IO

MOST_BYTES = 10 * 2**20


def open_log(path: Path) -> IO[bytes]:
    """The log to append to. One that has grown large is first put aside as NAME.1, in place of the one before."""
    if path.exists() and path.stat().st_size > MOST_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")
