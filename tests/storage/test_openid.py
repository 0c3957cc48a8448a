"""Sign-ins under way at a provider: known by their hash, good once, for ten minutes."""

import asyncio

import asyncpg
import pytest

from storage.opaque import key_of
from storage.openid import LONGEST_ONWARD, PREFIX, begin_attempt, take_attempt
from storage.pool import Pool


async def test_a_way_is_taken_once(pool: Pool) -> None:
    one, other = await begin_attempt(pool, "/a"), await begin_attempt(pool, "/b")
    assert one != other
    assert one.startswith(PREFIX)
    assert len(one) >= len(PREFIX) + 43  # 256 bits
    assert await take_attempt(pool, one) == "/a"
    assert await take_attempt(pool, one) is None
    assert await take_attempt(pool, other) == "/b"


async def test_it_is_taken_by_one_of_many(pool: Pool) -> None:
    attempt = await begin_attempt(pool, "/a")
    taken = await asyncio.gather(*(take_attempt(pool, attempt) for _ in range(8)))
    assert sorted(taken, key=str) == ["/a", *[None] * 7]


async def test_what_the_browser_holds_is_kept_nowhere(pool: Pool) -> None:
    attempt = await begin_attempt(pool, "/a")
    stored = await pool.fetchval("select openid_attempts::text from openid_attempts")
    assert attempt.removeprefix(PREFIX) not in stored
    assert key_of(attempt) in stored
    for other in ("", "do_", key_of(attempt), attempt[:-1], "\x00", "\ud800", "x" * 10_000):
        assert await take_attempt(pool, other) is None


async def test_after_ten_minutes_it_leads_nowhere_and_is_cleared_away(pool: Pool) -> None:
    attempts = [await begin_attempt(pool, "/a") for _ in range(3)]
    await pool.execute("update openid_attempts set expires_at = expires_at - interval '9 minutes 50 seconds'")
    assert await take_attempt(pool, attempts[0]) == "/a"
    await pool.execute("update openid_attempts set expires_at = expires_at - interval '10 seconds'")
    assert await take_attempt(pool, attempts[1]) is None
    assert await pool.fetchval("select count(*) from openid_attempts") == 1
    await begin_attempt(pool, "/a")
    assert await pool.fetchval("select count(*) from openid_attempts") == 1


@pytest.mark.parametrize("onward", ["", "/" * (LONGEST_ONWARD + 1)])
async def test_where_to_go_has_a_length(pool: Pool, onward: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await begin_attempt(pool, onward)
