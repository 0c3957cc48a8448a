"""Temporal Schedules of recurring directives: one for each, made from the record and made again when it is lost.

A schedule knows when; what is issued, and whether anything is, the record says.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
)
from temporalio.service import RPCError, RPCStatusCode

from domain.instants import LOCAL_ZONE, at_local
from domain.period import LAST_YEAR, MONTHS, Every, Period, month_after
from domain.recurrence import DayOfPeriod, IssueDay, Recurrence, Rule, Status
from domain.recurring import CATCH_UP
from workflows.messages import TASK_TIMEOUT, StartOccurrence

PREFIX = "recurrence-"
_QUEUE = "queue"
_A_LEAP_YEAR = 2000


def schedule_id(recurrence_id: UUID) -> str:
    """The id of a recurrence's schedule."""
    return f"{PREFIX}{recurrence_id}"


class Schedules:
    """The schedules of the recurrences whose occurrences are issued on `queue`.

    Other queues of the namespace are other installations: their schedules are never touched.
    """

    def __init__(self, client: Client, queue: str) -> None:
        self._client = client
        self._queue = queue

    async def match(self, recurrence: Recurrence) -> None:
        """Bring the recurrence's schedule to where the recurrence stands: there, paused, or gone."""
        handle = self._client.get_schedule_handle(schedule_id(recurrence.id))
        if recurrence.status is Status.ENDED:
            await self._remove(recurrence.id)
            return
        paused = recurrence.status is Status.PAUSED
        try:
            await self._client.create_schedule(
                schedule_id(recurrence.id), self._schedule(recurrence, paused=paused), memo={_QUEUE: self._queue}
            )
        except ScheduleAlreadyRunningError:
            await (handle.pause() if paused else handle.unpause())

    async def backfill(self, recurrence: Recurrence, periods: Iterable[Period]) -> None:
        """Issue these periods now, one after the other; the schedule must be there."""
        moments = [recurrence.issue_at(period) for period in periods]
        if moments:
            # Temporal leaves out the first instant of a range.
            overlap, before = ScheduleOverlapPolicy.BUFFER_ALL, timedelta(seconds=1)
            ranges = [ScheduleBackfill(moment - before, moment, overlap) for moment in moments]
            await self._client.get_schedule_handle(schedule_id(recurrence.id)).backfill(*ranges)

    async def held(self) -> dict[UUID, bool]:
        """The recurrences that have a schedule here, and whether it is paused; some seconds stale."""
        found: dict[UUID, bool] = {}
        async for listed in await self._client.list_schedules():
            if not listed.id.startswith(PREFIX) or listed.schedule is None:
                continue
            if (await listed.memo()).get(_QUEUE) == self._queue:
                found[UUID(listed.id.removeprefix(PREFIX))] = listed.schedule.state.paused
        return found

    async def reconcile(self, held: dict[UUID, bool], wanted: Iterable[Recurrence]) -> list[UUID]:
        """Make schedules that are missing, right those that are paused wrongly, remove strays; whose were touched.

        `held` is to be read before `wanted`: a schedule is made after its recurrence, so none that is held is a stray
        only because its recurrence was read too early.
        """
        by_id = {recurrence.id: recurrence for recurrence in wanted}
        touched = [r for r in by_id.values() if held.get(r.id) is not (r.status is Status.PAUSED)]
        for recurrence in touched:
            await self.match(recurrence)
        strays = [recurrence_id for recurrence_id in held if recurrence_id not in by_id]
        for recurrence_id in strays:
            await self._remove(recurrence_id)
        return [recurrence.id for recurrence in touched] + strays

    async def _remove(self, recurrence_id: UUID) -> None:
        try:
            await self._client.get_schedule_handle(schedule_id(recurrence_id)).delete()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    def _schedule(self, recurrence: Recurrence, *, paused: bool) -> Schedule:
        return Schedule(
            action=ScheduleActionStartWorkflow(
                "Occurrence",
                StartOccurrence(recurrence_id=recurrence.id),
                id=f"occurrence-{recurrence.id}",  # Temporal adds the instant
                task_queue=self._queue,
                task_timeout=TASK_TIMEOUT,
            ),
            spec=ScheduleSpec(
                calendars=calendars(recurrence.rule),
                start_at=_midnight(recurrence.first_on),
                end_at=_midnight(recurrence.last_on + timedelta(days=1)) if recurrence.last_on else None,
                time_zone_name=str(LOCAL_ZONE),
            ),
            # In order and none lost, however long it was away: a repeat of a period issues nothing twice.
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ALL, catchup_window=CATCH_UP),
            state=ScheduleState(paused=paused),
        )


def _midnight(day: date | None) -> datetime | None:
    return at_local(day, time(0)) if day else None


def calendars(rule: Rule) -> list[ScheduleCalendarSpec]:
    """The instants at which the rule issues, as Temporal writes them.

    Temporal knows no “last day of the month”: a day that some months lack is written for each length of month.
    """
    if rule.every is Every.WEEK:
        weekday = ScheduleRange(rule.issue.day % 7)  # 0 is Sunday
        return [replace(_at(rule.issue), day_of_week=[weekday])]
    found = []
    for day, months in _by_day(rule.issue, MONTHS[rule.every]).items():
        ranges = [ScheduleRange(month) for month in months]
        found.append(replace(_at(rule.issue), day_of_month=[ScheduleRange(day)], month=ranges))
        if day == 29 and 2 in months:
            common = [ScheduleRange(year, LAST_YEAR, 4) for year in range(_A_LEAP_YEAR + 1, _A_LEAP_YEAR + 4)]
            february, last = [ScheduleRange(2)], [ScheduleRange(28)]
            found.append(replace(found[-1], day_of_month=last, month=february, year=common))
    return found


def _at(issue: IssueDay) -> ScheduleCalendarSpec:
    return ScheduleCalendarSpec(hour=[ScheduleRange(issue.at.hour)], minute=[ScheduleRange(issue.at.minute)])


def _by_day(issue: DayOfPeriod, length: int) -> dict[int, list[int]]:
    """The months of a leap year in which something is issued, by the day on which it is."""
    found: dict[int, list[int]] = {}
    for start in range(0, 12, length):
        first = month_after(date(_A_LEAP_YEAR, 1, 1), start)
        day = DayOfPeriod(day=issue.day, later=issue.later).within(Period(first, Every.MONTH))
        found.setdefault(day.day, []).append(day.month)
    return found
