"""Every kind of difference, planted and found, and nothing found beside it."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from temporalio.client import Client

from activities.recorder import Recorder
from audit.reconcile.kinds import Kind
from audit.reconcile.reconciling import Report
from domain.commands import (
    Acknowledge,
    Comment,
    Deadline,
    Delivered,
    IssueDirective,
    RecordDelivery,
    Reproject,
    Withdraw,
)
from domain.event_values import SYSTEM
from domain.ids import delivery_command_id, reprojection_id
from settings import Settings
from storage.calendar import revisions
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache
from tests.activities.postbox import Postbox
from tests.audit.reconcile.conftest import Compare
from tests.audit.reconcile.plants import cut, past_the_engine, rewrite
from tests.domain.happenings import order
from tests.support.eventually import eventually
from tests.workflows.desk import FIVE_DAYS, NO_DEADLINE, Desk
from tests.workflows.test_reprojection import third_day_off
from worker import build_workers
from workflows.messages import StartDirective, workflow_id
from workflows.waking import wake

NewDesk = Callable[[], Desk]
HOURS_BEFORE = order(deadline=Deadline(working_days=5), policy="hoa_toc")
LATER = timedelta(minutes=10)
"""So long after, an execution that still waits for its first command is a stray one."""


def by_directive(report: Report) -> dict[UUID, list[Kind]]:
    found = defaultdict(list)
    for one in report.differences:
        found[one.directive_id].append(one.kind)
    return {directive_id: sorted(kinds) for directive_id, kinds in found.items()}


async def test_each_kind_is_found_where_it_was_planted(
    new_desk: NewDesk, compare: Compare, pool: Pool, database_url: str, temporal_client: Client, settings: Settings
) -> None:
    recorder = Recorder(PostgresEventStore(pool), ReferenceCache(pool), lambda: datetime.now(UTC))
    directives, notices = build_workers(temporal_client, pool, settings)
    expected: dict[UUID, list[Kind]] = {}

    async def planted(*kinds: Kind, wanted: IssueDirective = FIVE_DAYS) -> Desk:
        desk = new_desk()
        await desk.issue(wanted)
        expected[desk.directive_id] = sorted(kinds)
        return desk

    async with directives, notices:
        untouched = await planted()
        pressed = new_desk()
        await pressed.issue(order(deadline=Deadline(at=datetime.now(UTC) + timedelta(seconds=2.5))))

        shortened = await planted(Kind.ANSWER_LOST)
        await shortened.send(Acknowledge())
        await cut(database_url, shortened, 1)

        of_another = await planted(Kind.ANSWER_DIFFERS)
        await rewrite(database_url, of_another, 1, lambda event: event.update(command_id=str(uuid4())))

        by_another = await planted(Kind.ANSWER_DIFFERS)
        await by_another.send(Comment(text="Tôi nói"))
        await rewrite(database_url, by_another, 2, lambda event: event["actor"].update(user="tp-tnmt"))

        rescheduled = await planted(Kind.STANDING_DIFFERS, Kind.STANDING_BEHIND)
        await rewrite(
            database_url,
            rescheduled,
            1,
            lambda event: event["data"]["plan"]["steps"][0].update(due_at="2199-01-01T00:00:00.000000Z"),
        )

        written_to = await planted(Kind.PAST_THE_ENGINE)
        await past_the_engine(recorder, written_to, Comment(text="Từ bên cạnh"), "tp-nv")

        ended = await planted(Kind.PAST_THE_ENGINE, Kind.STANDING_BEHIND, Kind.STRAY_EXECUTION)
        await past_the_engine(recorder, ended, Withdraw(reason="Từ bên cạnh"), "chu-tich")

        not_told = await planted(Kind.STANDING_BEHIND, wanted=HOURS_BEFORE)
        await third_day_off(pool)
        known = await revisions(pool)
        moved = Reproject(after=known.projected, revision=known.decided)
        id_of_move = reprojection_id(not_told.directive_id, known.projected, known.decided)
        await past_the_engine(recorder, not_told, moved, "system", id_of_move)

        signalled = await planted(Kind.HISTORY_UNREADABLE, Kind.SIGNAL_LOST, Kind.SIGNAL_LOST)
        await signalled.handle.signal("signal_command", {"no": "command"})
        wrong = (await untouched.envelope(Comment(text="Nhầm"))).model_copy(update={"directive_id": uuid4()})
        await signalled.handle.signal("signal_command", wrong)
        await signalled.handle.signal("start_effects", "no list")
        await signalled.send(Acknowledge())

        lost = await planted(Kind.NO_EXECUTION)
        await lost.handle.terminate()

        twice = await planted(Kind.TWO_AT_ONCE)
        await _start(temporal_client, settings, f"copy-{uuid4()}", twice.directive_id)

        nowhere = uuid4()
        expected[nowhere] = [Kind.STRAY_EXECUTION]
        await _start(temporal_client, settings, workflow_id(nowhere), nowhere)

        claimed = await planted(Kind.NOTICE_UNSENT)
        [issued] = await claimed.events()
        told = Delivered(recipient="tp-nv", event_id=issued.event_id, message_id="<1@x.example>")
        outcome = RecordDelivery(channel="email", delivered=(told,))
        own_id = delivery_command_id(issued.event_id, "email")
        await past_the_engine(recorder, claimed, outcome, SYSTEM.user, own_id)

        damaged = await planted(Kind.ANSWER_LOST, Kind.RECORD_UNREADABLE)
        await damaged.send(Comment(text="Một"))
        await damaged.send(Comment(text="Hai"))
        await rewrite(database_url, damaged, 2, lambda event: event.update(type="NoSuchEvent"))

        async def all_steps_taken() -> bool:
            return (await pressed.types()).count("Escalated") == 2

        await eventually(all_steps_taken)
        types = await pressed.types()
        # Every answer to a tick is lost with its events, and what was due then is due still.
        ticks = types.count("ReminderDue") + types.count("DeadlineMissed") + types.count("Escalated")
        await cut(database_url, pressed, 1)
        found = by_directive(await compare(LATER))
        kinds = found.pop(pressed.directive_id)
        assert {*kinds} == {Kind.ANSWER_LOST, Kind.TICK_MISSING}
        assert 1 <= kinds.count(Kind.TICK_MISSING) <= ticks
        assert found == {one: kinds for one, kinds in expected.items() if kinds}


async def _start(client: Client, settings: Settings, name: str, directive_id: UUID) -> None:
    start = StartDirective(directive_id=directive_id, resume=False)
    await client.start_workflow("Directive", start, id=name, task_queue=settings.task_queue)


async def test_notices_are_found_that_went_out_unrecorded_or_that_nobody_sends_any_more(
    new_desk: NewDesk, compare: Compare, at_work: None, database_url: str, postbox: Postbox
) -> None:
    sent, dropped = new_desk(), new_desk()
    await sent.issue(NO_DEADLINE)
    await sent.had("DirectiveIssued", "NotificationSent")
    assert (await compare()).differences == []
    await cut(database_url, sent, 1)
    postbox.close()
    await dropped.issue(NO_DEADLINE)
    await dropped.handle.terminate()
    await wake(dropped.client, dropped.directive_id, dropped.queue)

    async def both() -> bool:  # the server's index hears of the run that was lost a moment later
        found = by_directive(await compare())
        return found == {sent.directive_id: [Kind.NOTICE_UNRECORDED], dropped.directive_id: [Kind.NOTICE_DROPPED]}

    await eventually(both)
