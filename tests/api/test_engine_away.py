"""Temporal is away: reading goes on, commands get 503 within a bounded time, and nothing of them is lost or done twice."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from api.gateway import CommandGateway
from embedded import temporal
from settings import Settings
from storage.pool import Pool
from tests.api.refusals import refused
from tests.support.eventually import eventually
from tests.support.office import ISSUE, Office, api_served, office
from workflows.converter import DATA_CONVERTER

LONG = 25.0
"""More than any of these waits may last, on a busy machine too."""


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.app.CommandGateway", partial(CommandGateway, seconds=1.5))


@asynccontextmanager
async def without_worker(settings: Settings, pool: Pool) -> AsyncIterator[Office]:
    async with api_served(settings) as url:
        opened = Office(url, pool)
        yield opened
        for client in opened.clients.values():
            await client.aclose()


async def put_off(answer: httpx.Response, command_id: str, *codes: str) -> None:
    problem = refused(answer, 503, answer.json()["code"])
    assert problem["code"] in codes
    assert int(answer.headers["retry-after"]) > 0
    assert problem["command_id"] == command_id


async def test_an_engine_that_was_never_there(settings: Settings, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{temporal.free_port()}")
    async with without_worker(settings, pool) as opened:
        leader, command_id = await opened.as_("chu-tich"), str(uuid4())
        for body in (ISSUE, {"directives": [ISSUE, ISSUE]}):
            started = time.monotonic()
            answer = await leader.post("/directives", json={**body, "command_id": command_id})
            assert time.monotonic() - started < LONG
            await put_off(answer, command_id, "engine_unavailable")
        assert (await leader.get("/directives")).json()["total"] == 0
        refused(await leader.post("/directives", json={}), 422, "four_clear_incomplete")


async def test_an_engine_that_takes_the_call_and_never_answers(
    settings: Settings, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.health.READY_SECONDS", 1.0)

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    hole = await asyncio.start_server(swallow, "127.0.0.1", 0)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{hole.sockets[0].getsockname()[1]}")
    async with hole, without_worker(settings, pool) as opened:
        leader, command_id, started = await opened.as_("chu-tich"), str(uuid4()), time.monotonic()
        answer = await leader.post("/directives", json={**ISSUE, "command_id": command_id})
        await put_off(answer, command_id, "still_working", "engine_unavailable")
        assert time.monotonic() - started < LONG
        ready = await leader.get(f"{opened.url}/readyz")
        assert (ready.status_code, time.monotonic() - started < 2 * LONG) == (503, True)


async def test_an_engine_that_goes_and_comes_back(
    settings: Settings, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = temporal.free_port()
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    server = temporal.start(tmp_path, port)
    try:
        await temporal.wait_ready(port)
        client = await Client.connect(f"127.0.0.1:{port}", data_converter=DATA_CONVERTER)
        async with office(settings, pool, client) as opened:
            directive = await opened.issue()
            server.kill()
            server.wait()
            body: dict[str, Any] = {"percent": 30, "command_id": str(uuid4())}
            started = time.monotonic()
            answer = await opened.do("cv-nv", "report-progress", directive, **body)
            await put_off(answer, body["command_id"], "engine_unavailable", "still_working")
            assert time.monotonic() - started < LONG
            assert (await opened.show(directive))["version"] == 1
            server = temporal.start(tmp_path, port)

            async def carried_out() -> bool:
                again = await opened.do("cv-nv", "report-progress", directive, **body)
                return again.status_code == 200

            assert await eventually(carried_out, seconds=60)
            assert await opened.types(directive) == ["DirectiveIssued", "ProgressReported"]
    finally:
        server.kill()
        server.wait()
