"""How people learn of an alarm: a command of theirs is run, or an address of theirs called, until it got through once."""

import asyncio
import shlex
from dataclasses import asdict, dataclass

import httpx
import structlog

from audit.witness.alarm import Alarm
from audit.witness.store import Store

log = structlog.get_logger()

SECONDS = 30.0
"""For one try."""
TRIES = 5
AT_ONCE = 4
"""Alarms that are told, or tried again, at the same time."""


@dataclass(frozen=True)
class Listener:
    """Whom to tell. The command gets the alarm's text on its standard input and its id as the last word."""

    command: str | None = None
    url: str | None = None

    async def hear(self, alarm: Alarm) -> None:
        """Tell once. OSError or httpx.HTTPError when it does not get through."""
        async with asyncio.timeout(SECONDS):
            if self.command:
                await _run(self.command, alarm)
            if self.url:
                async with httpx.AsyncClient(timeout=SECONDS) as client:
                    (await client.post(self.url, json=asdict(alarm))).raise_for_status()


async def _run(command: str, alarm: Alarm) -> None:
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command), alarm.id, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await process.communicate(alarm.text.encode())
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        raise OSError(f"{command} ended with {process.returncode}")


class Teller:
    """Tells in the background, so that no answer waits for it. What is still to be told waits in the store, not in memory."""

    def __init__(self, listener: Listener, store: Store, first_wait: float = 1.0) -> None:
        """Waits between tries double from `first_wait` seconds on."""
        self._listener = listener
        self._store = store
        self._first_wait = first_wait
        self._begun = 0
        """The number of the last alarm that was begun with."""
        self._running: set[asyncio.Task[None]] = set()

    def tell(self) -> None:
        """Begin with what nobody has been told of yet, if there is anything; each alarm once while this program runs."""
        busy = sum(not task.done() for task in self._running)
        for _ in range(AT_ONCE - busy):
            task = asyncio.create_task(self._tell_all())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Stop; what was not told yet is told at the next start."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _tell_all(self) -> None:
        while found := self._store.untold(self._begun):
            self._begun, alarm = found
            await self._until_told(alarm)

    async def _until_told(self, alarm: Alarm) -> None:
        for attempt in range(TRIES):
            try:
                await self._listener.hear(alarm)
            except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
                log.error("witness.not_told", id=alarm.id, reason=str(error) or repr(error))  # noqa: TRY400 - expected
                await asyncio.sleep(self._first_wait * 2**attempt)
            else:
                self._store.told(alarm)
                return
