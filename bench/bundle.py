"""`python -m bench.bundle --data DIR`: seconds and memory for a bundle of all of a record, and for whoever verifies it."""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import psutil

from audit.bundle.making import Wish, make_bundle
from audit.bundle.selection import Directives, Positions, Selection
from audit.log.keys import KeyFolder
from audit.log.ledger import make_checkpoint
from audit.log.signing import signing_key
from bench.machine import description, stolen_share
from bench.processor import below
from domain.event_values import SYSTEM
from embedded.postgres import EmbeddedPostgres, embedded_postgres_at
from embedded.prepare import prepare
from storage.bundle import directives_of_units
from storage.log import last_checkpoint
from storage.pool import Pool, open_pool

LOOK_SECONDS = 0.1


def main() -> None:
    """Measure and print JSON; the data folder is one that `make bench-audit ARGS="--data DIR"` has left."""
    parser = argparse.ArgumentParser(prog="python -m bench.bundle", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder of the record")
    parser.add_argument("--unit", help="also a bundle of the directives of this unit")
    chosen = parser.parse_args()
    before = psutil.cpu_times()
    with tempfile.TemporaryDirectory() as folder, embedded_postgres_at(chosen.data) as server:
        figures = asyncio.run(_measure(server, chosen, Path(folder)))
    print(json.dumps({**figures, "machine": description(), "stolen_share": stolen_share(before, psutil.cpu_times())}))


async def _measure(server: EmbeddedPostgres, chosen: argparse.Namespace, folder: Path) -> dict[str, Any]:
    await prepare(server, lambda message: print(f"· {message}", file=sys.stderr))
    pool = await open_pool(server.url, size=4, program="dondoc-bench")
    try:
        size = (await make_checkpoint(pool, await signing_key(pool, KeyFolder(chosen.data / "keys"), SYSTEM))).size
        figures = {"whole": await _bundle(pool, Positions(1, size), folder / "whole")}
        if chosen.unit:
            streams = tuple(await directives_of_units(pool, [chosen.unit]))
            figures["unit"] = await _bundle(pool, Directives(streams, (chosen.unit,)), folder / "unit")
        return figures
    finally:
        await pool.close()


async def _bundle(pool: Pool, selection: Selection, place: Path) -> dict[str, Any]:
    checkpoint = await last_checkpoint(pool)
    if checkpoint is None:
        raise SystemExit("there is no checkpoint")
    packed, started = place.with_suffix(".zip"), time.perf_counter()
    with packed.open("wb") as out:
        made = await make_bundle(pool, Wish(selection), checkpoint, out)
    making = time.perf_counter() - started
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(place)
    return {
        "events": made.events,
        "of": made.size,
        "making_s": making,
        "making_memory_mb": psutil.Process().memory_info().rss / 2**20,
        "zip_mb": packed.stat().st_size / 2**20,
        "cover_mb": (place / "cover.txt").stat().st_size / 2**20,
        "verify_folder": _verified(place, place),
        "verify_zip": _verified(place, packed),
    }


def _verified(place: Path, bundle: Path) -> dict[str, float]:
    """Seconds and the most memory that all processes of verify.py held together."""
    started, most, processor = time.perf_counter(), 0.0, 0.0
    command = [sys.executable, "-I", str(place / "verify.py"), str(bundle)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            try:
                held = below(process.pid)
                most = max(most, sum(one.memory_info().rss for one in held) / 2**20)
                processor = max(processor, sum(sum(one.cpu_times()[:2]) for one in held))
            except psutil.NoSuchProcess:
                pass
            time.sleep(LOOK_SECONDS)
    if process.returncode:
        raise SystemExit("the bundle does not verify")
    return {"seconds": time.perf_counter() - started, "memory_mb": most, "processor_s": processor}


if __name__ == "__main__":
    main()
