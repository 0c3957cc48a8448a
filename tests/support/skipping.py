"""Letting the time-skipping server's clock run."""

from datetime import timedelta

from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

STRIDE = timedelta(days=5)


async def skip(environment: WorkflowEnvironment, duration: timedelta) -> None:
    """Let `duration` pass on the server's clock, in strides: one call has to end within the SDK's limit for a call."""
    while duration > timedelta(0):
        for tries_left in (2, 1, 0):
            try:
                await environment.sleep(min(duration, STRIDE))
                break
            except RPCError:  # the clock stands while a task is under way, and on a busy machine that may take longer
                if not tries_left:
                    raise
        duration -= STRIDE
