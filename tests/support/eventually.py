"""Waiting for what happens elsewhere, with a limit and without a fixed sleep."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], *, seconds: float = 20.0, every: float = 0.05) -> T:
    """The first truthy result of `look`; its last AssertionError or a plain one when it never comes.

    `look` may itself assert: an AssertionError means "not yet".
    """
    limit = time.monotonic() + seconds
    while True:
        late = time.monotonic() > limit
        try:
            found = await look()
        except AssertionError:
            if late:
                raise
        else:
            if found:
                return found
            assert not late, f"it did not happen within {seconds} s: last seen {found!r}"
        await asyncio.sleep(every)
