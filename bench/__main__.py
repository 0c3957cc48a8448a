"""`make bench`: all measurements in one run, as ratios; writes docs/performance.json and docs/performance.md."""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import psutil

from bench import appends, footprint, latency
from bench.lifecycle import lives, rate
from bench.machine import description, stolen_share
from bench.processor import seconds, spent
from bench.report import page
from bench.servers import ROOT, Servers, servers

AT_ONCE = 16


def main() -> None:
    """Measure and write; --quick takes a tenth of the time and writes nothing (a check that the bench itself works)."""
    parser = argparse.ArgumentParser(prog="make bench", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds, nothing written")
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each lifecycle measurement (default 9)")
    chosen = parser.parse_args()
    figures = asyncio.run(_measure(1 if chosen.quick else chosen.rounds, 10 if chosen.quick else 120))
    text = page(figures)
    sys.stdout.write(text)
    if not chosen.quick:
        (ROOT / "docs" / "performance.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
        (ROOT / "docs" / "performance.md").write_text(text)


async def _measure(rounds: int, count: int) -> dict[str, Any]:
    before = psutil.cpu_times()
    with tempfile.TemporaryDirectory() as folder:
        async with servers(Path(folder)) as running:
            figures: dict[str, Any] = {"machine": description()}
            _say("idle latency")
            commands, updates = await latency.idle(running)
            figures["latency_ms"] = {
                "command_p50": latency.percentile(commands, 0.5),
                "command_p99": latency.percentile(commands, 0.99),
                "bare_update_p50": latency.percentile(updates, 0.5),
                "bare_update_p99": latency.percentile(updates, 0.99),
                "samples": len(commands),
            }
            wards = await latency.delegations(running)
            figures["wards_s"] = {"median": statistics.median(wards), "slowest": max(wards), "samples": len(wards)}
            figures["lifecycle"] = await _lifecycles(running, rounds, count)
            figures["append"] = await _appends(running, rounds)
    _say("start and footprint of `dondoc up`")
    with tempfile.TemporaryDirectory() as folder:
        figures["up"] = await footprint.measure(Path(folder) / "data")
    figures["stolen_share"] = stolen_share(before, psutil.cpu_times())
    return figures


async def _lifecycles(running: Servers, rounds: int, count: int) -> dict[str, Any]:
    kinds, close = await lives(running)
    for life in kinds.values():
        await rate(life, count // 2, AT_ONCE)  # warm
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    processor: dict[str, dict[str, float]] = {kind: defaultdict(float) for kind in kinds}
    for number in range(rounds):
        for kind, life in kinds.items():
            before = seconds(running.postgres.pid)
            rates[kind].append(await rate(life, count, AT_ONCE))
            for program, taken in spent(before, seconds(running.postgres.pid)).items():
                processor[kind][program] += taken
        _say(f"lifecycle round {number + 1}/{rounds}: " + ", ".join(f"{k} {v[-1]:.1f}/s" for k, v in rates.items()))
    await close()
    return {
        kind: {
            "per_second": statistics.median(values),
            "ratio": statistics.median(v / b for v, b in zip(values, rates["bare"], strict=True)),
            "ratios": [v / b for v, b in zip(values, rates["bare"], strict=True)],
            "processor_ms": {name: 1000 * total / (rounds * count) for name, total in processor[kind].items()},
        }
        for kind, values in rates.items()
    }


async def _appends(running: Servers, rounds: int) -> dict[str, Any]:
    facts = await appends.facts_of(running)
    ours, theirs = [], []
    for number in range(max(1, rounds // 3)):
        ours.append(await appends.our_rate(running, facts))
        theirs.append(await appends.pgbench_rate(running, facts))
        _say(f"append round {number + 1}: ours {ours[-1]:.0f}/s, pgbench {theirs[-1]:.0f}/s")
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return {
        "per_second": statistics.median(ours),
        "pgbench_per_second": statistics.median(theirs),
        "ratio": statistics.median(ratios),
        "ratios": ratios,
    }


def _say(text: str) -> None:
    sys.stderr.write(f"· {text}\n")


if __name__ == "__main__":
    main()
