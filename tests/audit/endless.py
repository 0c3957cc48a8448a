"""Work for processes of their own that does not end by itself; it leaves its process id in a folder."""

import os
import signal
from pathlib import Path

from audit.snapshot import processes


def endless(folder: Path) -> None:
    """Write down the process and wait for a signal that nobody sends."""
    (folder / str(os.getpid())).touch()
    signal.pause()


def endless_below(folder: Path) -> None:
    """The same in two processes below this one."""
    (folder / str(os.getpid())).touch()
    with processes() as pool:
        for work in [pool.submit(endless, folder) for _ in range(2)]:
            work.result()
