"""Where the content of files lies: by its SHA-256, in a folder or in an S3-compatible store.

An object is written whole or not at all, never changed, and the same content is the same object. Which files there are,
and of what type, is in the record (storage.files); the store knows bytes only.
"""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from pathlib import Path
from typing import NamedTuple, Protocol

from domain.files import is_sha256

CHUNK = 256 * 1024
"""Bytes that are read or written at a time."""

SECONDS = 30.0
"""For one step of a store: to write or flush a piece, to open an object, to give the next piece of it."""


class ObjectsAway(Exception):
    """The store cannot be reached, is full, refuses us or takes too long: worth another try later."""


class ObjectMissing(Exception):
    """The store answers, and has no such object."""


class ObjectDamaged(Exception):
    """What the store gives is not what its name says."""


class Stored(NamedTuple):
    """An object that is in the store for good; `size` in bytes."""

    sha256: str
    size: int


class ObjectStore(Protocol):
    """What every store does; one contract suite in the tests holds the folder and S3 to it."""

    async def put(self, chunks: AsyncIterable[bytes]) -> Stored:
        """Take the content in. When `chunks` raises, or the caller is cancelled, nothing of it stays. ObjectsAway."""
        ...

    async def open(self, sha256: str) -> AsyncGenerator[bytes, None]:
        """The content in pieces. ObjectMissing and ObjectsAway at once; ObjectDamaged before the last piece, so that a
        reader never has the whole of something else."""
        ...

    async def size_of(self, sha256: str) -> int | None:
        """The size in bytes, None if there is no such object. ObjectsAway."""
        ...

    async def check(self) -> str:
        """Where it is, in words. ObjectsAway if it could not be used now; looking changes nothing."""
        ...


def key_of(sha256: str) -> str:
    """The place of an object below the store's root: the same in every store, so that one may be copied into another."""
    if not is_sha256(sha256):
        raise ValueError("objects are named by their SHA-256")
    return f"{sha256[:2]}/{sha256[2:]}"


def open_objects(where: str | Path) -> ObjectStore:
    """The store at a folder, or at s3://bucket/prefix with what the AWS_* variables say. Nothing connects before it is used.

    ValueError if `where` is neither.
    """
    if str(where).startswith("s3://"):
        from storage.bucket import Bucket  # only now: loading its library costs every other program

        return Bucket(str(where))
    from storage.folder import Folder

    if "://" in str(where):
        raise ValueError(f"{where} is neither a folder nor s3://bucket/prefix")
    return Folder(Path(where))


async def verified(chunks: AsyncIterator[bytes], sha256: str) -> AsyncGenerator[bytes, None]:
    """`chunks`, the last one only if all together have this SHA-256; ObjectDamaged otherwise."""
    seen, held = hashlib.sha256(), b""
    async for chunk in chunks:
        if held:
            yield held
        seen.update(chunk)
        held = chunk
    if seen.hexdigest() != sha256:
        raise ObjectDamaged(sha256)
    if held:
        yield held
