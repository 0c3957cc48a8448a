"""What other commands know of the group on a data folder: a lock that says whether one runs, and a note that says where."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

PROBE_SECONDS = 0.5
"""A look at the lock holds it for a moment, which must not pass for a running group."""


@dataclass(frozen=True)
class Running:
    """Where a group is reached."""

    pid: int
    url: str
    database_url: str
    temporal_address: str
    temporal_ui: str | None


class AlreadyRunning(Exception):
    """Another `dondoc up` or `demo` runs on this data folder."""

    def __init__(self, running: Running | None) -> None:
        where = f" tại {running.url}, tiến trình {running.pid}" if running else ""
        at = f" at {running.url}, process {running.pid}" if running else ""
        super().__init__(
            f"Thư mục dữ liệu này đang được một `dondoc up` khác sử dụng{where}. Hãy dùng hệ thống đó, dừng nó, "
            "hoặc chọn thư mục khác bằng --data.\n"
            f"Another `dondoc up` uses this data folder{at}: use that one, stop it, or choose another folder with --data."
        )


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the folder as its one running group; AlreadyRunning if another does."""
    with (data / "up.lock").open("a") as lock:
        limit = time.monotonic() + PROBE_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > limit:
                    raise AlreadyRunning(_last_noted(data)) from None
                time.sleep(0.02)
        yield


def running_at(data: Path) -> Running | None:
    """The group that runs on the folder now and can be reached; None while it starts, too."""
    return _last_noted(data) if _is_locked(data) else None


def _is_locked(data: Path) -> bool:
    try:
        with (data / "up.lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _last_noted(data: Path) -> Running | None:
    try:
        return Running(**json.loads(_note(data).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def note(data: Path, running: Running) -> None:
    """Tell the other commands where the group is reached."""
    part = _note(data).with_suffix(".json.part")
    part.write_text(json.dumps(asdict(running)))
    part.replace(_note(data))


def forget(data: Path) -> None:
    """The group is not reached any more."""
    _note(data).unlink(missing_ok=True)


def _note(data: Path) -> Path:
    return data / "run.json"
