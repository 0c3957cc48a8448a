"""`make bench-audit`: what auditors wait for, on a simulated record; writes docs/performance-audit.json and .md."""

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from audit.log.keys import KeyFolder
from audit.log.ledger import inclusion, make_checkpoint
from audit.log.signing import rotate, signing_key
from audit.verify.record import Trust, verify
from audit.verify.statements import Statement
from bench.audit_report import page
from bench.machine import description, stolen_share
from bench.reading import read_and_hash
from bench.servers import ROOT
from domain.event_values import SYSTEM
from embedded.postgres import embedded_postgres_at
from embedded.prepare import prepare
from storage.directives import count_open
from storage.log import head_position
from storage.pool import Pool, open_pool

DIRECTIVES, MONTHS = 96_000, 36
"""About a million events."""
SAMPLES = 50


def main() -> None:
    """Measure and write; --quick measures a small record and writes nothing."""
    parser = argparse.ArgumentParser(prog="make bench-audit", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 directives, nothing written")
    parser.add_argument(
        "--directives", type=int, default=DIRECTIVES, help=f"simulated directives (default {DIRECTIVES})"
    )
    parser.add_argument(
        "--data", type=Path, help="a data folder that is kept: simulated into if empty, else measured as it is"
    )
    parser.add_argument("--rounds", type=int, default=3, help="verifications and readings, in turns (default 3)")
    chosen = parser.parse_args()
    directives = 1_000 if chosen.quick else chosen.directives
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(_measure(chosen.data or Path(folder), directives, 1 if chosen.quick else chosen.rounds))
    text = page(figures)
    sys.stdout.write(text)
    if not chosen.quick:
        (ROOT / "docs" / "performance-audit.json").write_text(json.dumps(figures, indent=1) + "\n")
        (ROOT / "docs" / "performance-audit.md").write_text(text)


async def _measure(data: Path, directives: int, rounds: int) -> dict[str, Any]:
    if not (data / "postgres").exists():
        _say(f"simulating {directives} directives")
        _simulate(data, directives)
    before = psutil.cpu_times()
    with embedded_postgres_at(data) as server:
        await prepare(server, _say)
        pool = await open_pool(server.url, size=4, program="dondoc-bench")
        try:
            figures = await _figures(pool, server.url, data, rounds)
        finally:
            await pool.close()
    return {**figures, "machine": description(), "stolen_share": stolen_share(before, psutil.cpu_times())}


def _simulate(data: Path, directives: int) -> None:
    months = MONTHS if directives > 1_000 else 1
    first = f"{datetime.now(UTC).year - 1 - months // 12}-01"
    words = (
        "--directives",
        str(directives),
        "--months",
        str(months),
        "--from",
        first,
        "--seed",
        "7",
        "--write",
        "--json",
    )
    command = [str(Path(sys.executable).with_name("dondoc")), "simulate", *words, "--data", str(data)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


async def _figures(pool: Pool, url: str, data: Path, rounds: int) -> dict[str, Any]:
    keys = KeyFolder(data / "keys")
    first = await _seconds(lambda: _sign(pool, keys))
    events = await head_position(pool)
    checkpoints = [await _next_checkpoint(pool, keys) for _ in range(10)]
    size = (await make_checkpoint(pool, await signing_key(pool, keys, SYSTEM))).size
    proofs = [await _timed_proof(pool, random.randint(1, size), size) for _ in range(SAMPLES)]
    reading, verifying = list[float](), list[float]()
    note = (await make_checkpoint(pool, await signing_key(pool, keys, SYSTEM))).note
    trust = Trust(statements=[Statement("the last checkpoint", note)])
    for number in range(rounds):
        _say(f"round {number + 1} of {rounds}: reading and hashing, then verifying {events} events")
        reading.append((await read_and_hash(url))[1])
        started = time.perf_counter()
        verdict = await verify(url, trust)
        verifying.append(time.perf_counter() - started)
        if not verdict.sound:
            raise SystemExit(f"the record is not sound: {verdict.findings[:3]}")
    ratio = statistics.median(r / v for r, v in zip(reading, verifying, strict=True))
    return {
        "events": events,
        "open_directives": await count_open(pool),
        "first_checkpoint_s": first,
        "checkpoint_ms": {"median": statistics.median(checkpoints), "slowest": max(checkpoints)},
        "inclusion": {
            "median_ms": statistics.median(ms for ms, _ in proofs),
            "slowest_ms": max(ms for ms, _ in proofs),
            "most_hashes": max(count for _, count in proofs),
        },
        "read_and_hash_s": statistics.median(reading),
        "verify_s": statistics.median(verifying),
        "verify_ratio": ratio,
        "verify_memory_mb": _memory_mb(),
    }


async def _sign(pool: Pool, keys: KeyFolder) -> object:
    return await make_checkpoint(pool, await signing_key(pool, keys, SYSTEM))


async def _next_checkpoint(pool: Pool, keys: KeyFolder) -> float:
    """Milliseconds for a checkpoint over a record that has grown by one event."""
    key = await rotate(pool, keys, SYSTEM)
    return 1000 * await _seconds(lambda: make_checkpoint(pool, key))


async def _timed_proof(pool: Pool, position: int, size: int) -> tuple[float, int]:
    started = time.perf_counter()
    proof = await inclusion(pool, position, size)
    return 1000 * (time.perf_counter() - started), len(proof.hashes)


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


def _memory_mb() -> float:
    """The most that this process and the larger of its children have held, the latter counted for each process."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + 2 * child) / 1024


def _say(message: str) -> None:
    sys.stderr.write(f"· {message}\n")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
