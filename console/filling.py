"""Filling an empty record with simulated history, and handing what is open to Temporal."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from embedded import temporal
from embedded.running import Running
from simulation.run import Plan, history
from simulation.tally import Tally
from storage.history import writing_history
from storage.pool import Pool
from storage.store import Commit
from worker import take_up_the_open
from workflows.converter import DATA_CONVERTER


class InTheFuture(ValueError):
    """A history cannot reach past now."""


async def fill(pool: Pool, plan: Plan, reference_version: int, tell: Callable[[int], None] = lambda _: None) -> Tally:
    """Write the simulated history, all of it or nothing; what it comes to. RecordNotEmpty, ReferenceChanged, InTheFuture.

    `tell` hears how many directives more have been issued.
    """
    if plan.end > datetime.now(UTC):
        raise InTheFuture
    tally = Tally(plan.start, plan.end)
    async with writing_history(pool, reference_version) as written:
        engine, commits = history(plan, tally, written.numbers)
        await written.append(_counted(commits, tally, tell))
        await written.count_on(engine.numbers.items())
    return tally


async def hand_over(running: Running, pool: Pool, queue: str) -> int:
    """Let the running group take up at once what its worker would find at its next look; how many directives."""
    environment = {"TEMPORAL_NAMESPACE": temporal.NAMESPACE, **os.environ, "TEMPORAL_ADDRESS": running.temporal_address}
    config = ClientConfig.load_client_connect_config(override_env_vars=environment)
    client = await Client.connect(**config, data_converter=DATA_CONVERTER)
    return await take_up_the_open(client, pool, queue)


def _counted(
    history: Iterator[Sequence[Commit]], tally: Tally, tell: Callable[[int], None]
) -> Iterator[Sequence[Commit]]:
    for commits in history:
        before = tally.counts["directives"]
        tally.happened(commits)
        tell(tally.counts["directives"] - before)
        yield commits
