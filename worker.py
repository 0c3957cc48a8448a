"""The worker process: runs workflows and activities until it is told to stop, then finishes what it has begun."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime
from temporalio.service import RPCError
from temporalio.worker import PollerBehaviorSimpleMaximum, UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.chat import ChatMisconfigured
from activities.checkpoints import CheckpointActivities, LogSettings, due_after
from activities.notify import NotifyActivities
from activities.occurrence import OccurrenceActivities
from activities.outside import Look, looks_outside, mailer_of
from activities.record import RecordActivities
from activities.recorder import Recorder
from activities.reprojection import ReprojectionActivities
from activities.succession import SuccessionActivities, succession_page
from audit.places.configured import places_of
from audit.reconcile import continuous
from audit.reconcile.reader import Histories
from domain.recurring import owed
from settings import Settings
from storage.calendar import revisions
from storage.directives import count_open, open_directives, overslept
from storage.pool import UNAVAILABLE, Pool, open_pool
from storage.postgres import PostgresEventStore
from storage.read_seals import seal_reads
from storage.recurrences import changes_of, outcomes_of, unended
from storage.reference import ReferenceCache
from telemetry import DIFFERENCES, RECONCILED, configure_logging, serve_metrics, settle_memory, temporal_runtime
from workflows.checkpointing import CheckpointWorkflow, keep_schedule, start_checkpoint
from workflows.converter import DATA_CONVERTER
from workflows.directive import DirectiveWorkflow
from workflows.issue_many import IssueManyWorkflow
from workflows.messages import NotifyRequest, SuccessionQuery, notify_queue
from workflows.occurrence import OccurrenceWorkflow
from workflows.reprojection import ReprojectionWorkflow
from workflows.schedules import Schedules
from workflows.succession import SuccessionWorkflow
from workflows.taking_up import take_up, without_execution
from workflows.waking import count_executing, send_again, start_reprojection, succeed, wake
from workflows.walks import spare_walks

log = structlog.get_logger()

GRACE = timedelta(seconds=20)
CONNECT_TRIES_EVERY = 1.0
OVERSLEPT_AFTER = timedelta(minutes=2)
WAKE_EVERY_SECONDS = 600.0
WAKE_AT_ONCE = 1000
FOLLOW_EVERY_SECONDS = 60.0
CHECKPOINT_LOOK_SECONDS = 5.0
RECONCILE_EVERY_SECONDS = 60.0


async def connect_temporal(runtime: Runtime | None = None) -> Client:
    """A client as the TEMPORAL_* variables (or Temporal's config file) say; waits until the server answers."""
    config = ClientConfig.load_client_connect_config()
    waited = 0
    while True:
        try:
            return await Client.connect(**config, data_converter=DATA_CONVERTER, runtime=runtime)
        except RuntimeError as error:
            if waited % 10 == 0:
                log.warning("temporal.waiting", target=config.get("target_host", "localhost:7233"), error=str(error))
            waited += 1
            await asyncio.sleep(CONNECT_TRIES_EVERY)


def build_workers(client: Client, pool: Pool, settings: Settings) -> tuple[Worker, Worker]:
    """The worker of directives, and the one of outside notices with its rate limit, over one database pool."""
    reference = ReferenceCache(pool)
    mailer = mailer_of(settings)
    recorder = Recorder(PostgresEventStore(pool), reference, lambda: datetime.now(UTC), mail=mailer is not None)
    record = RecordActivities(recorder)
    notify = NotifyActivities(pool, recorder, mailer, settings.public_url)
    checkpoints = CheckpointActivities(pool, _log_settings(settings))
    succession = SuccessionActivities(pool, reference, recorder.now)
    occurrence = OccurrenceActivities(pool, recorder)
    reprojection = ReprojectionActivities(pool)
    directives = Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[
            *(DirectiveWorkflow, IssueManyWorkflow, OccurrenceWorkflow),
            *(ReprojectionWorkflow, SuccessionWorkflow, CheckpointWorkflow),
        ],
        activities=[
            *(record.record_decision, record.record_issues, occurrence.issue_occurrence),
            *(reprojection.outlook, reprojection.touched, reprojection.done, succession.page),
        ],
        workflow_runner=SandboxedWorkflowRunner() if settings.workflow_sandbox else UnsandboxedWorkflowRunner(),
        max_cached_workflows=2000,
        max_concurrent_workflow_tasks=100,
        workflow_task_executor=ThreadPoolExecutor(4, "workflow"),  # one interpreter: more threads only pass the lock
        max_concurrent_local_activities=100,
        no_remote_activities=True,  # recording is local; so that nothing polls for what never comes
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(maximum=20),
        # A killed worker's directives are picked up by another one after this long.
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=3),
        graceful_shutdown_timeout=GRACE,
    )
    notices = Worker(
        client,
        task_queue=notify_queue(settings.task_queue),
        activities=[
            *(notify.notify, notify.give_up),
            *(checkpoints.make_checkpoint, checkpoints.deliver_checkpoint),
        ],
        max_concurrent_activities=20,
        activity_task_poller_behavior=PollerBehaviorSimpleMaximum(maximum=20),
        max_task_queue_activities_per_second=settings.notify_per_second,
        graceful_shutdown_timeout=GRACE,
    )
    return directives, notices


