"""A whole office for a test: the API served on a port, a worker on the test's queue, and a signed-in client per person."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import uvicorn
from temporalio.client import Client

from api.app import KEEP_ALIVE_SECONDS, create_app
from embedded.temporal import free_port
from settings import Settings
from storage.pool import Pool
from storage.tokens import make_token
from tests.support.plain_http import TRUST
from worker import build_workers

ISSUE: dict[str, Any] = {
    "title": "Rà soát hồ sơ đất đai quá hạn",
    "content": "Rà soát toàn bộ hồ sơ quá hạn, báo cáo nguyên nhân và hướng xử lý.",
    "lead_unit": "NV",
    "coordinating_units": ["TNMT"],
    "deadline": {"working_days": 5},
    "expected_result": "Báo cáo kèm danh sách hồ sơ",
    "urgency": "thuong",
}
"""A directive that passes the gate."""


@dataclass
class Office:
    """What a test holds of the running office."""

    url: str
    pool: Pool
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def as_(self, username: str) -> httpx.AsyncClient:
        """A client signed in as `username`."""
        if username not in self.clients:
            token = await make_token(self.pool, username, "test", lasts=timedelta(hours=1))
            headers = {"Authorization": f"Bearer {token}"}
            self.clients[username] = httpx.AsyncClient(
                base_url=f"{self.url}/api/v1", headers=headers, timeout=30, verify=TRUST
            )
        return self.clients[username]

    async def issue(self, by: str = "chu-tich", **changes: Any) -> dict[str, Any]:
        """Issue ISSUE with changes; the state answered."""
        answer = await (await self.as_(by)).post("/directives", json={**ISSUE, **changes})
        assert answer.status_code == 201, answer.text
        state: dict[str, Any] = answer.json()
        return state

    async def do(self, by: str, command: str, directive: dict[str, Any], **body: Any) -> httpx.Response:
        """Give a command; the whole response."""
        return await (await self.as_(by)).post(f"/directives/{directive['id']}/{command}", json=body)

    async def show(self, directive: dict[str, Any], by: str = "chu-tich") -> dict[str, Any]:
        """The directive as it is now."""
        state: dict[str, Any] = (await (await self.as_(by)).get(f"/directives/{directive['id']}")).json()
        return state

    async def types(self, directive: dict[str, Any], by: str = "chu-tich") -> list[str]:
        """The types of its events, oldest first."""
        answer = await (await self.as_(by)).get(f"/directives/{directive['id']}/events")
        return [item["type"] for item in answer.json()["items"]]


@asynccontextmanager
async def api_served(settings: Settings, port: int | None = None) -> AsyncIterator[str]:
    """The API on a port of its own, in this process; its base URL."""
    port = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            port=port,
            log_config=None,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test runner keeps its own
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the API did not start"
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def office(settings: Settings, pool: Pool, client: Client) -> AsyncIterator[Office]:
    """API and worker for the block."""
    directives, notices = build_workers(client, pool, settings)
    async with directives, notices, api_served(settings) as url:
        opened = Office(url, pool)
        try:
            yield opened
        finally:
            for one in opened.clients.values():
                await one.aclose()
