"""Programs that change the log's key at the same time, as they really run: in processes of their own."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from audit.log.keys import KeyFolder
from audit.log.note import SigningKey
from audit.log.signing import rotate, signing_key
from domain.event_values import SYSTEM
from storage.log_keys import adopted_keys
from storage.pool import Pool, open_pool

PROCESSES = 2
SECONDS = 30
_together: Barrier


def _begin(together: Barrier) -> None:
    global _together  # noqa: PLW0603 - how an executor hands something to its processes
    _together = together


def _first_and_next(url: str, folder: Path) -> tuple[str, str]:
    """The first key and the one after it, each asked for at the same moment as in the other processes."""

    async def work() -> tuple[str, str]:
        pool, keys = await open_pool(url, size=1), KeyFolder(folder)
        await adopted_keys(pool)  # connected, so that nothing but the keys is waited for
        _together.wait(SECONDS)
        first = await signing_key(pool, keys, SYSTEM, "nhatky.example")
        _together.wait(SECONDS)
        after = await rotate(pool, keys, SYSTEM)
        await pool.close()
        return str(first.verifying), str(after.verifying)

    return asyncio.run(work())


async def test_processes_that_make_and_change_keys_at_once_end_with_one_line_of_keys(
    pool: Pool, database_url: str, tmp_path: Path
) -> None:
    spawn, loop, keys = get_context("spawn"), asyncio.get_running_loop(), KeyFolder(tmp_path / "keys")
    with ProcessPoolExecutor(PROCESSES, spawn, _begin, (spawn.Barrier(PROCESSES),)) as processes:
        work = (loop.run_in_executor(processes, _first_and_next, database_url, keys.folder) for _ in range(PROCESSES))
        made = await asyncio.gather(*work)
    (first,) = {one for one, _ in made}
    adopted = [one.key for one in await adopted_keys(pool)]
    assert adopted[0] == first, "both made the same first key"
    assert sorted(adopted[1:]) == sorted(after for _, after in made), "and each one of its own after it"
    kept = {str(SigningKey.parse(file.read_text()).verifying) for file in keys.folder.glob("log*key*")}
    assert kept == set(adopted)
    assert keys.published() == adopted
