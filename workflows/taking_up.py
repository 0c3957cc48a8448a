"""Open directives without an execution are given one, at a bounded rate; whoever looks for them, a worker or a command."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from temporalio.client import Client

from workflows.waking import executing, wake

PER_SECOND, AT_ONCE = 50, 10
"""Each asks the record once; slow enough that what people do meanwhile is not held up."""


async def without_execution(client: Client, queue: str, directives: Sequence[UUID]) -> list[UUID]:
    """Those of the directives that have no execution, as far as Temporal's index knows: it is a few seconds behind."""
    there = await executing(client, queue)
    return [directive_id for directive_id in directives if directive_id not in there]


async def take_up(
    client: Client,
    queue: str,
    directives: Sequence[UUID],
    pause: Callable[[float], Awaitable[None]],
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Start an execution for each of these that has none; how many had none. `told` hears how many have been gone through.

    `pause` waits for so many seconds: whoever calls runs outside of workflows, where waiting is no durable timer.

    An execution begins by asking the record where the directive stands: what came due meanwhile is recorded with the
    instants planned, and nothing is sent that was sent before.
    """
    started = 0
    for first in range(0, len(directives), AT_ONCE):
        if first:
            await pause(AT_ONCE / PER_SECOND)
        some = directives[first : first + AT_ONCE]
        started += sum(await asyncio.gather(*(wake(client, directive_id, queue) for directive_id in some)))
        told(first + len(some))
    return started
