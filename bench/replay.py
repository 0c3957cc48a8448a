"""`python -m bench.replay --data DIR`: one directive told again, the district at past instants, reading and folding events."""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from audit.replay.clocks import Clocks
from audit.replay.district import Wanted
from audit.replay.many import district_at, district_from_events
from audit.replay.one import replayed
from audit.replay.rules import Rules
from bench.machine import description
from domain.evolve import fold
from embedded.postgres import embedded_postgres_at
from embedded.prepare import prepare
from storage.envelope import event_from
from storage.pool import Pool, open_pool
from storage.postgres import PostgresEventStore
from storage.reference import load_reference

SAMPLES = 200
SHARES = (0.25, 0.5, 0.75, 1.0)
"""Past instants, as shares of the time that the record covers."""


def main() -> None:
    """Measure a record that is there; prints JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a data folder with a record, on which nothing runs")
    chosen = parser.parse_args()
    with embedded_postgres_at(chosen.data) as server:
        figures = asyncio.run(_measured(server))
    sys.stdout.write(json.dumps({**figures, "machine": description()}, indent=1, ensure_ascii=False) + "\n")


async def _measured(server: Any) -> dict[str, Any]:
    await prepare(server, _say)
    pool = await open_pool(server.url, size=2, program="dondoc-bench")
    try:
        return {
            "events": await pool.fetchval("select count(*) from events"),
            "directives": await pool.fetchval("select count(*) from directives"),
            "one_directive_ms": await _one(pool),
            "fold_events_per_s": await _folding(pool),
            "district": await _districts(pool, server.url),
        }
    finally:
        await pool.close()


async def _one(pool: Pool) -> dict[str, Any]:
    """From the record: its events read, told step by step; without and with its deadlines computed again."""
    rows = await pool.fetch("select directive_id from directives order by md5(directive_id::text) limit $1", SAMPLES)
    store, reference = PostgresEventStore(pool), await load_reference(pool)
    rules = Rules(reference.policy_versions, reference.policies, reference.calendar)
    now = await pool.fetchval("select max(recorded_at) from events")
    found: dict[str, list[float]] = {"plain": [], "with_lateness": []}
    for kind, wanted in (("plain", None), ("with_lateness", rules)):
        for row in rows:
            started = time.perf_counter()
            replayed(await store.events_of(row["directive_id"]), Clocks(now, now), rules=wanted)
            found[kind].append(1000 * (time.perf_counter() - started))
    return {k: {"median": statistics.median(v), "p99": statistics.quantiles(v, n=100)[98]} for k, v in found.items()}


async def _folding(pool: Pool) -> float:
    """Events of whole histories read from their bytes and folded, in one process, a second; the best of five."""
    rows = await pool.fetch(
        "select e.stream_id, e.canonical from events e where e.stream_id in"
        " (select directive_id from directives order by md5(directive_id::text) limit $1)"
        " order by e.stream_id, e.stream_version",
        5 * SAMPLES,
    )
    histories: dict[Any, list[bytes]] = {}
    for row in rows:
        histories.setdefault(row["stream_id"], []).append(row["canonical"])
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for history in histories.values():
            fold(map(event_from, history))
        best = min(best, time.perf_counter() - started)
    return len(rows) / best


async def _districts(pool: Pool, url: str) -> list[dict[str, Any]]:
    first = await pool.fetchval("select min(recorded_at) from events where stream_version > 1")
    last = await pool.fetchval("select max(recorded_at) from events")
    units = [r["lead_unit"] for r in await pool.fetch("select distinct lead_unit from directives order by 1")]
    unit = random.Random(7).choice(units)
    found = [await _district(pool, url, first + share * (last - first), Wanted()) for share in SHARES]
    return [*found, {"unit": unit, **await _district(pool, url, last - timedelta(days=1), Wanted(unit))}]


async def _district(pool: Pool, url: str, at: datetime, wanted: Wanted) -> dict[str, Any]:
    started = time.perf_counter()
    quick = await district_at(pool, Clocks(at, at), wanted)
    between = time.perf_counter()
    sure = await district_from_events(url, Clocks(at, at), wanted)
    ended = time.perf_counter()
    return {
        "at": at.isoformat(),
        "directives": len(quick.standings),
        "seconds": round(between - started, 2),
        "from_events_seconds": round(ended - between, 2),
        "the_same": quick == sure,
    }


def _say(text: str) -> None:
    sys.stderr.write(f"· {text}\n")


if __name__ == "__main__":
    main()
