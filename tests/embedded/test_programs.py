"""Child processes of a group: started again when they end, with growing pauses, and stopped in the right order."""

import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from embedded import programs
from embedded.programs import Programs
from tests.support.eventually import eventually
from tests.support.processes import is_running

WAITS = [sys.executable, "-uc", "print('up', flush=True); import time; time.sleep(60)"]
IGNORES = [
    sys.executable,
    "-uc",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]
ENDS = [sys.executable, "-c", "raise SystemExit(7)"]


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Programs]:
    """No programs yet; short times."""
    for name, seconds in (("PAUSE", 0.05), ("LONGEST_PAUSE", 0.3), ("STOP_SECONDS", 1.0)):
        monkeypatch.setattr(programs, name, seconds)
    started = Programs(tmp_path)
    yield started
    started.stop()


def pids(folder: Path) -> list[int]:
    import json

    return [pid for pid, _ in json.loads((folder / "processes.json").read_text())]


async def test_one_that_was_killed_is_started_again_and_noted(group: Programs, tmp_path: Path) -> None:
    group.start("one", WAITS, os.environ)
    (first,) = pids(tmp_path)
    assert list(group.start_ended_again()) == []
    psutil.Process(first).kill()

    async def again() -> list[tuple[str, int]]:
        return list(group.start_ended_again())

    assert await eventually(again) == [("one", -9)]
    (second,) = pids(tmp_path)
    assert is_running(second)
    assert first != second


async def test_one_that_cannot_stay_up_is_tried_ever_more_rarely(group: Programs) -> None:
    group.start("one", ENDS, os.environ)
    moments: list[float] = []

    async def again() -> bool:
        moments.extend(group.started_at(name) for name, _ in group.start_ended_again())
        return len(moments) == 4

    await eventually(again, every=0.005)
    first, *_, last = (b - a for a, b in pairwise(moments))
    assert first >= 0.05 * 2
    assert last >= 0.3, "the longest pause"


async def test_they_are_stopped_in_reverse_and_one_that_will_not_end_is_killed(group: Programs, tmp_path: Path) -> None:
    group.start("first", IGNORES, os.environ)
    group.start("second", WAITS, os.environ)

    async def both_up() -> bool:
        return all(group.log_of(name).read_text() == "up\n" for name in ("first", "second"))

    await eventually(both_up)
    group.stop()
    assert group.ended() == {"first": -9, "second": -15}
    assert not any(is_running(pid) for pid in pids(tmp_path))


async def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from embedded import logs

    monkeypatch.setattr(logs, "MOST_BYTES", 10)
    log = tmp_path / "one.log"
    for line in (b"short", b" but longer now", b"new", b" and on"):
        with logs.open_log(log) as file:
            file.write(line)
    assert log.read_bytes() == b"new and on"
    assert (tmp_path / "one.log.1").read_bytes() == b"short but longer now"
