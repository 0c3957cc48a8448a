"""How much processor time each program took: what a rate alone does not tell on a machine that all of them share."""

import os
from collections import defaultdict

import psutil

Seconds = dict[tuple[str, int], float]
"""Of processor time, by program and process."""

PROGRAMS = {
    "bench.bare": "bare worker",
    "bench.sink": "mail sink",
    "worker.py": "worker",
    "cli api": "API",
    "start-dev": "Temporal",
    "postgres": "PostgreSQL",
}
"""What stands in a command line, and whose it is; everything else below us is the client that measures."""


def below(*roots: int) -> set[psutil.Process]:
    """These processes and all that they have started."""
    processes = [psutil.Process(root) for root in roots]
    return {one for process in processes for one in (process, *process.children(recursive=True))}


def seconds(postmaster: int) -> Seconds:
    """What all that a run has started has taken so far; PostgreSQL is nobody's child."""
    found: Seconds = {}
    for process in below(os.getpid(), postmaster):
        try:
            times = process.cpu_times()
            found[_program(process), process.pid] = times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return found


def spent(before: Seconds, after: Seconds) -> dict[str, float]:
    """Seconds between two looks, by program."""
    totals: dict[str, float] = defaultdict(float)
    for (program, pid), value in after.items():
        totals[program] += value - before.get((program, pid), 0.0)
    return totals


def _program(process: psutil.Process) -> str:
    line = " ".join(process.cmdline())
    return next((name for part, name in PROGRAMS.items() if part in line), "client")
