"""No worker is there: the command waits, the caller is told so, and gets the answer under its id once one has come."""

from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from api.gateway import CommandGateway
from settings import Settings
from storage.pool import Pool
from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import ISSUE, Office, api_served
from worker import build_workers


async def test_a_command_waits_for_a_worker_and_happens_once(
    settings: Settings, pool: Pool, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.app.CommandGateway", partial(CommandGateway, seconds=1.0))

    async def waiting(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The body to give again, after the answer that the command is not finished."""
        answer = await client.post(path, json=body)
        problem = refused(answer, 503, "still_working")
        assert int(answer.headers["retry-after"]) > 0
        return {**body, "command_id": problem["command_id"]}

    async def answered(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
        async def done() -> httpx.Response | None:
            answer = await client.post(path, json=body)
            return answer if answer.is_success else None

        found = await eventually(done)
        assert found is not None
        again = await client.post(path, json=body)
        assert (again.status_code, again.json()) == (found.status_code, found.json())
        return found

    async with api_served(settings) as url:
        opened = Office(url, pool)
        leader, head = await opened.as_("chu-tich"), await opened.as_("tp-nv")
        issue = await waiting(leader, "/directives", ISSUE)
        assert await waiting(leader, "/directives", issue) == issue
        many = await waiting(leader, "/directives", {"directives": [ISSUE, ISSUE]})
        assert (await leader.get("/directives")).json()["total"] == 0

        directives, notices = build_workers(temporal_client, pool, settings)
        async with directives, notices:
            directive = (await answered(leader, "/directives", issue)).json()
            assert len((await answered(leader, "/directives", many)).json()["items"]) == 2

        acknowledge = f"/directives/{directive['id']}/acknowledge"
        taken = await waiting(head, acknowledge, {"command_id": str(uuid4())})
        directives, notices = build_workers(temporal_client, pool, settings)
        async with directives, notices:
            assert (await answered(head, acknowledge, taken)).headers["etag"] == '"2"'

        assert (await leader.get("/directives")).json()["total"] == 3
        assert await opened.types(directive) == ["DirectiveIssued", "DirectiveAcknowledged"]
        for client in opened.clients.values():
            await client.aclose()
