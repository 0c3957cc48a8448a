"""Several directives of one source document: all are issued and each gets its workflow, or none is."""

from uuid import UUID, uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from api.gateway import CommandGateway
from domain.commands import Acknowledge, Deadline, IssueDirective
from domain.ids import directive_id_for, part_command_id
from domain.refusals import Code
from settings import Settings
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.domain.happenings import order
from tests.support.eventually import eventually
from tests.workflows.desk import Desk, real_now
from workflows.messages import CommandAnswer, IssueMany, IssueManyAnswer

GOOD = order(deadline=Deadline(working_days=5))
BAD = order(deadline=Deadline(working_days=5), lead_unit="nowhere")


@pytest.fixture
def desk(live_desk: Desk) -> Desk:
    """Here time is real."""
    return live_desk


async def issue_all(
    desk: Desk, gateway: CommandGateway, *commands: IssueDirective, command_id: UUID | None = None
) -> tuple[IssueManyAnswer, list[Desk]]:
    """Issue many under one id, as the API does; the answer and a desk for each."""
    command_id = command_id or uuid4()
    parts = [part_command_id(command_id, n) for n in range(len(commands))]
    desks = [Desk(desk.client, desk.queue, desk.store, real_now, directive_id_for(part)) for part in parts]
    envelopes = [
        await one.envelope(command, command_id=part) for one, command, part in zip(desks, commands, parts, strict=True)
    ]
    return await gateway.submit_many(command_id, tuple(envelopes)), desks


async def test_all_are_issued_in_order_and_each_has_its_workflow_and_timer(desk: Desk, gateway: CommandGateway) -> None:
    answer, desks = await issue_all(desk, gateway, *[GOOD] * 12)
    assert answer.refusals == ()
    assert [(a.version, a.position) for a in answer.answers] == [(1, n) for n in range(1, 13)]
    for n, one in enumerate(desks, 1):
        [issued] = await one.happened()
        assert issued.code.endswith(f"/{n:04d}")  # type: ignore[union-attr]

        async def known(one: Desk = one) -> bool:
            return await one.standing() is not None

        await eventually(known)
        standing = await one.standing()
        assert standing is not None
        assert standing.next_wakeup_at == issued.plan.steps[0].due_at  # type: ignore[union-attr]
    assert (await gateway.submit(await desks[5].envelope(Acknowledge()))).version == 2
    for one in desks:
        assert await one.status() is WorkflowExecutionStatus.RUNNING
        await one.clear_away()


async def test_one_that_cannot_be_stops_all_and_uses_up_no_number(desk: Desk, gateway: CommandGateway) -> None:
    answer, desks = await issue_all(desk, gateway, GOOD, BAD, GOOD, BAD)
    assert answer.answers == ()
    assert [(r.index, r.refusal.code) for r in answer.refusals] == [(1, Code.UNKNOWN_UNIT), (3, Code.UNKNOWN_UNIT)]
    assert await desk.store.events_after(0, 10) == []
    for one in desks:
        with pytest.raises(Exception, match="not found"):
            await one.status()
    await gateway.submit(await desk.envelope(GOOD))
    [issued] = await desk.happened()
    assert issued.code.endswith("/0001")  # type: ignore[union-attr]


async def test_a_repeat_gets_the_first_answers(desk: Desk, gateway: CommandGateway) -> None:
    command_id = uuid4()
    first, desks = await issue_all(desk, gateway, GOOD, GOOD, command_id=command_id)
    await gateway.submit(await desks[0].envelope(Acknowledge()))
    again, _ = await issue_all(desk, gateway, GOOD, GOOD, command_id=command_id)
    assert (again.refusals, again.answers) == ((), first.answers)
    assert [len(await one.events()) for one in desks] == [2, 1]
    for one in desks:
        await one.clear_away()


@pytest.mark.parametrize("others", [(GOOD, BAD), (GOOD,), (GOOD, GOOD, GOOD)], ids=["another", "fewer", "more"])
async def test_another_list_under_a_known_id_issues_nothing(
    desk: Desk, gateway: CommandGateway, others: tuple[IssueDirective, ...]
) -> None:
    command_id = uuid4()
    _, desks = await issue_all(desk, gateway, GOOD, GOOD, command_id=command_id)
    answer, _ = await issue_all(desk, gateway, *others, command_id=command_id)
    if len(others) == 1:
        assert answer.answers == (CommandAnswer(version=1, position=1),)  # each of them is a repeat of its own
    else:
        assert {r.refusal.code for r in answer.refusals} == {Code.IDEMPOTENCY_KEY_REUSED}
    assert len(await desk.store.events_after(0, 10)) == 2
    for one in desks:
        await one.clear_away()


async def test_an_empty_list_issues_nothing(
    desk: Desk, settings: Settings, pool: Pool, temporal_client: Client
) -> None:
    answer = await temporal_client.execute_workflow(
        "IssueMany",
        IssueMany(envelopes=()),
        id=f"issue-many-{uuid4()}",
        task_queue=settings.task_queue,
        result_type=IssueManyAnswer,
    )
    assert answer == IssueManyAnswer()
    assert await PostgresEventStore(pool).events_after(0, 1) == []
