"""Whether a group runs on a folder, and where: told by a lock that no crash can leave behind."""

import subprocess
import sys
import time
from pathlib import Path
from threading import Timer

import pytest

from embedded.running import AlreadyRunning, Running, forget, locked, note, running_at

RUNNING = Running(4711, "http://127.0.0.1:8080", "postgresql:///x", "127.0.0.1:7233", None)
HOLD = """
import sys
from pathlib import Path
from embedded.running import locked
with locked(Path(sys.argv[1])):
    print(flush=True)
    sys.stdin.read()
"""


def held_elsewhere(folder: Path, repo: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HOLD, str(folder)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=repo)
    assert holder.stdout is not None
    holder.stdout.readline()
    return holder


def test_a_group_is_found_while_it_holds_the_folder_and_not_after(tmp_path: Path, repo: Path) -> None:
    assert running_at(tmp_path / "nowhere") is None
    holder = held_elsewhere(tmp_path, repo)
    try:
        assert running_at(tmp_path) is None, "it is still starting"
        note(tmp_path, RUNNING)
        assert running_at(tmp_path) == RUNNING
        with pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:8080, process 4711"), locked(tmp_path):
            pass
    finally:
        holder.kill()
        holder.communicate()
    assert running_at(tmp_path) is None, "killed outright, its note still there"
    with locked(tmp_path):
        forget(tmp_path)
    assert not (tmp_path / "run.json").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"unknown": 1}'])
def test_a_damaged_note_is_none(tmp_path: Path, repo: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content)
    with locked(tmp_path):
        assert running_at(tmp_path) is None


def test_a_look_at_the_lock_does_not_pass_for_a_group(tmp_path: Path) -> None:
    """Somebody who runs `dondoc list` in the moment in which another starts `dondoc up`."""
    import fcntl

    with (tmp_path / "up.lock").open("a") as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        Timer(0.1, fcntl.flock, (look, fcntl.LOCK_UN)).start()
        started = time.monotonic()
        with locked(tmp_path):
            assert time.monotonic() - started >= 0.05
