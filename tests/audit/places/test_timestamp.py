"""Time stamps: verified before they are kept, and again from what is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.places.delivery import deliver
from audit.places.place import PlaceAway, PlaceRefused
from audit.places.stamp import StampRefused, read_roots, stamped_at
from audit.places.timestamp import TimestampPlace
from storage.log import copies_of
from storage.pool import Pool
from tests.audit.places.authority import Authority
from tests.audit.places.records import grown
from tests.audit.witness.serving import listening


async def test_a_stamp_is_kept_and_can_be_verified_from_what_is_kept(pool: Pool, tmp_path: Path) -> None:
    made, authority = await grown(pool, 3), Authority()
    async with listening(authority.application) as url:
        await deliver(pool, TimestampPlace(url, authority.roots_file(tmp_path)), made.size)
    (copy,) = await copies_of(pool, made.size)
    assert copy.receipt is not None
    assert copy.place.startswith("tsa+http://127.0.0.1:")
    at = stamped_at(copy.receipt, made.note, [authority.root])
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    with pytest.raises(StampRefused, match="Mismatch between messages"):
        stamped_at(copy.receipt, made.note.replace("\n3\n", "\n4\n"), [authority.root])
    with pytest.raises(StampRefused):
        stamped_at(copy.receipt, made.note, [Authority().root])
    with pytest.raises(StampRefused, match="base64"):
        stamped_at("không", made.note, [authority.root])


async def test_what_does_not_hold_is_not_kept(pool: Pool, tmp_path: Path) -> None:
    made, authority = await grown(pool, 3), Authority()
    roots = authority.roots_file(tmp_path)
    cases = [
        (Authority(), "does not hold"),
        (Authority(answer=b"khong"), "does not hold"),
        (Authority(answer=b""), "does not hold"),
        (Authority(answer=bytes.fromhex("30053003020102")), "does not hold"),
        (Authority(status=403), "403"),
    ]
    authority.other_message = True
    cases.append((authority, "Mismatch between messages"))
    for other, reason in cases:
        async with listening(other.application) as url:
            with pytest.raises(PlaceRefused, match=reason):
                await deliver(pool, TimestampPlace(url, roots), made.size)
    async with listening(Authority(status=503).application) as url:
        with pytest.raises(PlaceAway, match="503"):
            await deliver(pool, TimestampPlace(url, roots), made.size)
    assert await copies_of(pool, made.size) == []


def test_roots_that_are_none_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for path, reason in ((empty, "PEM"), (tmp_path / "khong.pem", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(ValueError, match=reason):
            read_roots(path)


def test_a_root_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    authority = Authority()
    path = authority.roots_file(tmp_path)
    path.write_bytes(path.read_bytes() * 2)
    stamped_at(authority.receipt("a note"), "a note", read_roots(path))
