"""Where courses are played: a desk on the server that skips time, with workers and stand-ins for mail and calendar."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.calendar import SHIPPED, CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.commands import (
    Deadline,
)
from domain.instants import local
from tests.domain.happenings import order
from tests.support.skipping import skip
from tests.workflows.desk import Desk
from tests.workflows.faulty import FaultyStore, FixedReference, working_on
from workflows.messages import (
    NotifyRequest,
    ReprojectionOutlook,
    TouchedPage,
    TouchedQuery,
    notify_queue,
)


class Stage(Desk):
    """A desk whose record fails on demand, on the server that skips time."""

    server: WorkflowEnvironment
    faulty: FaultyStore
    mail_fails: Exception | None = None
    given_up: int = 0
    """How often the notices of a command were given up."""
    reference: FixedReference
    projected: int = 1
    """The revision of the calendar up to which open directives have been brought."""

    async def due_in(self, **span: float) -> Deadline:
        """A deadline so far from now. The policy of the scenarios counts in hours, so that no weekday changes a course."""
        return Deadline(at=await self.now() + timedelta(**span))

    async def begin(self, *, continue_after: int = 4000) -> None:
        """Issue a directive that is due in three days: reminders two hours and half an hour before and after."""
        await self.issue(order(deadline=await self.due_in(days=3), policy="hoa_toc"), continue_after=continue_after)

    async def pass_time(self, span: timedelta) -> None:
        """Let the clock run on."""
        await skip(self.server, span)

    async def decide(self) -> None:
        """From now on the next working day is off."""
        tomorrow = WorkCalendar().shift(local(await self.now()).date(), 1)
        decision = CalendarDecision(
            revision=2,
            number="15/QĐ-UBND",
            reason="Bão",
            entries=(CalendarEntry(day=tomorrow, kind=DayKind.DAY_OFF, reason="bão"),),
        )
        self.reference.fixed = replace(self.reference.fixed, calendar=WorkCalendar((*SHIPPED, decision)))
        self.reference.now_is(self.reference.fixed)

    async def run_id(self) -> str:
        """The run that the workflow is in."""
        return (await self.handle.describe()).run_id or ""


@asynccontextmanager
async def staged(server: WorkflowEnvironment, *, mail: bool) -> AsyncIterator[Stage]:
    """A stage with its workers; the directive's workflow is cleared away behind it."""
    store, queue = FaultyStore(), f"stage-{uuid4().hex[:12]}"
    stage = Stage(server.client, queue, store, server.get_current_time)
    stage.server, stage.faulty, stage.reference = server, store, FixedReference()
    beside = [*_calendar(stage)]
    notices = Worker(server.client, task_queue=notify_queue(queue), activities=[*_mail(stage)])
    work = working_on(server.client, queue, store, mail=mail, reference=stage.reference, beside=beside)
    async with work, notices:
        yield stage
        await stage.clear_away()


def _mail(stage: Stage) -> Iterator[Callable[[NotifyRequest], Awaitable[None]]]:
    """What stands in for the mail: takes everything unless it is told to fail."""

    @activity.defn(name="notify")
    async def notify(request: NotifyRequest) -> None:
        if stage.mail_fails is not None:
            raise stage.mail_fails

    @activity.defn(name="give_up_notices")
    async def give_up(request: NotifyRequest) -> None:
        stage.given_up += 1

    yield notify
    yield give_up


def _calendar(stage: Stage) -> Iterator[Callable[..., Awaitable[Any]]]:
    """What stands in for the stored calendar: everything is touched by every decision."""

    @activity.defn(name="reprojection_outlook")
    async def outlook() -> ReprojectionOutlook:
        revision = stage.reference.fixed.calendar.revision
        return ReprojectionOutlook(after=stage.projected, revision=revision, open_directives=1)

    @activity.defn(name="reprojection_touched")
    async def touched(query: TouchedQuery) -> TouchedPage:
        return TouchedPage(touched=(stage.directive_id,), looked_at=1)

    @activity.defn(name="reprojection_done")
    async def done(revision: int) -> None:
        stage.projected = revision

    yield outlook
    yield touched
    yield done
