"""The execution of a directive is lost: the next command makes it again from the record, and nothing happens twice."""

import asyncio
from uuid import uuid4

import asyncpg
from temporalio.client import Client

from tests.support.eventually import eventually
from tests.support.office import ISSUE, Office
from workflows.messages import workflow_id


async def test_repeats_give_the_first_answer_and_new_commands_go_on(shared: Office, temporal_client: Client) -> None:
    leader, head = await shared.as_("chu-tich"), await shared.as_("tp-nv")
    issue = {**ISSUE, "command_id": str(uuid4())}
    directive = (await leader.post("/directives", json=issue)).json()
    handle = temporal_client.get_workflow_handle(workflow_id(directive["id"]))
    await handle.terminate("lost in the test")
    again = await leader.post("/directives", json=issue)
    assert (again.status_code, again.json()) == (201, directive)
    path, body = f"/directives/{directive['id']}/acknowledge", {"command_id": str(uuid4())}
    taken = await head.post(path, json=body)
    assert (taken.status_code, taken.headers["etag"]) == (200, '"2"')
    await handle.terminate("and once more")
    assert (await head.post(path, json=body)).json() == taken.json()
    assert await shared.types(directive) == ["DirectiveIssued", "DirectiveAcknowledged"]


async def test_a_command_that_was_under_way_is_finished_once(
    shared: Office, shared_url: str, temporal_client: Client
) -> None:
    directive = await shared.issue()
    admin = await asyncpg.connect(shared_url)
    try:
        async with admin.transaction():
            await admin.execute("select * from log_head for update")  # whoever appends now has to wait
            giving = asyncio.create_task(shared.do("tp-nv", "acknowledge", directive, command_id=str(uuid4())))

            async def under_way() -> bool:
                return bool(await admin.fetchval("select exists (select from pg_locks where not granted)"))

            assert await eventually(under_way)
            await temporal_client.get_workflow_handle(workflow_id(directive["id"])).terminate("lost in the middle")
    finally:
        await admin.close()
    answer = await giving
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert await shared.types(directive) == ["DirectiveIssued", "DirectiveAcknowledged"]
