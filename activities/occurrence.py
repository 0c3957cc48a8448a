"""Issuing the occurrence of a recurrence's period, by the same rules and through the same record as any directive."""

from typing import Literal
from uuid import UUID

import structlog
from temporalio import activity

from activities.messages import NotifyRequest
from activities.record import only_outages_retry
from activities.recorder import Recorder
from domain.ids import directive_id_for, occurrence_command_id
from domain.model import Instant, Value
from domain.period import Period
from domain.recurrence import Recurrence, Status
from domain.recurring import envelope_of
from domain.refusals import Refusal
from storage.pool import Pool
from storage.recurrences import find_recurrence, note_refusal

log = structlog.get_logger()


class IssueFor(Value):
    """Issue the occurrence of `period`; without one, of the period that a schedule reached at `scheduled_at`."""

    recurrence_id: UUID
    period: str | None = None
    scheduled_at: Instant
    now: Instant
    attempt: str
    """Names this try, so that its refusal is kept once."""


class OccurrenceAnswer(Value):
    """What became of a period."""

    period: str | None = None
    directive_id: UUID | None = None
    """None when nothing was issued."""
    refusal: Refusal | None = None
    left_out: Literal["unknown", "paused", "ended", "out_of_reach"] | None = None
    """Why nothing was to be issued at all."""
    effects: tuple[NotifyRequest, ...] = ()


class OccurrenceActivities:
    """Nothing of a recurrence is in Temporal but its id: what is issued is read from the record."""

    def __init__(self, pool: Pool, recorder: Recorder) -> None:
        self._pool = pool
        self._recorder = recorder

    @activity.defn(name="issue_occurrence")
    async def issue_occurrence(self, request: IssueFor) -> OccurrenceAnswer:
        """Issue it unless it is issued already, or keep that the rules refuse it. Idempotent by recurrence and period."""
        async with only_outages_retry():
            found = await find_recurrence(self._pool, request.recurrence_id)
            if found is None:
                return OccurrenceAnswer(left_out="unknown")
            return await self._issue(found.recurrence, request)

    async def _issue(self, recurrence: Recurrence, request: IssueFor) -> OccurrenceAnswer:
        if recurrence.status is not Status.ACTIVE:
            return OccurrenceAnswer(left_out="paused" if recurrence.status is Status.PAUSED else "ended")
        if request.period is None:
            period = recurrence.period_at(request.scheduled_at)
        else:
            period = Period.parse(request.period, recurrence.rule.every)
        if not recurrence.reaches(period):
            return OccurrenceAnswer(period=str(period), left_out="out_of_reach")
        recorded = await self._recorder.record(envelope_of(recurrence, period, request.now))
        if recorded.refusal is not None:
            log.warning("occurrence.refused", recurrence_id=str(recurrence.id), period=str(period))
            await note_refusal(self._pool, recurrence.id, str(period), request.attempt, request.now, recorded.refusal)
            return OccurrenceAnswer(period=str(period), refusal=recorded.refusal)
        directive_id = directive_id_for(occurrence_command_id(recurrence.id, str(period)))
        return OccurrenceAnswer(period=str(period), directive_id=directive_id, effects=recorded.effects)
