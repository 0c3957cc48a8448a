"""A data folder and the `dondoc up` on it, started and stopped as a person would."""

import asyncio
import json
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from embedded.temporal import free_port
from tests.support.command_line import Outcome, command, dondoc, environment_with
from tests.support.eventually import eventually
from tests.support.processes import is_running

SECONDS = 120.0


@dataclass
class House:
    """The folder, and the group on it while one runs. What the command writes is kept beside the folder."""

    data: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ("up",)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def out(self) -> str:
        """What this start of `up` has written on stdout."""
        return self.data.with_suffix(".out").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What this start of `up` has written on stderr."""
        return self.data.with_suffix(".err").read_text(encoding="utf-8")

    async def start(self) -> None:
        """Start `dondoc up` and wait until it says that it is ready; nothing if it is already."""
        if self.process is not None:
            return
        words = (*self.command, "--data", str(self.data), "--port", str(self.port))
        with self._file(".out") as out, self._file(".err") as err:
            self.process = subprocess.Popen(
                command(*words),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment_with(self.environment),
            )

        async def ready() -> bool:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(f"`up` ended with {self.process.returncode}:\n{self.err}")
            return self.url in self.out

        await eventually(ready, seconds=SECONDS)

    async def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal and wait; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = await asyncio.to_thread(self.process.wait, SECONDS)
        self.process = None
        return code

    def _file(self, suffix: str) -> IO[bytes]:
        return self.data.with_suffix(suffix).open("wb")

    def processes(self) -> dict[str, int]:
        """The processes that `up` started, by what they are."""
        assert self.process is not None
        found = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            line = " ".join(child.cmdline())
            found[next(name for name in ("worker.py", "cli.py api", "temporal") if name in line)] = child.pid
        note = (self.data / "postgres" / "postmaster.pid").read_text()
        return {**found, "postgres": int(note.split(maxsplit=1)[0])}

    async def run(self, *words: str) -> Outcome:
        """A command on the folder."""
        return await asyncio.to_thread(dondoc, *words, "--data", str(self.data))

    async def told(self, *words: str) -> Any:
        """What a command that succeeds tells machines."""
        return (await self.run(*words, "--json")).succeeded().json

    def log(self, name: str) -> list[dict[str, Any]]:
        """The lines of a program's log, each of which is a JSON object."""
        return [json.loads(line) for line in (self.data / f"{name}.log").read_text(encoding="utf-8").splitlines()]

    async def clear_away(self) -> None:
        """End the group, and what it has left if it was killed."""
        if self.process is not None:
            await self.stop(signal.SIGTERM)
        for pid, _ in json.loads(note.read_text()) if (note := self.data / "processes.json").exists() else ():
            if is_running(pid):
                os.kill(pid, signal.SIGKILL)
