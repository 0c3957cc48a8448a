"""Objects in an S3-compatible store, under the same keys as in a folder."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from storage.objects import CHUNK, SECONDS, ObjectMissing, ObjectsAway, Stored, key_of, verified
from storage.spool import spooled

PARTS_AT_ONCE = 2
"""Of 5 MiB each: what an upload holds in memory."""

SLOWEST = 2**20
"""Bytes a second; a server that takes an upload more slowly is taken for one that is away."""


def bucket_at(url: str, limit: timedelta) -> tuple[S3Store, str]:
    """The bucket, and where it is in words; no request takes longer than `limit`.

    `url` is s3://bucket/prefix; keys, region and endpoint come from the AWS_* variables. ValueError without a bucket.
    """
    place = urlsplit(url)
    if not place.netloc:
        raise ValueError(f"{url} names no bucket: s3://bucket/prefix")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    store = S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        config={"endpoint": endpoint} if endpoint else None,
        client_options={
            "allow_http": (endpoint or "").startswith("http:"),
            "connect_timeout": timedelta(seconds=5),
            "timeout": limit,
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=SECONDS / 3)},
    )
    return store, f"{url} ({endpoint})" if endpoint else url


class Bucket:
    """See ObjectStore. Every request is signed with the SHA-256 of what it carries, so the server sees damage on the way."""

    def __init__(self, url: str) -> None:
        """See bucket_at for `url`."""
        # The limit is of a whole download, which is as slow as who reads it; its steps are bounded below.
        self._store, self._where = bucket_at(url, timedelta(hours=1))

    async def put(self, chunks: AsyncIterable[bytes]) -> Stored:
        """See ObjectStore. Kept in a temporary file until all of it is here: S3 sees only what is whole."""
        async with spooled(chunks) as (path, stored):
            with away():
                async with asyncio.timeout(SECONDS + stored.size / SLOWEST):
                    await obstore.put_async(self._store, key_of(stored.sha256), path, max_concurrency=PARTS_AT_ONCE)
            return stored

    async def open(self, sha256: str) -> AsyncGenerator[bytes, None]:
        """See ObjectStore."""
        key = key_of(sha256)
        with away():
            try:
                async with asyncio.timeout(SECONDS):
                    found = await obstore.get_async(self._store, key)
            except FileNotFoundError:
                raise ObjectMissing(sha256) from None
        return verified(_pieces(found.stream(min_chunk_size=CHUNK)), sha256)

    async def size_of(self, sha256: str) -> int | None:
        """See ObjectStore."""
        key = key_of(sha256)
        with away():
            try:
                async with asyncio.timeout(SECONDS):
                    return (await obstore.head_async(self._store, key))["size"]
            except FileNotFoundError:
                return None

    async def check(self) -> str:
        """See ObjectStore. Asks for a list, which a bucket that is not there or not ours refuses."""
        with away():
            async with asyncio.timeout(SECONDS):
                async for _ in obstore.list(self._store, prefix="00/none"):
                    break
        return self._where


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while True:
        with away():
            try:
                async with asyncio.timeout(SECONDS):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
        yield bytes(chunk)


@contextmanager
def away() -> Iterator[None]:
    """Whatever the store or the way to it raises in the block, as ObjectsAway."""
    try:
        yield
    except (BaseError, OSError) as error:
        # A TimeoutError is an OSError, and so is what says that there is no such bucket.
        raise ObjectsAway((str(error) or repr(error)).splitlines()[0][:300]) from error
