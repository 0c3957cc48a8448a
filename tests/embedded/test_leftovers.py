"""Processes that a killed group has left: ended if they are its own, never a stranger who has the number now."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from embedded import leftovers
from embedded.leftovers import end_leftovers, forget_processes, note_processes

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
WAITING = "print(flush=True); input()"


@pytest.fixture
def processes() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Two that wait, and one that does not mind being asked to end."""
    started = []
    for program in (WAITING, WAITING, STUBBORN):
        process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        started.append(process)
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_all_that_were_noted_are_ended_also_one_that_does_not_want_to(
    processes: list["subprocess.Popen[bytes]"], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "PATIENCE", 0.5)
    ours, stubborn = processes[0], processes[2]
    note_processes(tmp_path, [ours.pid, stubborn.pid])
    assert sorted(end_leftovers(tmp_path)) == sorted([ours.pid, stubborn.pid])
    assert [process.poll() is None for process in processes] == [False, True, False]
    assert end_leftovers(tmp_path) == []


def test_a_number_that_has_a_new_owner_is_left_alone(
    processes: list["subprocess.Popen[bytes]"], tmp_path: Path
) -> None:
    note_processes(tmp_path, [processes[0].pid])
    file = tmp_path / "processes.json"
    ((pid, created),) = json.loads(file.read_text())
    file.write_text(json.dumps([(pid, created - 60)]))
    assert end_leftovers(tmp_path) == []
    assert processes[0].poll() is None


def test_what_ended_in_order_leaves_no_note(tmp_path: Path) -> None:
    note_processes(tmp_path, [psutil.Process().pid])
    forget_processes(tmp_path)
    assert end_leftovers(tmp_path) == []
    (tmp_path / "processes.json").write_text("{half")
    assert end_leftovers(tmp_path) == []
