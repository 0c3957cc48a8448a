"""Objects in a folder: `ab/cdef…`, each written elsewhere, flushed, and then moved to its place in one step."""

import os
import time
from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path
from typing import IO

from storage.objects import CHUNK, ObjectMissing, ObjectsAway, Stored, key_of, verified
from storage.spool import PREFIX, bounded, spooled

LEFT_OVER_SECONDS = 86_400
"""An upload that has lain so long belongs to a program that was killed in the middle of it."""


class Folder:
    """See ObjectStore. Several programs may share the folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._swept = False

    async def put(self, chunks: AsyncIterable[bytes]) -> Stored:
        """See ObjectStore. An object that is there already is replaced, which also mends one that the disk has damaged."""
        if not self._swept:
            await bounded(self._sweep)
            self._swept = True
        async with spooled(chunks, self._incoming) as (path, stored):
            await bounded(_keep, path, self._root / key_of(stored.sha256))
            return stored

    async def open(self, sha256: str) -> AsyncGenerator[bytes, None]:
        """See ObjectStore."""
        file = await bounded(_opened, self._root / key_of(sha256))
        if file is None:
            raise ObjectMissing(sha256)
        return verified(_pieces(file), sha256)

    async def size_of(self, sha256: str) -> int | None:
        """See ObjectStore."""
        return await bounded(_size, self._root / key_of(sha256))

    async def check(self) -> str:
        """See ObjectStore. A folder that is not there yet can be used if it can be made."""
        root = self._root.resolve()
        nearest = next(folder for folder in (root, *root.parents) if folder.exists())
        if not nearest.is_dir() or not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
            raise ObjectsAway(f"{nearest} is not a folder that can be written")
        return str(root)

    def _sweep(self) -> None:
        oldest = time.time() - LEFT_OVER_SECONDS
        for left in self._incoming.glob(f"{PREFIX}*"):
            if left.stat().st_mtime < oldest:
                left.unlink(missing_ok=True)


def _keep(path: Path, place: Path) -> None:
    for folder in (place.parent.parent, place.parent):
        folder.mkdir(exist_ok=True)
    path.replace(place)
    # The name must outlast a loss of power as well as the content does.
    for folder in (place.parent, place.parent.parent):
        _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _opened(place: Path) -> IO[bytes] | None:
    try:
        return place.open("rb")
    except FileNotFoundError:
        return None


async def _pieces(file: IO[bytes]) -> AsyncGenerator[bytes, None]:
    with file:
        while chunk := await bounded(file.read, CHUNK):
            yield chunk


def _size(place: Path) -> int | None:
    try:
        return place.stat().st_size
    except FileNotFoundError:
        return None
