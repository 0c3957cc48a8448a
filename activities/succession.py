"""What a succession asks of the record: which open directives still name units that have ended."""

from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.messages import SuccessionPage, SuccessionQuery, SuccessionTask
from activities.record import only_outages_retry
from domain.succeeding import succeeded_units
from storage.directives import open_naming
from storage.pool import Pool
from storage.reference import ReferenceCache


class SuccessionActivities:
    """Reads only; each directive follows by a command of its own."""

    def __init__(self, pool: Pool, reference: ReferenceCache, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._reference = reference
        self._clock = clock

    @activity.defn(name="succession_page")
    async def page(self, query: SuccessionQuery) -> SuccessionPage:
        """Those of the next open directives, in order of their ids, that have to follow a unit to its successor today."""
        async with only_outages_retry():
            return await succession_page(self._pool, self._reference, self._clock(), query)


async def succession_page(
    pool: Pool, reference: ReferenceCache, now: datetime, query: SuccessionQuery
) -> SuccessionPage:
    """See SuccessionActivities.page; also what the worker asks before it starts a succession."""
    directory = (await reference.current()).directory_at(now)
    states = await open_naming(pool, list(directory.ended), query.above, query.limit) if directory.ended else []
    tasks = (
        SuccessionTask(directive_id=state.id, version=state.version)
        for state in states
        if succeeded_units(state, directory)
    )
    last = states[-1].id if len(states) == query.limit else None
    return SuccessionPage(tasks=tuple(tasks), last=last)
