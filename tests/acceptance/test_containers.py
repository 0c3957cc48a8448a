"""The three programs as containers run them: logins with little power, servers elsewhere, metrics, logs, a clean end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from embedded.postgres import binary, embedded_postgres_at
from embedded.temporal import free_port
from tests.acceptance.conftest import DISTRICT
from tests.support.command_line import ROOT, command, dondoc, dondoc_process, environment_with
from tests.support.eventually import eventually
from tests.support.office import ISSUE
from tests.support.ports import free_ports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

INIT = ROOT / "deploy" / "postgres" / "init" / "10-roles-and-databases.sh"
ROAD: list[tuple[str, str, dict[str, Any]]] = [
    ("tp-noi-vu", "acknowledge", {}),
    ("tp-noi-vu", "assign-officer", {"officer": "cv-noi-vu"}),
    ("cv-noi-vu", "report-progress", {"percent": 40}),
    ("cv-noi-vu", "report-completion", {"result": "Báo cáo số 12"}),
    ("tp-noi-vu", "approve-completion", {}),
    ("chu-tich", "accept", {}),
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, temporal_address: str) -> Iterator[dict[str, str]]:
    """What the Compose file gives to api and worker: a login that has no right but to be one of dondoc_program."""
    with embedded_postgres_at(tmp_path_factory.mktemp("server")) as server:
        sockets = server.url.partition("host=")[2]
        passwords = {f"{name}_DB_PASSWORD": "x" for name in ("TEMPORAL", "DONDOC_OWNER", "DONDOC_APP")}
        path = f"{binary('psql').parent}:{os.environ['PATH']}"
        subprocess.run([str(INIT)], check=True, env={"PATH": path, "PGHOST": sockets, **passwords}, timeout=60)
        yield {
            "DONDOC_DATABASE_URL": f"postgresql://dondoc_app@/dondoc?host={sockets}",
            "DONDOC_TASK_QUEUE": f"test-{uuid4().hex[:12]}",
            "TEMPORAL_ADDRESS": temporal_address,
        }


@pytest.fixture(scope="module")
def migrated(environment: dict[str, str]) -> dict[str, str]:
    """The same after the one-shot service has run, which alone signs in as the owner."""
    owner = environment["DONDOC_DATABASE_URL"].replace("dondoc_app", "dondoc_owner")
    for applied in (True, False):
        done = dondoc_process("migrate", "--json", environment={**environment, "DONDOC_OWNER_DATABASE_URL": owner})
        assert bool(done.succeeded().json["applied"]) is applied
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONDOC_DATABASE_URL", environment["DONDOC_DATABASE_URL"])
        for what in ("units", "users"):
            dondoc(what, "import", str(DISTRICT / f"{what}.yaml")).succeeded()
    return environment


@dataclass
class Program:
    """A program at work, with its log and its metrics."""

    process: "subprocess.Popen[bytes]"
    log: Path
    metrics_port: int

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    async def terminated(self) -> int:
        """The exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 60)


@asynccontextmanager
async def program(words: list[str], environment: dict[str, str], log: Path) -> AsyncIterator[Program]:
    port = free_ports(2)
    with log.open("wb") as file:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment_with({**environment, "DONDOC_METRICS_PORT": str(port)}),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        yield Program(process, log, port)
    finally:
        process.kill()
        process.wait()


async def test_a_whole_lifecycle(migrated: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as held:
        worker = await held.enter_async_context(
            program([sys.executable, "worker.py"], migrated, tmp_path / "worker.log")
        )
        api = await held.enter_async_context(
            program(command("api", "--host", "127.0.0.1", "--port", str(port)), migrated, tmp_path / "api.log")
        )
        client = await held.enter_async_context(httpx.AsyncClient(timeout=60))

        async def answers() -> bool:
            assert api.process.poll() is None, api.log.read_text()
            try:
                return (await client.get(f"{url}/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, seconds=60)
        tokens = await asyncio.to_thread(_tokens, migrated["DONDOC_DATABASE_URL"])

        async def post(who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {tokens[who]}"}
            answer = await client.post(f"{url}/api/v1{path}", json=body, headers=headers)
            assert answer.is_success, answer.text
            return dict(answer.json())

        state = await post("chu-tich", "/directives", ISSUE)
        for who, name, body in ROAD:
            state = await post(who, f"/directives/{state['id']}/{name}", body)
        assert (state["phase"], state["version"]) == ("completed", 7)

        own, sdk = [(await client.get(f"http://127.0.0.1:{api.metrics_port}/metrics")).text, await _sdk(client, worker)]
        assert 'dondoc_commands_total{command="accept",status="200"} 1.0' in own
        assert "temporal_" in sdk
        assert (await client.get(f"http://127.0.0.1:{worker.metrics_port}/metrics")).status_code == 200

        recorded = [line for line in worker.lines() if line["event"] == "recorded"]
        assert [line["directive_id"] for line in recorded] == [state["id"]] * 7
        first = recorded[0]["position"]  # the policies and the calendar that the record began with stand before it
        assert [line["position"] for line in recorded] == list(range(first, first + 7))
        assert len({line["command_id"] for line in recorded}) == 7
        assert [line["command"] for line in recorded] == ["issue", *(name for _, name, _ in ROAD)]
        assert {line["program"] for line in worker.lines() + api.lines()} == {"worker", "api"}

        assert await worker.terminated() == 0
        assert worker.lines()[-1]["event"] == "worker.stopped"
        assert await api.terminated() == 0


def _tokens(url: str) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DONDOC_DATABASE_URL", url)
        return {who: dondoc("users", "token", who).succeeded().out.strip() for who in {who for who, *_ in ROAD}}


async def _sdk(client: httpx.AsyncClient, worker: Program) -> str:
    return (await client.get(f"http://127.0.0.1:{worker.metrics_port + 1}/metrics")).text


async def test_a_worker_that_waits_for_its_servers_ends_when_told(tmp_path: Path) -> None:
    nowhere = {
        "DONDOC_DATABASE_URL": f"postgresql://dondoc_app@127.0.0.1:{free_port()}/dondoc",
        "TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    async with program([sys.executable, "worker.py"], nowhere, tmp_path / "worker.log") as worker:

        async def waiting() -> bool:
            return any(line["event"] == "temporal.waiting" for line in worker.lines())

        await eventually(waiting, seconds=60)
        assert await worker.terminated() == 0
