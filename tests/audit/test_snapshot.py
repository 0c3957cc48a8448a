"""Work in other processes: what it gives comes back, and nothing of it goes on when nobody waits for it any more."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from audit.snapshot import apart
from domain.evolve import HistoryBroken
from tests.audit.endless import endless_below, endless_in_a_pool
from tests.support.eventually import eventually


def broken() -> None:
    raise HistoryBroken("version 3 is missing")


async def test_what_it_gives_and_what_it_raises_comes_back() -> None:
    assert await apart(sum, (1, 2, 3)) == 6
    with pytest.raises(HistoryBroken, match="version 3 is missing"):
        await apart(broken)


@pytest.mark.parametrize("endless", [endless_below, endless_in_a_pool])
async def test_processes_end_when_nobody_waits_for_them_and_so_do_theirs(
    tmp_path: Path, endless: Callable[[Path], None]
) -> None:
    work = asyncio.create_task(apart(endless, tmp_path))

    async def begun() -> bool:
        return len([*tmp_path.iterdir()]) == 3

    async def ended() -> bool:
        return not any(psutil.pid_exists(int(path.name)) for path in tmp_path.iterdir())

    await eventually(begun)
    assert not await ended()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await eventually(ended)
