"""What a folder and a bucket have in common: they hold checkpoints, and notice when the record does not go on from them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import obstore
import pytest

from audit.log.note import SigningKey
from audit.places.bucket import BucketPlace
from audit.places.delivery import deliver
from audit.places.folder import FolderPlace
from audit.places.place import Place, PlaceContradicts, PlaceRefused
from storage.bucket import bucket_at
from storage.log import copies_of, last_contradictions, last_copies
from storage.pool import Pool
from tests.audit.places.records import grown, rewritten
from tests.audit.superuser import as_superuser
from tests.support.s3_server import BUCKET, S3Server


@dataclass
class Held:
    """A place, and the folder in which what it holds can be looked at."""

    place: Place
    folder: Path

    def notes(self, below: str = "notes") -> dict[str, str]:
        return {path.name: path.read_text() for path in sorted(self.folder.glob(f"{below}/*.note"))}


Hold = Callable[[], Held]


@pytest.fixture(params=["folder", "bucket"])
def hold(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hold:
    """Makes places of a kind, each of its own."""
    if request.param == "folder":
        return lambda: _folder(tmp_path / uuid4().hex[:8])
    s3: S3Server = request.getfixturevalue("s3")
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return lambda: _bucket(s3, f"moc-{uuid4().hex[:8]}")


def _folder(folder: Path) -> Held:
    folder.mkdir()
    return Held(FolderPlace(folder), folder)


def _bucket(s3: S3Server, prefix: str) -> Held:
    return Held(BucketPlace(f"s3://{BUCKET}/{prefix}"), s3.folder / BUCKET / prefix)


@pytest.fixture
def held(hold: Hold) -> Held:
    return hold()


async def test_each_checkpoint_lies_there_as_it_was_signed(held: Held, pool: Pool) -> None:
    first, second = await grown(pool, 3), await grown(pool, 300)
    for made in (first, second):
        await deliver(pool, held.place, made.size)
    assert held.notes() == {"000000000003.note": first.note, "000000000303.note": second.note}
    assert [(copy.place, copy.size) for copy in await last_copies(pool)] == [(held.place.name, 303)]


async def test_what_was_taken_is_not_taken_again_nor_what_is_older(held: Held, pool: Pool) -> None:
    first, second = await grown(pool, 3), await grown(pool, 4)
    await deliver(pool, held.place, second.size)
    await deliver(pool, held.place, second.size)
    await deliver(pool, held.place, first.size)
    assert list(held.notes()) == ["000000000007.note"]
    assert await copies_of(pool, first.size) == []


async def test_a_copy_that_was_taken_and_not_noted_is_taken_once(held: Held, pool: Pool, database_url: str) -> None:
    first, second = await grown(pool, 3), await grown(pool, 4)
    await deliver(pool, held.place, second.size)
    before = held.notes()
    await as_superuser(database_url, "truncate checkpoint_copies")
    await deliver(pool, held.place, first.size)
    assert await copies_of(pool, first.size) == [], "the place is past it"
    await deliver(pool, held.place, second.size)
    assert held.notes() == before
    assert [copy.place for copy in await copies_of(pool, second.size)] == [held.place.name]


async def test_a_record_that_was_rewritten_is_contradicted(hold: Hold, pool: Pool, database_url: str) -> None:
    before = await grown(pool, 7)
    places = {4: hold(), 7: hold(), 9: hold()}
    for held in places.values():
        await deliver(pool, held.place, before.size)
    for events, held in places.items():  # shorter, as long, and longer than what the place holds
        after = await rewritten(pool, database_url, events)
        for _ in range(2):
            with pytest.raises(PlaceContradicts):
                await deliver(pool, held.place, after.size)
        assert held.notes() == {"000000000007.note": before.note}, "what it holds stays"
        assert list(held.notes("contradictions").values()) == [after.note]
        (told,) = await last_contradictions(pool)
        assert (told.place, told.size) == (held.place.name, events)
        assert await copies_of(pool, events) == []


async def test_the_place_of_another_log_is_refused(held: Held, pool: Pool, database_url: str) -> None:
    await deliver(pool, held.place, (await grown(pool, 3)).size)
    await as_superuser(database_url, "truncate checkpoints, checkpoint_copies cascade")
    other = await grown(pool, 1, SigningKey.generate("khac.example"))
    with pytest.raises(PlaceRefused, match="another log"):
        await deliver(pool, held.place, other.size)


@pytest.mark.parametrize("hold", ["bucket"], indirect=True)
async def test_a_bucket_with_something_else_in_it_is_refused(held: Held, pool: Pool) -> None:
    await deliver(pool, held.place, (await grown(pool, 3)).size)
    for content in (b"khac", b"\xff", b"x" * 100_000):
        await obstore.put_async(bucket_at(held.place.name, timedelta(seconds=5))[0], "last.note", content)
        with pytest.raises(PlaceRefused, match="no checkpoint"):
            await deliver(pool, held.place, (await grown(pool, 1)).size)
