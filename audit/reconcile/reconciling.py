"""The whole comparison of many directives: histories, then the record, and whatever differs looked at again before it is told."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from audit.reconcile.course import Course, course_of
from audit.reconcile.execution import Execution
from audit.reconcile.kinds import Difference
from audit.reconcile.matching import Matched, match
from audit.reconcile.origins import Beside
from audit.reconcile.reader import Copies, Histories
from domain.events import SubdirectiveClosed, SubdirectiveDeadlineChanged, SubdirectiveIssued
from storage.calendar import revisions
from storage.histories import events_of_streams
from storage.pool import Pool
from storage.reconciliation import commands_of, people_with_mail

AT_ONCE = 100
"""Directives whose events and histories are held in memory together."""
LOOKS_AGAIN_AFTER = (0.5, 3.0, 8.0)
"""Seconds. The record has a command a moment before the history; a killed worker's task goes to another after five."""

Told = Callable[[int], None]
"""Is given the number of directives done."""


@dataclass
class Report:
    """What a comparison saw."""

    directives: int = 0
    runs: int = 0
    events: int = 0
    not_retained: int = 0
    """Events from before the histories that the server still has: told apart, no difference."""
    differences: list[Difference] = field(default_factory=list)


class Reconciler:
    """Compares directives of a record with their executions."""

    def __init__(
        self,
        pool: Pool,
        histories: Histories,
        *,
        looks_again_after: Sequence[float] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._histories = histories
        self._looks_again_after = LOOKS_AGAIN_AFTER if looks_again_after is None else looks_again_after

    async def reconcile(
        self, directives: Sequence[UUID], copies: Copies | None = None, told: Told = lambda _: None
    ) -> Report:
        """Compare these directives; `copies` are executions under other ids than theirs."""
        report, doubtful = Report(), dict[UUID, set[Difference]]()
        for first in range(0, len(directives), AT_ONCE):
            some = directives[first : first + AT_ONCE]
            for directive_id, (matched, runs) in (await self._compare(some, copies, exactly=False)).items():
                report.directives += 1
                report.runs += runs
                report.events += matched.events
                report.not_retained += matched.not_retained
                if matched.differences:
                    doubtful[directive_id] = {*matched.differences}
            told(first + len(some))
        report.differences = await self._confirmed(doubtful, copies)
        return report

    async def _confirmed(self, doubtful: dict[UUID, set[Difference]], copies: Copies | None) -> list[Difference]:
        """The differences that are still there when the server itself is asked and time was given to what is under way."""
        for seconds in self._looks_again_after:
            if not doubtful:
                break
            await asyncio.sleep(seconds)
            ids, still = [*doubtful], dict[UUID, set[Difference]]()
            for first in range(0, len(ids), AT_ONCE):
                for directive_id, (matched, _) in (
                    await self._compare(ids[first : first + AT_ONCE], copies, exactly=True)
                ).items():
                    before = {one.key for one in doubtful[directive_id]}
                    same = {one for one in matched.differences if one.key in before}
                    if same:
                        still[directive_id] = same
            doubtful = still
        found = [one for differences in doubtful.values() for one in differences]
        return sorted(found, key=lambda one: (one.position or 0, one.key))

    async def _compare(
        self, directives: Sequence[UUID], copies: Copies | None, *, exactly: bool
    ) -> dict[UUID, tuple[Matched, int]]:
        # Histories first: whatever an execution was answered had been committed before, so the record read after must hold it.
        executions = await self._histories.of(directives, exactly=exactly)
        recorded = await events_of_streams(self._pool, directives)
        courses = {one: course_of(one, recorded[one]) for one in directives}
        beside = Beside(await commands_of(self._pool, _below(courses.values())), (await revisions(self._pool)).decided)
        mailable, now = await people_with_mail(self._pool), self._clock()
        found = {}
        for one in directives:
            execution = _with_copies(executions[one], copies)
            found[one] = match(courses[one], execution, beside, mailable, now), len(execution.runs)
        return found


def _with_copies(execution: Execution, copies: Copies | None) -> Execution:
    others = copies.get(execution.directive_id, []) if copies else []
    return replace(execution, copies=tuple(others)) if others else execution


def _below(courses: Iterable[Course]) -> set[UUID]:
    heard = SubdirectiveIssued | SubdirectiveDeadlineChanged | SubdirectiveClosed
    return {
        one.event.data.subdirective
        for course in courses
        for one in course.held.values()
        if isinstance(one.event.data, heard)
    }
