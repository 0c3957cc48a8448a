"""Child processes, each with its log in the data folder, started again when they end by themselves."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded.leftovers import note_processes
from embedded.logs import open_log

STOP_SECONDS = 30.0
"""For a process to end by itself before it is killed."""
PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds from a start to the next one: a program that cannot stay up is tried ever more rarely."""
STEADY = 60.0
"""A program that has run for so long may be started again without a pause."""


@dataclass
class _Program:
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes]
    started: float
    pause: float


class Programs:
    """The processes of a group, in the order in which they were started."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._held: dict[str, _Program] = {}

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        """Start a program under a name, which is that of its log as well."""
        process = self._spawn(name, command, environment)
        self._held[name] = _Program(command, environment, process, time.monotonic(), PAUSE)
        self._note()

    def ended(self) -> dict[str, int]:
        """The exit codes of the programs that have ended."""
        return {name: code for name, one in self._held.items() if (code := one.process.poll()) is not None}

    def start_ended_again(self) -> Iterator[tuple[str, int]]:
        """Start what has ended and has had its pause; each with its exit code."""
        for name, one in self._held.items():
            code, age = one.process.poll(), time.monotonic() - one.started
            if age > STEADY:
                one.pause = PAUSE
            if code is not None and age > one.pause:
                one.process = self._spawn(name, one.command, one.environment)
                one.started, one.pause = time.monotonic(), min(one.pause * 2, LONGEST_PAUSE)
                self._note()
                yield name, code

    def stop(self) -> None:
        """The last one started first, each given time to finish what it has begun."""
        for one in reversed(self._held.values()):
            one.process.terminate()
            try:
                one.process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()

    def started_at(self, name: str) -> float:
        """When a program was last started, on the clock that only runs forward (seconds)."""
        return self._held[name].started

    def log_of(self, name: str) -> Path:
        """Where a program's log is."""
        return self._data / f"{name}.log"

    def _spawn(self, name: str, command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with open_log(self.log_of(name)) as log:
            return subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal reaches us, and we stop them in order
            )

    def _note(self) -> None:
        note_processes(self._data, [one.process.pid for one in self._held.values()])