def _outside(pool: Pool, settings: Settings) -> list[Look]:
    try:
        return looks_outside(pool, settings)
    except ChatMisconfigured as error:
        raise SystemExit(str(error)) from error


def _log_settings(settings: Settings) -> LogSettings | None:
    """None if no checkpoints are to be made. PlaceUnknown for a place that is none."""
    if settings.keys is None:
        return None
    return LogSettings(settings.keys, settings.log_origin, tuple(places_of(settings)))


async def wake_the_overslept(client: Client, pool: Pool, queue: str, *, late: timedelta = OVERSLEPT_AFTER) -> int:
    """Start again the executions of directives whose instant passed `late` ago unrecorded; how many there were.

    A command restarts a lost execution by itself; this is for the directives that nobody touches.
    """
    directives = await overslept(pool, datetime.now(UTC) - late, WAKE_AT_ONCE)
    for directive_id in directives:
        log.warning("directive.overslept", directive_id=str(directive_id))
        await wake(client, directive_id, queue)
    return len(directives)


async def bring_the_calendar(client: Client, pool: Pool, queue: str) -> bool:
    """Start the re-projection if decisions on the calendar have not reached the open directives; whether it did.

    Whoever decides starts it at once; this is for decisions made while Temporal was away or nothing ran.
    """
    behind = (await revisions(pool)).behind
    if behind:
        await start_reprojection(client, queue)
    return behind


async def take_up_the_open(client: Client, pool: Pool, queue: str) -> int:
    """Start an execution for each open directive that has none, at a bounded rate; how many there were.

    So it is after a history was written into the record, or when Temporal's store was lost: nobody need touch them first.
    """
    if await count_open(pool) <= await count_executing(client, queue):
        return 0
    started = await take_up(
        client, queue, await without_execution(client, queue, await open_directives(pool)), asyncio.sleep
    )
    log.info("directives.taken_up", count=started)
    return started


async def reconcile(client: Client, pool: Pool, queue: str) -> int:
    """Take up what has no execution, and compare what was touched with its histories; how many differences are new."""
    await take_up_the_open(client, pool, queue)
    seen = await continuous.look(pool, Histories(client, queue))
    if seen is None:
        return 0  # another worker is at it
    RECONCILED.inc(seen.compared)
    for one in seen.new:
        DIFFERENCES.labels(one.kind).inc()
        log.error(
            "reconcile.difference",
            kind=one.kind,
            directive_id=str(one.directive_id),
            run_id=one.run_id,
            history_event=one.history_event,
            position=one.position,
            what=one.english,
        )
    # Where strange executions run, their number hides that others are missing.
    await take_up(client, queue, seen.absent, asyncio.sleep)
    for unsent in seen.unsent:
        log.warning("notices.sent_again", directive_id=str(unsent.directive_id), version=unsent.first_version)
        await send_again(client, NotifyRequest.model_validate(unsent.model_dump()), queue)
    return len(seen.new)


async def reconcile_schedules(client: Client, pool: Pool, queue: str, *, late: timedelta = OVERSLEPT_AFTER) -> int:
    """Bring the schedules of recurring directives to what the record says, and issue what they failed to issue.

    How many schedules were touched and occurrences were owed. A schedule that is lost, or was paused or left behind by
    hand, is nothing that a person would notice before an occurrence is missing.
    """
    schedules = Schedules(client, queue)
    held = await schedules.held()
    recurrences = await unended(pool)
    touched = await schedules.reconcile(held, recurrences)
    if touched:
        log.warning("schedules.reconciled", recurrences=[str(recurrence_id) for recurrence_id in touched])
    count = len(touched)
    for recurrence in recurrences:
        changes, outcomes = await changes_of(pool, recurrence.id), await outcomes_of(pool, recurrence.id)
        periods = owed(recurrence, changes, outcomes, datetime.now(UTC) - late)
        if periods:
            log.warning("occurrences.owed", recurrence_id=str(recurrence.id), periods=[str(p) for p in periods])
            await schedules.backfill(recurrence, periods)
            count += len(periods)
    return count


