"""The calendar changes while directives are open: each that is touched moves once, and keeps the new instants."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from api.gateway import CommandGateway
from domain.calendar import CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.calendar_decisions import WantedDecision, swap
from domain.commands import Deadline, IssueDirective, Reproject, Withdraw
from domain.events import DeadlineChanged, DeadlineMissed, Escalated, ReminderDue
from domain.ids import directive_id_for, part_command_id
from domain.instants import local
from domain.registries import administrator
from settings import Settings
from storage.calendar import Revisions, enter_decision, revisions, was_projected
from storage.pool import Pool
from tests.domain.happenings import order
from tests.support.command_line import environment_with
from tests.support.eventually import eventually
from tests.support.skipping import skip
from tests.workflows.desk import FIVE_DAYS, NO_DEADLINE, Desk
from tests.workflows.stage import staged
from worker import bring_the_calendar
from workflows.directive import DirectiveWorkflow
from workflows.messages import IssueMany, ReprojectionProgress, StartReprojection, reprojection_workflow_id
from workflows.reprojection import ReprojectionWorkflow
from workflows.waking import start_reprojection

ADMIN = administrator("quantri")
FORTY_DAYS = order(deadline=Deadline(working_days=40), policy="thuong")
EXACT = order(deadline=Deadline(at=datetime.now(UTC) + timedelta(days=200)), policy="hoa_toc")


def ahead(working_days: int) -> date:
    """The working day so far from today."""
    return WorkCalendar().shift(local(datetime.now(UTC)).date(), working_days)


def saturday_after(day: date) -> date:
    """The first weekend day after `day` that is off."""
    while WorkCalendar().is_working_day(day) or day.weekday() < 5:
        day += timedelta(days=1)
    return day


async def decided(pool: Pool, *entries: CalendarEntry, number: str = "15/QĐ-UBND") -> CalendarDecision:
    """Enter a decision as an administrator does."""
    decision = await enter_decision(pool, WantedDecision(number=number, reason="Thử", entries=entries), ADMIN)
    assert isinstance(decision, CalendarDecision), decision
    return decision


async def third_day_off(pool: Pool) -> CalendarDecision:
    """The third working day from today is swapped against a weekend day far behind it."""
    return await decided(pool, *swap(ahead(3), saturday_after(ahead(25))))


async def brought(desk: Desk) -> ReprojectionProgress:
    """Run the re-projection to its end."""
    return await (await start_reprojection(desk.client, desk.queue)).result()


def another(desk: Desk) -> Desk:
    """A second directive beside the first."""
    return Desk(desk.client, desk.queue, desk.store, desk.now)


@asynccontextmanager
async def issued(desk: Desk, *commands: IssueDirective) -> AsyncIterator[list[Desk]]:
    """Directives for the block."""
    desks = [another(desk) for _ in commands]
    for one, command in zip(desks, commands, strict=True):
        await one.issue(command)
    yield desks
    for one in desks:
        await one.clear_away()


async def test_touched_ones_move_once_and_all_others_stay(live_desk: Desk, pool: Pool) -> None:
    async with issued(live_desk, FIVE_DAYS, FORTY_DAYS, EXACT, NO_DEADLINE, FIVE_DAYS) as desks:
        touched, evened_out, *_, closed = desks
        await closed.send(Withdraw(reason="Trùng"))
        before = [await one.types() for one in desks]
        decision = await third_day_off(pool)
        assert await revisions(pool) == Revisions(decided=2, projected=0)
        # of forty days one is lost and one won: only reminders could have moved, and none did
        assert await brought(live_desk) == ReprojectionProgress(total=4, done=4, changed=1, revision=2)
        assert await revisions(pool) == Revisions(decided=2, projected=2)
        assert await touched.types() == ["DirectiveIssued", "DeadlineChanged"]
        assert [await one.types() for one in desks[1:]] == before[1:]
        first, changed = await touched.events()
        assert isinstance(changed.data, DeadlineChanged)
        assert changed.data.decision_number == decision.number
        assert changed.actor.user == "system"
        assert changed.data.plan.due_at > first.data.plan.due_at  # type: ignore[union-attr,operator]
        assert await evened_out.status() is WorkflowExecutionStatus.RUNNING

        assert await brought(live_desk) == ReprojectionProgress()
        await pool.execute("update calendar_projected set revision = 0")  # as if the mark had been lost
        assert (await brought(live_desk)).done == 4
        assert len(await touched.events()) == 2


async def test_the_directives_own_workflow_waits_for_the_new_instant(live_desk: Desk, pool: Pool) -> None:
    await live_desk.issue()
    await third_day_off(pool)
    await brought(live_desk)
    changed = (await live_desk.happened())[-1]
    assert isinstance(changed, DeadlineChanged)
    first = changed.plan.steps[0].due_at

    async def knows() -> bool:
        standing = await live_desk.standing()
        return standing is not None and standing.next_wakeup_at == first and standing.version == 2

    await eventually(knows)


async def test_a_lost_execution_is_made_again_with_the_new_instants(live_desk: Desk, pool: Pool) -> None:
    await live_desk.issue()
    await live_desk.handle.terminate()
    await third_day_off(pool)
    await brought(live_desk)

    async def knows() -> bool:
        standing = await live_desk.standing()
        return standing is not None and standing.version == 2

    await eventually(knows)
    assert await live_desk.status() is WorkflowExecutionStatus.RUNNING


async def test_reminders_fire_at_their_new_instants(
    desk: Desk, skipping: WorkflowEnvironment, pool: Pool, settings: Settings
) -> None:
    now = await desk.now()
    five = WorkCalendar().shift(local(now).date(), 5)
    await desk.issue()
    off = CalendarEntry(day=WorkCalendar().shift(five, -1), kind=DayKind.DAY_OFF, reason="bão")
    await decided(pool, off)
    await brought(desk)
    await skip(skipping, timedelta(days=60))
    *_, changed, first = (await desk.happened())[:3]
    assert isinstance(changed, DeadlineChanged)
    planned = {step.key: step.due_at for step in changed.plan.steps}
    taken = {data.step: data.due_at for data in await desk.happened() if isinstance(data, ReminderDue | DeadlineMissed)}
    assert taken == {key: due_at for key, due_at in planned.items() if "escalation" not in key}
    assert first.type == "ReminderDue"
    assert local(changed.plan.due_at).date() == WorkCalendar().shift(five, 1) + timedelta(days=1)  # type: ignore[arg-type]
    for event in (await desk.events())[2:]:
        assert isinstance(event.data, ReminderDue | DeadlineMissed | Escalated)
        assert timedelta(0) <= event.occurred_at - event.data.due_at < timedelta(minutes=5)


async def test_many_pages_go_on_in_new_runs(live_desk: Desk, pool: Pool) -> None:
    async with issued(live_desk, *[FIVE_DAYS] * 5, EXACT) as desks:
        await third_day_off(pool)
        progress: ReprojectionProgress = await live_desk.client.execute_workflow(
            "Reprojection",
            StartReprojection(page=2, continue_after=1),
            id=reprojection_workflow_id(live_desk.queue),
            task_queue=live_desk.queue,
            result_type=ReprojectionProgress,
        )
        assert progress == ReprojectionProgress(total=6, done=6, changed=5, revision=2)
        assert [len(await one.events()) for one in desks] == [2, 2, 2, 2, 2, 1]
        runs = [run async for run in _runs(live_desk)]
        assert len(runs) >= 3


async def _runs(desk: Desk) -> AsyncIterator[str]:
    handle, run = desk.client.get_workflow_handle(reprojection_workflow_id(desk.queue)), ""
    last = (await handle.describe()).run_id
    first = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
    run = first
    while True:
        yield run
        if run == last:
            return
        history = await desk.client.get_workflow_handle(handle.id, run_id=run).fetch_history()
        run = history.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id


async def test_the_worker_starts_it_only_when_it_is_behind(live_desk: Desk, pool: Pool) -> None:
    await live_desk.issue()
    await was_projected(pool, 1)
    assert not await bring_the_calendar(live_desk.client, pool, live_desk.queue)
    await third_day_off(pool)
    assert await bring_the_calendar(live_desk.client, pool, live_desk.queue)

    async def done() -> bool:
        return not (await revisions(pool)).behind

    await eventually(done)
    await live_desk.had("DirectiveIssued", "DeadlineChanged")


async def test_what_a_newer_decision_has_overtaken_is_not_marked_as_done(pool: Pool) -> None:
    await third_day_off(pool)
    await was_projected(pool, 1)
    assert await revisions(pool) == Revisions(decided=2, projected=0)
    await was_projected(pool, 2)
    await was_projected(pool, 2)
    assert await revisions(pool) == Revisions(decided=2, projected=2)


async def test_decisions_one_after_the_other_each_bring_their_own(live_desk: Desk, pool: Pool) -> None:
    await live_desk.issue()
    await third_day_off(pool)
    await brought(live_desk)
    await decided(pool, CalendarEntry(day=ahead(4), kind=DayKind.DAY_OFF, reason="bão"), number="16/QĐ-UBND")
    await brought(live_desk)
    numbers = [data.decision_number for data in await live_desk.happened() if isinstance(data, DeadlineChanged)]
    assert numbers == ["15/QĐ-UBND", "16/QĐ-UBND"]


async def test_a_defect_with_one_is_counted_and_nothing_is_marked_as_done(skipping: WorkflowEnvironment) -> None:
    async with staged(skipping, mail=False) as stage:
        await stage.issue(FIVE_DAYS)
        stage.faulty.before.append(ValueError("a defect"))
        await stage.decide()
        assert (await brought(stage)).failed == 1
        assert stage.projected == 1
        again = await brought(stage)
        assert (again.changed, again.failed, stage.projected) == (1, 0, 2)


async def test_two_who_start_it_share_one_run(live_desk: Desk, pool: Pool) -> None:
    await live_desk.issue()
    await third_day_off(pool)
    await asyncio.gather(*(brought(live_desk) for _ in range(4)))
    assert await live_desk.types() == ["DirectiveIssued", "DeadlineChanged"]


@pytest.mark.slow
async def test_a_worker_killed_in_the_middle_is_made_good(
    settings: Settings, pool: Pool, temporal_client: Client, gateway: CommandGateway
) -> None:
    command_id, count = uuid4(), 60
    parts = [part_command_id(command_id, n) for n in range(count)]
    first = await _worker(settings)
    try:
        desks = [
            Desk(temporal_client, settings.task_queue, None, _now, directive_id_for(part))  # type: ignore[arg-type]
            for part in parts
        ]
        envelopes = [await one.envelope(FIVE_DAYS, command_id=part) for one, part in zip(desks, parts, strict=True)]
        answer = await _submit(gateway, command_id, IssueMany(envelopes=tuple(envelopes)))
        assert not answer
        await third_day_off(pool)
        run = await start_reprojection(temporal_client, settings.task_queue)

        async def begun() -> bool:
            return await _changed(pool) > 0

        await eventually(begun, every=0.005)
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    second = await _worker(settings)
    try:
        async with asyncio.timeout(60):
            progress = await run.result()
        assert (progress.done, progress.changed, progress.failed) == (count, count, 0)
        assert await _changed(pool) == count
        assert await pool.fetchval("select max(stream_version) from events") == 2
        assert not (await revisions(pool)).behind
    finally:
        second.terminate()
        second.wait()
        for one in desks:
            await one.handle.terminate()


async def _now() -> datetime:
    return datetime.now(UTC)


async def _submit(gateway: CommandGateway, command_id: object, request: IssueMany) -> tuple[object, ...]:
    return (await gateway.submit_many(command_id, request.envelopes)).refusals  # type: ignore[arg-type]


async def _changed(pool: Pool) -> int:
    count: int = await pool.fetchval("select count(*) from events where type = 'DeadlineChanged'")
    return count


async def _worker(settings: Settings) -> "subprocess.Popen[bytes]":
    """A worker process of the test's own."""
    changes = {
        "DONDOC_DATABASE_URL": settings.database_url or "",
        "DONDOC_TASK_QUEUE": settings.task_queue,
        "DONDOC_METRICS_PORT": "0",
        "TEMPORAL_ADDRESS": os.environ["TEMPORAL_ADDRESS"],
    }
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, str(root / "worker.py")],
        env=environment_with(changes),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def test_progress_can_be_asked_for_while_it_runs_and_after(live_desk: Desk, pool: Pool) -> None:
    await live_desk.issue()
    await third_day_off(pool)
    run = await start_reprojection(live_desk.client, live_desk.queue)
    asked: ReprojectionProgress = await run.query(ReprojectionWorkflow.progress)
    assert 0 <= asked.done <= 1
    end = await run.result()
    assert end.done == 1


async def test_nobody_can_send_the_command_from_outside(live_desk: Desk, pool: Pool) -> None:
    await live_desk.issue()
    with pytest.raises(WorkflowUpdateFailedError):
        await live_desk.send(Reproject(after=0, revision=2), by="system")
    await live_desk.signal(Reproject(after=0, revision=2), by="system")
    await live_desk.had("DirectiveIssued", "SignalRefused")
    await live_desk.handle.signal(DirectiveWorkflow.look_again, [])
    await live_desk.had("DirectiveIssued", "SignalRefused")
