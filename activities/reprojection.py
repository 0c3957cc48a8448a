"""What the re-projection asks of the record: what there is to do, whom it touches, and noting that it is done."""

from temporalio import activity

from activities.messages import ReprojectionOutlook, TouchedPage, TouchedQuery
from activities.record import only_outages_retry
from domain.reprojection import touched_by
from storage.calendar import load_calendar, open_after, revisions, was_projected
from storage.directives import count_open
from storage.pool import Pool


class ReprojectionActivities:
    """Reads, but for the mark of how far open directives have been brought."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @activity.defn(name="reprojection_outlook")
    async def outlook(self) -> ReprojectionOutlook:
        """What open directives have not been brought to yet; nothing when `after` equals `revision`."""
        async with only_outages_retry():
            held = await revisions(self._pool)
            return ReprojectionOutlook(
                after=held.projected, revision=held.decided, open_directives=await count_open(self._pool)
            )

    @activity.defn(name="reprojection_touched")
    async def touched(self, query: TouchedQuery) -> TouchedPage:
        """The touched ones of the next open directives in order of their ids."""
        async with only_outages_retry():
            calendar = await load_calendar(self._pool)
            decisions = [d for d in calendar.decisions if query.after < d.revision <= query.revision]
            states = await open_after(self._pool, query.above, query.limit)
            return TouchedPage(
                touched=tuple(state.id for state in states if touched_by(state, decisions)),
                looked_at=len(states),
                last=states[-1].id if len(states) == query.limit else None,
            )

    @activity.defn(name="reprojection_done")
    async def done(self, revision: int) -> None:
        """Open directives have been brought up to this revision."""
        async with only_outages_retry():
            await was_projected(self._pool, revision)
