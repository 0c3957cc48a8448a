"""Secret addresses of calendars: one a person, known only by its hash."""

import asyncio

import asyncpg
import pytest

from storage.feed_addresses import PREFIX, feed_address_since, feed_user_of, make_feed_address, revoke_feed_address
from storage.pool import Pool


async def test_an_address_tells_its_person_until_it_is_revoked(pool: Pool) -> None:
    assert await feed_address_since(pool, "tp-nv") is None
    secret = await make_feed_address(pool, "tp-nv")
    assert len(secret) >= len(PREFIX) + 43  # 256 bits
    assert await feed_user_of(pool, secret) == ("tp-nv", await pool.fetchval("select version from reference_version"))
    assert await feed_address_since(pool, "tp-nv") is not None
    assert await revoke_feed_address(pool, "cv-nv") is False
    assert await revoke_feed_address(pool, "tp-nv") is True
    assert await revoke_feed_address(pool, "tp-nv") is False
    assert await feed_user_of(pool, secret) is None


async def test_a_new_address_takes_the_place_of_the_old_one(pool: Pool) -> None:
    old = await make_feed_address(pool, "tp-nv")
    other = await make_feed_address(pool, "cv-nv")
    new = await make_feed_address(pool, "tp-nv")
    assert [(await feed_user_of(pool, one) or ("", 0))[0] for one in (old, new, other)] == ["", "tp-nv", "cv-nv"]


async def test_two_presses_at_once_leave_one_address(pool: Pool) -> None:
    made = await asyncio.gather(*(make_feed_address(pool, "tp-nv") for _ in range(2)))
    assert len([one for one in made if await feed_user_of(pool, one)]) == 1


async def test_the_secret_is_kept_nowhere(pool: Pool) -> None:
    secret = await make_feed_address(pool, "tp-nv")
    row = await pool.fetchval("select feed_addresses::text from feed_addresses")
    assert secret.removeprefix(PREFIX) not in row


async def test_anything_else_is_nobody(pool: Pool) -> None:
    secret = await make_feed_address(pool, "tp-nv")
    for other in ("", PREFIX, "\x00", "ộ", secret[:-1], secret + "A", secret.swapcase()):
        assert await feed_user_of(pool, other) is None


async def test_the_address_of_someone_no_longer_active_is_nobody(pool: Pool) -> None:
    secret = await make_feed_address(pool, "tp-nv")
    await pool.execute("update users set active = false where username = 'tp-nv'")
    assert await feed_user_of(pool, secret) is None


async def test_a_stranger_gets_none(pool: Pool) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await make_feed_address(pool, "nobody-here")
