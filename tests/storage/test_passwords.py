"""Passwords of local accounts: one for each user, by its hash."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from storage.passwords import Stored, password_of, renew_password, replace_password, set_password
from storage.pool import Pool
from storage.queries import sql
from storage.sessions import open_session, open_session_by_password, sessions_of
from tests.support.eventually import eventually

HOUR = timedelta(hours=1)


async def kept(pool: Pool, username: str = "tp-nv") -> tuple[str, bool]:
    stored = await password_of(pool, username)
    assert stored is not None
    return stored.hash, stored.must_change


async def test_a_user_has_none_then_one_then_another(pool: Pool) -> None:
    assert await password_of(pool, "tp-nv") is None
    await set_password(pool, "tp-nv", "$one", must_change=True)
    assert await kept(pool) == ("$one", True)
    await set_password(pool, "tp-nv", "$two")
    assert await kept(pool) == ("$two", False)
    assert await password_of(pool, "cv-nv") is None


async def test_a_stranger_gets_no_password(pool: Pool) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await set_password(pool, "nobody-here", "$one")


async def test_a_renewed_hash_is_the_same_password_still(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$old", must_change=True)
    changed_at = await pool.fetchval("select changed_at from passwords")
    await renew_password(pool, "tp-nv", "$old", "$new")
    assert await kept(pool) == ("$new", True)
    assert await pool.fetchval("select changed_at from passwords") == changed_at


async def test_a_renewal_does_not_bring_back_what_was_changed_meanwhile(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$another")
    await renew_password(pool, "tp-nv", "$old", "$new")
    assert await kept(pool) == ("$another", False)


def test_a_hash_is_shown_nowhere_by_itself() -> None:
    assert "$secret" not in repr(Stored("$secret", False, datetime.now(UTC)))


async def opened_by(pool: Pool, stored: Stored) -> str | None:
    return await open_session_by_password(pool, "tp-nv", stored.changed_at, "", idle=HOUR, lasts=HOUR)


async def held(pool: Pool) -> Stored:
    stored = await password_of(pool, "tp-nv")
    assert stored is not None
    return stored


async def test_another_password_ends_all_sessions_of_its_owner(pool: Pool) -> None:
    for username in ("tp-nv", "tp-nv", "cv-nv"):
        await open_session(pool, username, "", idle=HOUR, lasts=HOUR)
    replaced = await replace_password(pool, "tp-nv", "$one", must_change=True)
    assert replaced is not None
    assert (replaced.sessions_ended, await kept(pool)) == (2, ("$one", True))
    assert replaced.changed_at == (await held(pool)).changed_at
    assert [len(await sessions_of(pool, one)) for one in ("tp-nv", "cv-nv")] == [0, 1]
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await replace_password(pool, "nobody-here", "$one")


async def test_a_password_is_not_replaced_by_who_knew_the_one_before(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$one")
    first = await held(pool)
    await set_password(pool, "tp-nv", "$two")
    await open_session(pool, "tp-nv", "", idle=HOUR, lasts=HOUR)
    assert await replace_password(pool, "tp-nv", "$three", instead_of=first.changed_at) is None
    assert (await kept(pool), len(await sessions_of(pool, "tp-nv"))) == (("$two", False), 1)
    assert await replace_password(pool, "tp-nv", "$three", instead_of=(await held(pool)).changed_at)


async def test_a_password_that_is_no_more_opens_nothing_but_a_renewed_hash_is_the_same(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$old")
    first = await held(pool)
    await renew_password(pool, "tp-nv", "$old", "$new")
    assert await opened_by(pool, first)
    await replace_password(pool, "tp-nv", "$other")
    assert await opened_by(pool, first) is None
    assert await sessions_of(pool, "tp-nv") == []
    assert await opened_by(pool, await held(pool))


async def until_one_waits(pool: Pool) -> None:
    await eventually(lambda: pool.fetchval("select exists (select from pg_locks where not granted)"), every=0.01)


async def test_who_signs_in_while_the_password_is_being_changed_waits_and_is_refused(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$old")
    first = await held(pool)
    async with pool.acquire() as changing, changing.transaction():
        await changing.fetchval(sql("put_password"), "tp-nv", "$new", False, None)
        await changing.fetch(sql("end_sessions_of"), "tp-nv", None)
        entering = asyncio.create_task(opened_by(pool, first))
        await until_one_waits(pool)
    assert await entering is None
    assert await sessions_of(pool, "tp-nv") == []


async def test_who_changes_the_password_while_somebody_signs_in_waits_and_ends_that_session_too(pool: Pool) -> None:
    await set_password(pool, "tp-nv", "$old")
    first = await held(pool)
    async with pool.acquire() as entering, entering.transaction():
        values = b"s" * 32, "tp-nv", "", HOUR, HOUR, first.changed_at
        assert await entering.fetchval(sql("put_session_by_password"), *values) == "tp-nv"
        changing = asyncio.create_task(replace_password(pool, "tp-nv", "$new"))
        await until_one_waits(pool)
    replaced = await changing
    assert replaced is not None
    assert replaced.sessions_ended == 1
    assert await sessions_of(pool, "tp-nv") == []
