"""Letting the time-skipping server's clock run."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

STRIDE = timedelta(days=5)


async def skip(environment: WorkflowEnvironment, duration: timedelta) -> None:
    """Let `duration` pass on the server's clock, in strides: one call has to end within the SDK's limit for a call."""
    while duration > timedelta(0):
        await environment.sleep(min(duration, STRIDE))
        duration -= STRIDE
