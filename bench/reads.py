"""What noting each read costs: GET /directives/{id} with the note and, in the same run, without it. `python -m bench.reads`.

The API runs as a process of its own; "without" is the same program with the note left out.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice, product, repeat
from pathlib import Path
from uuid import UUID

import aiohttp
import psutil
import uvicorn

from api import reading
from api.app import create_app
from bench.servers import program
from console.demo import DISTRICT, load_district
from console.filling import fill
from domain.directory import Person
from domain.reading import Door, Opened, Right
from embedded.postgres import embedded_postgres_at
from embedded.prepare import prepare
from embedded.temporal import free_port
from settings import Settings
from simulation.behaviour import Behaviour
from simulation.run import Plan
from storage.directives import Found, find
from storage.pool import Pool, open_pool
from storage.reference import ReferenceCache
from storage.tokens import make_token

DIRECTIVES, REQUESTS, ROUNDS, AT_ONCE = 1500, 1000, 7, 8
WITH, WITHOUT = "with", "without"
NOBODY = "127.0.0.1:9"
"""Reading needs no Temporal."""


async def measure() -> None:
    """Requests a second and milliseconds of the API's processor a request: every read new, then the same one polled."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = Path(folder)
        postgres = stack.enter_context(embedded_postgres_at(data))
        await prepare(postgres, lambda _: None)
        pool = await open_pool(postgres.url)
        reads = await _reads(pool)
        urls, processes = {}, {}
        for kind in (WITHOUT, WITH):
            port = free_port()
            command = [sys.executable, "-m", "bench.reads", kind, str(port)]
            started = stack.enter_context(
                program(data, kind, command, DONDOC_DATABASE_URL=postgres.url, TEMPORAL_ADDRESS=NOBODY)
            )
            urls[kind], processes[kind] = f"http://127.0.0.1:{port}/api/v1", psutil.Process(started.pid)
            await _serves(urls[kind])
        for name, asked in (("every read new", reads), ("one read polled", repeat(next(reads)))):
            figures: dict[str, list[tuple[float, float]]] = {WITHOUT: [], WITH: []}
            for _ in range(ROUNDS):
                for kind, found in figures.items():
                    found.append(await _round(urls[kind], processes[kind], list(islice(asked, REQUESTS))))
            rates = {kind: statistics.median(rate for rate, _ in found) for kind, found in figures.items()}
            ratios = [a[0] / b[0] for a, b in zip(figures[WITH], figures[WITHOUT], strict=True)]
            spent = {kind: statistics.median(ms for _, ms in found) for kind, found in figures.items()}
            sys.stdout.write(
                f"{name}: {rates[WITHOUT]:.0f}/s without, {rates[WITH]:.0f}/s with, ratio {statistics.median(ratios):.2f}; "
                f"{spent[WITHOUT]:.2f} and {spent[WITH]:.2f} ms of the API's processor a request\n"
            )
        count = await pool.fetchval("select count(*) from reads")
        sys.stdout.write(f"{count} notes\n")
        await pool.close()


async def _reads(pool: Pool) -> Iterator[tuple[str, str]]:
    """A token and a path for each request, no pair twice."""
    await load_district(pool, DISTRICT)
    reference, now = await ReferenceCache(pool).current(), datetime.now(UTC).replace(microsecond=0)
    plan = Plan(DIRECTIVES, now - timedelta(days=90), now, 1, Behaviour(), reference.facts(now))
    await fill(pool, plan, reference.version)
    directory = reference.directory_at(now)
    whole = [p for p in directory.people.values() if directory.visible_units(p) >= directory.units.keys()]
    tokens = [await make_token(pool, person.username, "bench") for person in whole]
    ids = [str(row["directive_id"]) for row in await pool.fetch("select directive_id from directives")]
    return product(tokens, ids)


async def _serves(url: str) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{url}/me") as answer:
                    if answer.status == 401:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


async def _round(url: str, process: psutil.Process, asked: list[tuple[str, str]]) -> tuple[float, float]:
    """Requests a second, and milliseconds of the process for each."""
    waiting = iter(asked)
    async with aiohttp.ClientSession() as http:

        async def ask() -> None:
            for token, directive in waiting:
                async with http.get(
                    f"{url}/directives/{directive}", headers={"Authorization": f"Bearer {token}"}
                ) as answer:
                    if answer.status != 200:
                        raise ValueError(await answer.text())
                    await answer.read()

        before, started = sum(process.cpu_times()[:2]), time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
        taken, spent = time.perf_counter() - started, sum(process.cpu_times()[:2]) - before
    return len(asked) / taken, 1000 * spent / len(asked)


def serve(kind: str, port: int) -> None:
    """The API, with or without the notes."""
    if kind == WITHOUT:

        async def only_find(
            pool: Pool, _: Person, rights: Sequence[Right], reference: UUID, *__: Door | Opened
        ) -> Found | None:
            """As it was before reads were noted."""
            visible = frozenset[str]().union(*(right.units for right in rights))
            found = await find(pool, reference, visible)
            return found if found and not visible.isdisjoint(found.units) else None

        vars(reading)["open_directive"] = only_find
    uvicorn.run(create_app(Settings()), port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(sys.argv[1], int(sys.argv[2]))
    else:
        asyncio.run(measure())
