"""A change of the log's key that is cut off anywhere: no key is lost that the record names, and whoever comes next finishes it."""

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from audit.log.keys import PUBLIC, KeyFolder
from audit.log.note import SigningKey
from audit.log.signing import begin_anew, rotate, signing_key
from domain.event_values import SYSTEM, Actor
from storage.log_keys import adopted_keys
from storage.pool import Pool
from tests.audit.superuser import as_superuser

Change = Callable[[Pool, KeyFolder, Actor], Awaitable[SigningKey]]


class CutOff(BaseException):
    """The program ends here."""


class Cutting:
    """Ends a program at the n-th thing that it does with files of a folder: opening, making, moving, locking."""

    def __init__(self) -> None:
        self.folder, self.left = "", 0
        sys.addaudithook(self._hook)  # stays until the interpreter ends, so one for all tests

    @contextmanager
    def at(self, step: int, folder: Path) -> Iterator[None]:
        self.folder, self.left = str(folder), step
        try:
            yield
        finally:
            self.folder = ""

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if not self.folder or event not in ("open", "os.rename", "os.mkdir") or not self._is_here(args[0]):
            return
        self.left -= 1
        if self.left < 0:
            raise CutOff

    def _is_here(self, path: object) -> bool:
        return isinstance(path, (str, Path)) and str(path).startswith(self.folder)


CUTTING = Cutting()


@pytest.fixture(params=[signing_key, rotate, begin_anew])
def change(request: pytest.FixtureRequest) -> Change:
    found: Change = request.param
    return found


async def emptied(database_url: str) -> None:
    await as_superuser(database_url, "truncate events, merkle_nodes cascade", "update log_head set position = 0")


async def named(pool: Pool) -> list[str]:
    return [one.key for one in await adopted_keys(pool)]


def held(keys: KeyFolder) -> set[str]:
    """The keys whose private half lies in the folder."""
    return {str(SigningKey.parse(file.read_text()).verifying) for file in keys.folder.glob("log*key*")}


@pytest.mark.parametrize("then", [signing_key, rotate, begin_anew])
async def test_a_change_that_is_cut_off_loses_no_key(
    pool: Pool, database_url: str, tmp_path: Path, change: Change, then: Change
) -> None:
    keys = KeyFolder(tmp_path / "keys")
    for step in count():
        if change is signing_key:  # the first key of a log, which has none yet
            keys = KeyFolder(tmp_path / str(step))
            await emptied(database_url)
        else:
            await signing_key(pool, keys, SYSTEM, "nhatky.example")
        try:
            with CUTTING.at(step, keys.folder):
                await change(pool, keys, SYSTEM)
        except CutOff:
            assert set(await named(pool)) <= held(keys), f"lost at step {step}"
        else:
            break
        await then(pool, keys, SYSTEM)
        every = await named(pool)
        assert set(every) <= held(keys), f"lost after step {step}"
        assert str((await signing_key(pool, keys, SYSTEM)).verifying) == every[-1]
        assert (keys.folder / PUBLIC).read_text().splitlines() == every, "in order, the one in use last"
        waiting = keys.coming()
        assert waiting is None or str(waiting.verifying) not in every, "what was named was taken up"
    assert step > 9, "the key was kept, flushed, named, published and taken up"
