"""Whole lives of directives a second: bare Temporal, ours through the client, through HTTP, and with mail."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from bench import bare
from bench.servers import MAIL_QUEUE, QUEUE, Servers
from domain.commands import Accept, Acknowledge, CommandEnvelope, IssueDirective, ReportCompletion, UserCommand
from domain.ids import directive_id_for
from storage.tokens import make_token
from workflows.converter import DATA_CONVERTER
from workflows.messages import CommandAnswer, StartDirective, workflow_id

LEADER, HEAD = "chu-tich", "tp-noi-vu"
BODY: dict[str, Any] = {
    "title": "Thống nhất cách cập nhật kết quả xếp loại cán bộ, công chức hằng tháng",
    "content": "Thống nhất với Văn phòng cách ghi và thời điểm cập nhật kết quả xếp loại trên phần mềm điều hành.",
    "lead_unit": "NV",
    "deadline": {"working_days": 10},
    "expected_result": "Quy trình cập nhật kết quả xếp loại",
}
STEPS: tuple[tuple[str, UserCommand], ...] = (
    (HEAD, Acknowledge()),
    (HEAD, ReportCompletion(result="Quy trình đã ban hành")),
    (LEADER, Accept()),
)
"""Together with the issue: five events, four commands, all recorded, read models and notices written."""

Life = Callable[[], Awaitable[None]]


async def rate(life: Life, count: int, at_once: int) -> float:
    """Lives a second over `count` lives, `at_once` of them at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one() -> None:
        async with gate:
            await life()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    return count / (time.perf_counter() - started)


async def lives(servers: Servers) -> tuple[dict[str, Life], Callable[[], Awaitable[None]]]:
    """The kinds of life to compare, and what to call at the end."""
    client = await Client.connect(servers.temporal_address, data_converter=DATA_CONVERTER)
    tokens = {user: await make_token(servers.pool, user, "bench", lasts=timedelta(days=1)) for user in (LEADER, HEAD)}
    http = session(servers.api_url)

    async def bare_life() -> None:
        handle = await client.start_workflow("Bare", id=str(uuid4()), task_queue=bare.QUEUE)
        for _ in range(3):
            await handle.execute_update("step")

    async def activities_life() -> None:
        name = str(uuid4())
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            "BareActivities", id=name, task_queue=bare.QUEUE, id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING
        )
        await client.execute_update_with_start_workflow("step", "x", start_workflow_operation=start)
        handle = client.get_workflow_handle(name)
        for _ in range(3):
            await handle.execute_update("step", "x")

    async def client_life() -> None:
        await _through_client(client, QUEUE)

    async def mail_life() -> None:
        directive = await _through_client(client, MAIL_QUEUE)
        await client.get_workflow_handle(workflow_id(directive)).result()  # ends when every mail is out and noted

    async def http_life() -> None:
        directive = (await post(http, "/directives", tokens[LEADER], BODY))["id"]
        await post(http, f"/directives/{directive}/acknowledge", tokens[HEAD], {})
        await post(http, f"/directives/{directive}/report-completion", tokens[HEAD], {"result": "Đã ban hành"})
        await post(http, f"/directives/{directive}/accept", tokens[LEADER], {})

    kinds: dict[str, Life] = {
        "bare": bare_life,
        "bare_activities": activities_life,
        "client": client_life,
        "http": http_life,
        "mail": mail_life,
    }
    return kinds, http.close


async def _through_client(client: Client, queue: str) -> UUID:
    command_id = uuid4()
    directive = directive_id_for(command_id)
    first = _envelope(command_id, directive, LEADER, IssueDirective.model_validate(BODY))
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        "Directive",
        StartDirective(directive_id=directive, resume=False),
        id=workflow_id(directive),
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    _accepted(
        await client.execute_update_with_start_workflow(
            "command", first, id=str(command_id), start_workflow_operation=start, result_type=CommandAnswer
        )
    )
    handle = client.get_workflow_handle(workflow_id(directive))
    for user, command in STEPS:
        envelope = _envelope(uuid4(), directive, user, command)
        update_id = str(envelope.command_id)
        _accepted(await handle.execute_update("command", envelope, id=update_id, result_type=CommandAnswer))
    return directive


def _envelope(command_id: UUID, directive: UUID, user: str, command: UserCommand) -> CommandEnvelope:
    now = datetime.now(UTC)
    return CommandEnvelope(command_id=command_id, directive_id=directive, user=user, at=now, command=command)


def _accepted(answer: CommandAnswer) -> None:
    if answer.refusal is not None:
        raise RuntimeError(f"refused: {answer.refusal}")


def session(api_url: str) -> aiohttp.ClientSession:
    """An HTTP client that costs little, so that the load does not stand in the way of what is measured."""
    return aiohttp.ClientSession(f"{api_url}/api/v1/", connector=aiohttp.TCPConnector(limit=64))


async def post(http: aiohttp.ClientSession, path: str, token: str, body: dict[str, Any]) -> Any:
    """The JSON answer to a command; an error status raises."""
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(path.removeprefix("/"), json=body, headers=headers) as answer:
        answer.raise_for_status()
        return await answer.json()
