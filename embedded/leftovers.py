"""Ending what a group that was killed outright has left running; the record and Temporal's file lose nothing by it."""

import json
from collections.abc import Iterable
from pathlib import Path

import psutil

PATIENCE = 30.0
"""Seconds for a leftover to end by itself before it is killed."""


def note_processes(data: Path, pids: Iterable[int]) -> None:
    """Keep the numbers of the group's processes, each with its creation time: a number may be given anew to a stranger."""
    noted = []
    for pid in pids:
        try:
            noted.append((pid, psutil.Process(pid).create_time()))
        except psutil.NoSuchProcess:
            pass  # gone in this moment: nothing to end later
    part = _file(data).with_suffix(".json.part")
    part.write_text(json.dumps(noted))
    part.replace(_file(data))


def end_leftovers(data: Path) -> list[int]:
    """End the processes last noted that are still there; their numbers."""
    left = [process for pid, created in _noted(data) if (process := _same_process(pid, created)) is not None]
    for process in left:
        process.terminate()
    _, stubborn = psutil.wait_procs(left, timeout=PATIENCE)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=PATIENCE)
    forget_processes(data)
    return [process.pid for process in left]


def forget_processes(data: Path) -> None:
    """The group has ended its processes itself."""
    _file(data).unlink(missing_ok=True)


def _noted(data: Path) -> list[tuple[int, float]]:
    try:
        return [(pid, created) for pid, created in json.loads(_file(data).read_text())]
    except (OSError, ValueError):
        return []


def _same_process(pid: int, created: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        ended = process.status() == psutil.STATUS_ZOMBIE
        return process if abs(process.create_time() - created) < 1 and not ended else None
    except psutil.NoSuchProcess:
        return None


def _file(data: Path) -> Path:
    return data / "processes.json"
