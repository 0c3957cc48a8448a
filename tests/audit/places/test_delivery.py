"""Delivery to places that cannot be reached, and of what is not there."""

from pathlib import Path

import pytest

from audit.log.note import COSIGNATURE, SigningKey
from audit.places.bucket import BucketPlace
from audit.places.delivery import deliver
from audit.places.folder import LOG, FolderPlace, all_notes
from audit.places.place import PlaceAway
from audit.places.timestamp import TimestampPlace
from audit.places.webhook import WebhookPlace
from audit.places.witness import WitnessPlace
from embedded.temporal import free_port
from storage.log import copies_of, delivering
from storage.pool import Pool
from tests.audit.places.authority import Authority
from tests.audit.places.records import grown
from tests.support.s3_server import S3Server

WITNESS = SigningKey.generate("nhanchung.example", COSIGNATURE).verifying


async def test_a_place_that_is_away_is_tried_later(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    for name, value in S3Server(nobody, tmp_path).environment.items():
        monkeypatch.setenv(name, value)
    made = await grown(pool, 3)
    for place in (
        BucketPlace("s3://tep/moc"),
        WebhookPlace(nobody),
        WitnessPlace(f"{nobody}#{WITNESS}"),
        TimestampPlace(nobody, Authority().roots_file(tmp_path)),
    ):
        with pytest.raises(PlaceAway):
            await deliver(pool, place, made.size)
    assert await copies_of(pool, made.size) == []


async def test_one_checkpoint_waits_while_another_is_being_taken_and_it_is_the_last(pool: Pool, tmp_path: Path) -> None:
    made, place = await grown(pool, 3), FolderPlace(tmp_path)
    async with delivering(pool, place.name) as alone:
        assert alone
        with pytest.raises(PlaceAway, match="another checkpoint is being taken"):
            await deliver(pool, place, made.size)
        later = await grown(pool, 3)
        await deliver(pool, place, made.size)
        with pytest.raises(PlaceAway, match="another checkpoint is being taken"):
            await deliver(pool, place, later.size)
    assert await copies_of(pool, made.size) == []
    await deliver(pool, place, made.size)
    await deliver(pool, place, later.size)
    assert [one.head.size for one in all_notes(tmp_path / LOG)] == [made.size, later.size]


async def test_a_size_without_a_checkpoint_is_an_error(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no checkpoint of 5"):
        await deliver(pool, FolderPlace(tmp_path), 5)
