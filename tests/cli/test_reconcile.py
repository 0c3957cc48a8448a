"""`dondoc audit reconcile` and `dondoc recover`, on a record and an engine at work."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import Acknowledge, Deadline
from embedded.temporal import free_port
from storage.pool import Pool
from tests.activities.notices import TOLD
from tests.activities.postbox import Postbox
from tests.audit.reconcile.conftest import Compare, at_work, compare, mailing, new_desk, postbox, soon_again
from tests.audit.reconcile.plants import cut
from tests.domain.happenings import order
from tests.support.command_line import Outcome, dondoc
from tests.support.eventually import eventually
from tests.workflows.desk import FIVE_DAYS, Desk
from worker import reconcile

__all__ = ["at_work", "compare", "mailing", "new_desk", "postbox", "soon_again"]

NewDesk = Callable[[], Desk]


async def run(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, *words)


@pytest.fixture
def reached(
    on_database: str, temporal_address: str, task_queue: str, soon_again: None, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The commands find the record and the engine of the test."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_address)
    monkeypatch.setenv("DONDOC_TASK_QUEUE", task_queue)
    return on_database


async def lose(desk: Desk) -> None:
    """Temporal forgets the execution and its history.

    It is deleted while it is open: the server then ends and removes it in one task, at once. Deleting what has just been terminated
    waits for tasks of the closing, which was seen to take longer than any test should.
    """
    request = DeleteWorkflowExecutionRequest(
        namespace=desk.client.namespace, workflow_execution=WorkflowExecution(workflow_id=desk.handle.id)
    )
    await desk.client.workflow_service.delete_workflow_execution(request)

    async def gone() -> bool:
        try:
            await desk.handle.describe()
        except RPCError as error:
            return error.status is RPCStatusCode.NOT_FOUND
        return False

    await eventually(gone)


async def test_what_differs_is_told_with_where_it_stands(
    reached: str, new_desk: NewDesk, at_work: None, pool: Pool, task_queue: str
) -> None:
    first, second = new_desk(), new_desk()
    for one in (first, second):
        await one.issue(FIVE_DAYS)
        await one.had("DirectiveIssued", "NotificationSent")
        await one.send(Acknowledge())
    agreed = (await run("audit", "reconcile", "--json")).succeeded().json
    assert (agreed["agrees"], agreed["directives"], agreed["runs"], agreed["events"]) == (True, 2, 2, 6)
    assert "AGREED" in (await run("audit", "reconcile", "--unit", "NV")).succeeded().out
    await cut(reached, second, 2)
    told = (await run("audit", "reconcile", "--since", "1", "--json")).ended(1).json
    [difference] = told["differences"]
    run_id = (await second.handle.describe()).run_id
    assert {name: difference[name] for name in ("kind", "directive", "position", "run_id")} == {
        "kind": "answer_lost",
        "directive": str(second.directive_id),
        "position": 6,
        "run_id": run_id,
    }
    assert difference["history_event"] > 1
    shown = (await run("audit", "reconcile", difference["code"])).ended(1).out
    assert "answered, but not in the record" in shown
    assert "differences: 1" in shown
    (await run("audit", "reconcile", str(first.directive_id))).succeeded()
    assert (await run("audit", "reconcile", "--found", "--json")).succeeded().json["differences"] == []
    await pool.execute("update reconciliation set position = 0")
    assert await reconcile(second.client, pool, task_queue) == 1
    kept = (await run("audit", "reconcile", "--found", "--json")).ended(1).json
    assert [one["kind"] for one in kept["differences"]] == ["answer_lost"]
    assert "answered, but not in the record" in (await run("audit", "reconcile", "--found")).ended(1).out


async def test_lost_executions_are_started_again_and_nothing_is_sent_twice(
    reached: str, new_desk: NewDesk, at_work: None, compare: Compare, postbox: Postbox
) -> None:
    desk = new_desk()
    await desk.issue(order(deadline=Deadline(at=datetime.now(UTC) + timedelta(seconds=6))))
    await desk.had("DirectiveIssued", "NotificationSent")
    assert len(postbox.letters) == len(TOLD)
    await lose(desk)

    async def missed() -> bool:
        tried = (await run("recover", "--dry-run", "--json")).succeeded().json
        assert tried["started"] == 0
        return bool(tried["missing"] == [str(desk.directive_id)])

    await eventually(missed)
    assert "1 without an execution" in (await run("recover", "--dry-run")).succeeded().out
    done = (await run("recover", "--json")).succeeded().json
    assert (done["open"], done["started"]) == (1, 1)

    async def pressed() -> bool:
        return (await desk.types()).count("NotificationSent") >= 2

    await eventually(pressed)
    types = await desk.types()
    assert types.count("DirectiveIssued") == 1
    assert "ReminderDue" in types
    ids = [letter.message["Message-ID"] for letter in postbox.letters]
    assert len(ids) > len(TOLD)
    assert len({*ids}) == len(ids), "no mail went out twice"
    report = await compare()
    assert report.differences == []
    assert report.not_retained >= 2, "what came before the loss is in no history any more"
    assert (await run("recover", "--json")).succeeded().json["started"] == 0


async def test_without_an_engine_the_commands_end_with_3(on_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (await run("audit", "reconcile")).ended(3, "dondoc up")
    (await run("recover")).ended(3, "TEMPORAL_ADDRESS")
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    for words in (("audit", "reconcile"), ("recover",)):
        (await run(*words)).ended(3, "Temporal does not answer")
    (await run("audit", "reconcile", "--found")).succeeded()


async def test_wrong_usage_is_told(reached: str) -> None:
    (await run("audit", "reconcile", "--all", "--found")).ended(2, "Choose one")
    (await run("audit", "reconcile", "--since", "0")).ended(2, "--since")
    (await run("audit", "reconcile", str(uuid4()))).ended(1, "There is no directive")
