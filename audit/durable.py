"""Files that are whole or not there, and stay where they were put even if the power fails: keys, and evidence."""

import os
import threading
from pathlib import Path


def write_durably(target: Path, text: str, mode: int) -> None:
    """Write the file beside, flush it, and move it to its place in one step. On the disk when this returns."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    move_durably(fresh, target)


def move_durably(source: Path, target: Path) -> None:
    """Move a file within its folder in one step. On the disk when this returns, so no later step is there without it."""
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
