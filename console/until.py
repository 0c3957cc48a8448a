"""Work that goes on until it is done or somebody says stop."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

from console.common import say

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, the service manager, and a terminal window that is closed."""


async def until_told(work: Coroutine[Any, Any, T]) -> T | None:
    """The result of the work; None if a signal ended it. Told to stop, it is given the time to clean up behind itself."""
    task = asyncio.create_task(work)
    told = False

    def stop() -> None:
        nonlocal told
        if told:
            say("Đang dừng, xin chờ · stopping already, please wait")
        else:
            told = True
            task.cancel()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if not told:
            raise
        return None
