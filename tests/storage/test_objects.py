"""What every object store does, in a folder or by S3: whole or not at all, by its SHA-256, within bounded time."""

import asyncio
import hashlib
import os
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import obstore
import pytest
from obstore.store import LocalStore, S3Store

from embedded.temporal import free_port
from storage.folder import LEFT_OVER_SECONDS, Folder
from storage.objects import (
    CHUNK,
    ObjectDamaged,
    ObjectMissing,
    ObjectsAway,
    ObjectStore,
    Stored,
    key_of,
    open_objects,
)
from tests.support.s3_server import BUCKET, S3Server

MIB = 2**20
EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Place:
    """A store, and the way to it that goes past it."""

    store: ObjectStore
    behind: LocalStore | S3Store
    spool: Path
    away: Callable[[], ObjectStore]

    def keys(self) -> set[str]:
        return {item["path"] for batch in obstore.list(self.behind) for item in batch}


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty store."""
    if request.param == "folder":
        root, blocked = tmp_path / "objects", tmp_path / "blocked"
        root.mkdir()
        blocked.write_text("a file where a folder should be")
        return Place(open_objects(root), LocalStore(root), root / "incoming", lambda: open_objects(blocked / "objects"))
    server: S3Server = request.getfixturevalue("s3")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    prefix = f"{tmp_path.name}/objects"

    def away() -> ObjectStore:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
        return open_objects(f"s3://{BUCKET}/{prefix}")

    behind = S3Store(BUCKET, prefix=prefix, endpoint=server.endpoint, client_options={"allow_http": True})
    return Place(open_objects(f"s3://{BUCKET}/{prefix}"), behind, spool, away)


async def pieces(content: bytes, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def read(store: ObjectStore, sha256: str) -> bytes:
    return b"".join([piece async for piece in await store.open(sha256)])


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 6 * MIB])
async def test_what_was_put_comes_back(place: Place, size: int) -> None:
    content = os.urandom(size)
    stored = await place.store.put(pieces(content))
    assert stored == Stored(hashlib.sha256(content).hexdigest(), size)
    assert await place.store.size_of(stored.sha256) == size
    assert await read(place.store, stored.sha256) == content
    assert place.keys() == {key_of(stored.sha256)}
    assert [*place.spool.iterdir()] == []


async def test_the_same_content_is_one_object_however_often_and_at_once(place: Place) -> None:
    content = os.urandom(3 * CHUNK)
    stored = {await place.store.put(pieces(content))}
    stored.update(await asyncio.gather(*(place.store.put(pieces(content, size)) for size in range(1000, 9000, 1000))))
    (one,) = stored
    assert place.keys() == {key_of(one.sha256)}
    assert await read(place.store, one.sha256) == content


async def test_an_object_that_is_not_there(place: Place) -> None:
    assert await place.store.size_of(EMPTY) is None
    with pytest.raises(ObjectMissing):
        await place.store.open(EMPTY)


async def test_what_breaks_off_leaves_nothing(place: Place) -> None:
    class Gone(Exception):
        pass

    async def broken() -> AsyncIterator[bytes]:
        yield os.urandom(6 * MIB)
        assert len([*place.spool.iterdir()]) == 1
        raise Gone

    with pytest.raises(Gone):
        await place.store.put(broken())
    assert (place.keys(), [*place.spool.iterdir()]) == (set(), [])


async def test_what_is_given_up_leaves_nothing(place: Place) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield os.urandom(CHUNK)
        begun.set()
        await asyncio.Event().wait()

    putting = asyncio.ensure_future(place.store.put(endless()))
    await begun.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert (place.keys(), [*place.spool.iterdir()]) == (set(), [])


@pytest.mark.parametrize(
    "spoil", [lambda good: bytes([good[0] ^ 1]) + good[1:], lambda good: good[:-1], lambda good: good + b"x"]
)
async def test_a_damaged_object_is_never_read_to_its_end_and_is_mended_by_putting_it_again(
    place: Place, spoil: Callable[[bytes], bytes]
) -> None:
    content = os.urandom(3 * CHUNK)
    stored = await place.store.put(pieces(content))
    await obstore.put_async(place.behind, key_of(stored.sha256), spoil(content))
    got = bytearray()

    async def read_on() -> None:
        async for piece in await place.store.open(stored.sha256):
            got.extend(piece)

    with pytest.raises(ObjectDamaged):
        await read_on()
    assert len(got) < len(spoil(content))
    assert await place.store.put(pieces(content)) == stored
    assert await read(place.store, stored.sha256) == content


async def test_neither_way_is_the_whole_content_in_memory(place: Place) -> None:
    async def zeros() -> AsyncIterator[bytes]:
        for _ in range(64 * MIB // CHUNK):
            yield bytes(CHUNK)

    tracemalloc.start()
    try:
        stored = await place.store.put(zeros())
        async for _ in await place.store.open(stored.sha256):
            pass
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()


async def test_a_store_that_is_away_says_so_in_time(place: Place) -> None:
    store, started = place.away(), time.monotonic()
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: store.put(pieces(b"x")),
        lambda: store.open(EMPTY),
        lambda: store.size_of(EMPTY),
        store.check,
    ]
    for call in calls:
        with pytest.raises(ObjectsAway):
            await call()
    assert time.monotonic() - started < 60


async def test_a_look_at_the_store_changes_nothing(place: Place) -> None:
    assert "objects" in await place.store.check()
    assert place.keys() == set()


@pytest.mark.parametrize("name", ["", "../" + EMPTY[3:], EMPTY.upper(), EMPTY + "0", "incoming"])
async def test_only_sums_name_objects(place: Place, name: str) -> None:
    for call in (place.store.open, place.store.size_of):
        with pytest.raises(ValueError, match="SHA-256"):
            await call(name)


# What only one of them can do


async def test_a_folder_is_made_with_its_first_object(tmp_path: Path) -> None:
    store = open_objects(tmp_path / "deep" / "objects")
    await store.check()
    assert await store.size_of(EMPTY) is None
    assert not (tmp_path / "deep").exists()
    await store.put(pieces(b"x"))
    assert (tmp_path / "deep" / "objects").exists()


async def test_what_a_killed_program_left_in_the_folder_goes_in_time(tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    old, fresh = incoming / "upload-old", incoming / "upload-fresh"
    for left in (old, fresh):
        left.touch()
    then = time.time() - LEFT_OVER_SECONDS - 60
    os.utime(old, (then, then))
    await Folder(tmp_path).put(pieces(b"x"))
    assert [*incoming.iterdir()] == [fresh]


async def test_a_server_that_takes_the_call_and_never_answers(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    hole = await asyncio.start_server(swallow, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{hole.sockets[0].getsockname()[1]}"
    for name, value in (s3.environment | {"AWS_ENDPOINT_URL": address}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("storage.bucket.SECONDS", 0.3)
    store = open_objects(f"s3://{BUCKET}")
    async with hole:
        for call in (lambda: store.put(pieces(b"x")), lambda: store.open(EMPTY), store.check):
            with pytest.raises(ObjectsAway, match="TimeoutError"):
                await call()


async def test_a_bucket_that_is_not_there_and_a_wrong_secret_are_told(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ObjectsAway):
        await open_objects("s3://khong-co/objects").put(pieces(b"x"))
    with pytest.raises(ObjectsAway):
        await open_objects("s3://khong-co").check()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    refused = open_objects(f"s3://{BUCKET}")
    for call in (lambda: refused.put(pieces(b"x")), lambda: refused.open(EMPTY), refused.check):
        with pytest.raises(ObjectsAway):
            await call()


@pytest.mark.parametrize("where", ["s3://", "s3:///prefix", "https://bucket", "file:///tmp"])
def test_a_place_that_is_none_is_refused(where: str) -> None:
    with pytest.raises(ValueError, match=r"s3://bucket/prefix"):
        open_objects(where)