async def follow_the_ended(client: Client, pool: Pool, queue: str, reference: ReferenceCache) -> bool:
    """Start the succession if an open directive names a unit that has ended by today; whether one does.

    Asked again and again, so a unit that ends on a day to come is followed when the day has come.
    """
    query = SuccessionQuery()
    while not (page := await succession_page(pool, reference, datetime.now(UTC), query)).tasks:
        if page.last is None:
            return False
        query = SuccessionQuery(above=page.last)
    await succeed(client, queue)
    return True


async def sign_when_due(client: Client, pool: Pool, queue: str) -> bool:
    """Start a checkpoint when so much has happened since the last one that it should not wait; whether it did."""
    after = await due_after(pool)
    if after is None:
        return False
    await start_checkpoint(client, queue, after)
    return True


async def look_after(client: Client, pool: Pool, queue: str) -> None:
    """All that the record calls for and that nobody may have started, one after the other."""
    for look in (bring_the_calendar, wake_the_overslept, reconcile_schedules):
        await attempt(look.__name__, partial(look, client, pool, queue))
    await attempt(seal_reads.__name__, partial(seal_reads, pool))


async def attempt(name: str, look: Callable[[], Awaitable[object]]) -> None:
    """One look. Whatever it meets is logged and met again at the next turn: it holds up no other look and ends no watch."""
    try:
        await look()
    except (*UNAVAILABLE, RPCError) as error:
        log.warning("looking.put_off", look=name, error=repr(error))
    except Exception:
        log.exception("looking.failed", look=name)


async def keep_looking(name: str, look: Callable[[], Awaitable[object]], seconds: float) -> None:
    """The look again and again, `seconds` after it has ended, whatever came of it."""
    while True:
        await attempt(name, look)
        await asyncio.sleep(seconds)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """The worker at work; leaving the block stops it gracefully."""
    if settings.database_url is None:
        raise SystemExit("DONDOC_DATABASE_URL is not set. Run `dondoc up` for the embedded default, or set it.")
    runtime = temporal_runtime(settings.metrics_port + 1 if settings.metrics_port else None)
    serve_metrics(settings.metrics_port)
    pool = await open_pool(settings.database_url, size=16, program="dondoc-worker")
    try:
        outside = _outside(pool, settings)
        client = await connect_temporal(runtime)
        directives, notices = build_workers(client, pool, settings)
        async with directives, notices:
            settle_memory()
            at = client, pool, settings.task_queue
            looks: list[Look] = [
                ("look_after", partial(look_after, *at), WAKE_EVERY_SECONDS),
                ("reconcile", partial(reconcile, *at), RECONCILE_EVERY_SECONDS),
                ("follow_the_ended", partial(follow_the_ended, *at, ReferenceCache(pool)), FOLLOW_EVERY_SECONDS),
                *outside,
            ]
            if settings.keys is None:
                log.warning("log.unsigned", why="DONDOC_KEYS is not set: no checkpoints are made")
            else:
                queue = settings.task_queue
                looks.append(("keep_schedule", partial(keep_schedule, client, queue), WAKE_EVERY_SECONDS))
                looks.append(("sign_when_due", partial(sign_when_due, *at), CHECKPOINT_LOOK_SECONDS))
            watches = [asyncio.create_task(keep_looking(*look)) for look in looks]
            log.info("worker.started", queue=settings.task_queue)
            try:
                yield
            finally:
                for watch in watches:
                    watch.cancel()
            log.info("worker.stopping")
    finally:
        await pool.close()
    log.info("worker.stopped")


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; one that comes while a server is still awaited ends the wait."""
    stop, started = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    work = asyncio.create_task(_work_until(stop, started, settings))
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not started.is_set():
        work.cancel()
    try:
        await work
    except asyncio.CancelledError:
        log.info("worker.stopped")


async def _work_until(stop: asyncio.Event, started: asyncio.Event, settings: Settings) -> None:
    async with running(settings):
        started.set()
        await stop.wait()


def main() -> None:
    """`python worker.py`, and `dondoc worker`."""
    settings = Settings()
    configure_logging(settings.log_level, "worker")
    spare_walks()
    try:
        import uvloop
    except ImportError:
        asyncio.run(run(settings))
    else:
        uvloop.run(run(settings))


if __name__ == "__main__":
    main()
