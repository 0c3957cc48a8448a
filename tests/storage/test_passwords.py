"""Passwords of local accounts: one for each user, by its hash."""

import asyncpg
import pytest

from storage.passwords import Stored, password_of, renew_password, set_password
from storage.pool import Pool


async def test_a_user_has_none_then_one_then_another(pool: Pool) -> None:
    assert await password_of(pool, "tp-nv") is None
    await set_password(pool, "tp-nv", "$one", must_change=True)
    assert await password_of(pool, "tp-nv") == Stored("$one", must_change=True)
    await set_password(pool, "tp-nv", "$two")
    assert await password_of(pool, "tp-nv") == Stored("$two", must_change=False)
    assert await password_of(pool, "cv-nv") is None


async def test_a_stranger_gets_no_password(pool: Pool) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await set_password(pool, "nobody-here", "$one")


async def test_a_renewed_hash_is_the_same_password_still(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$old", must_change=True)
    changed_at = await pool.fetchval("select changed_at from passwords")
    await renew_password(pool, "tp-nv", "$old", "$new")
    assert await password_of(pool, "tp-nv") == Stored("$new", must_change=True)
    assert await pool.fetchval("select changed_at from passwords") == changed_at


async def test_a_renewal_does_not_bring_back_what_was_changed_meanwhile(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$another")
    await renew_password(pool, "tp-nv", "$old", "$new")
    assert await password_of(pool, "tp-nv") == Stored("$another", must_change=False)


def test_a_hash_is_shown_nowhere_by_itself() -> None:
    assert "$secret" not in repr(Stored("$secret", must_change=False))
