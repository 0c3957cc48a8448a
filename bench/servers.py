"""The servers of a run: PostgreSQL with the sample district, Temporal, workers, the API and a mail sink."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from console.demo import DISTRICT, load_district
from embedded import temporal
from embedded.postgres import EmbeddedPostgres, embedded_postgres_at
from embedded.prepare import prepare
from storage.pool import Pool, open_pool

ROOT = Path(__file__).parent.parent
QUEUE, MAIL_QUEUE = "bench", "bench-mail"


@dataclass
class Servers:
    """What the measurements use."""

    data: Path
    postgres: EmbeddedPostgres
    temporal_address: str
    api_url: str
    pool: Pool


@contextmanager
def program(data: Path, name: str, command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that ends with the block; its output goes to a log in the run's folder."""
    with (data / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


@asynccontextmanager
async def servers(data: Path) -> AsyncIterator[Servers]:
    """Everything started as `dondoc up` starts it, each program a process of its own."""
    port, api_port, smtp_port = temporal.free_port(), temporal.free_port(), temporal.free_port()
    with ExitStack() as stack:
        postgres = stack.enter_context(embedded_postgres_at(data))
        await prepare(postgres, lambda _: None)
        engine = temporal.start(data, port)
        stack.callback(engine.wait)
        stack.callback(engine.terminate)
        await temporal.wait_ready(port)
        pool = await open_pool(postgres.url, size=8)
        await load_district(pool, DISTRICT)
        common = {
            "DONDOC_DATABASE_URL": postgres.url,
            "TEMPORAL_ADDRESS": f"127.0.0.1:{port}",
            "DONDOC_LOG_LEVEL": "INFO",
            "DONDOC_TASK_QUEUE": QUEUE,
        }
        python = sys.executable
        stack.enter_context(program(data, "bare", [python, "-m", "bench.bare", common["TEMPORAL_ADDRESS"]]))
        stack.enter_context(program(data, "worker", [python, "worker.py"], **common))
        stack.enter_context(program(data, "sink", [python, "-m", "bench.sink", str(smtp_port)]))
        mailing = {**common, "DONDOC_TASK_QUEUE": MAIL_QUEUE, "DONDOC_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}"}
        stack.enter_context(program(data, "worker-mail", [python, "worker.py"], **mailing))
        stack.enter_context(program(data, "api", [python, "-m", "cli", "api", "--port", str(api_port)], **common))
        url = f"http://127.0.0.1:{api_port}"
        await _ready(url)
        try:
            yield Servers(data, postgres, common["TEMPORAL_ADDRESS"], url, pool)
        finally:
            await pool.close()


async def _ready(url: str) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(f"{url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
