"""Work for processes of their own that does not end by itself; it leaves its process id in a folder."""

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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


def endless_in_a_pool(folder: Path) -> None:
    """The same in two processes of a pool that knows nothing of us, as the verifier of bundles has one."""
    (folder / str(os.getpid())).touch()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for work in [pool.submit(endless, folder) for _ in range(2)]:
            work.result()
