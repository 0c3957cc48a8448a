"""How long `dondoc up` takes to be ready, and what all its processes hold at rest."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

from bench.processor import below
from bench.servers import ROOT
from embedded.temporal import free_port

REST_SECONDS = 15


async def measure(data: Path) -> dict[str, float]:
    """Seconds until ready, on a new folder and on the same again, and MB held together at rest (PSS and RSS)."""
    first = await _up(data)
    again = await _up(data)
    return {
        "ready_new_s": first["ready_s"],
        "ready_again_s": again["ready_s"],
        "pss_mb": again["pss_mb"],
        "rss_mb": again["rss_mb"],
    }


async def _up(data: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "cli", "up", "--data", str(data), "--port", str(free_port())]
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no pipe to the program")
        async with asyncio.timeout(120):
            await process.stdout.readline()
        ready = time.perf_counter() - started
        await asyncio.sleep(REST_SECONDS)
        postmaster = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        all_of_it = below(process.pid, postmaster)
        return {
            "ready_s": ready,
            "pss_mb": sum(p.memory_full_info().pss for p in all_of_it) / 2**20,
            "rss_mb": sum(p.memory_info().rss for p in all_of_it) / 2**20,
        }
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()
