"""Content on its way into a store: written to a file of its own first, because its name is known only at its end."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from storage.objects import SECONDS, ObjectsAway, Stored

T = TypeVar("T")

PREFIX = "upload-"
"""With which the names of these files begin."""


@asynccontextmanager
async def spooled(chunks: AsyncIterable[bytes], folder: Path | None = None) -> AsyncIterator[tuple[Path, Stored]]:
    """The content in a file, flushed to the disk, for the length of the block; in `folder` or the system's own for such.

    ObjectsAway if it cannot be written. What `chunks` raises comes through. The block may move the file away.
    """
    file = await bounded(_opened, folder)
    path = Path(file.name)
    try:
        with file:
            stored = await _written(chunks, file)
        yield path, stored
    finally:
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - at once, and also when the caller is being cancelled


async def bounded(step: Callable[..., T], *values: Any) -> T:
    """A step on the disk, in a thread and no longer than SECONDS; ObjectsAway when the system refuses it."""
    try:
        async with asyncio.timeout(SECONDS):
            return await asyncio.to_thread(step, *values)
    except OSError as error:  # TimeoutError is one
        raise ObjectsAway(repr(error)) from error


def _opened(folder: Path | None) -> IO[bytes]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder, prefix=PREFIX, delete=False)


async def _written(chunks: AsyncIterable[bytes], file: IO[bytes]) -> Stored:
    seen, size = hashlib.sha256(), 0
    async for chunk in chunks:
        seen.update(chunk)
        size += len(chunk)
        await bounded(file.write, chunk)
    await bounded(_flush, file)
    return Stored(seen.hexdigest(), size)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
