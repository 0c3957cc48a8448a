"""Sessions: known only by their hash, for active people, until unused, over, or ended."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from storage.opaque import key_of
from storage.passwords import set_password
from storage.pool import Pool
from storage.sessions import (
    PREFIX,
    SessionUser,
    end_session,
    end_session_by_key,
    end_sessions_of,
    open_session,
    sessions_of,
    user_of_session,
)

IDLE, LASTS = timedelta(minutes=60), timedelta(hours=12)


async def opened(pool: Pool, username: str = "tp-nv", agent: str = "test") -> str:
    return await open_session(pool, username, agent, idle=IDLE, lasts=LASTS)


async def passed(pool: Pool, session: str, time: timedelta) -> None:
    """Let so much time pass for a session."""
    await pool.execute(
        """update sessions set created_at = created_at - $2::interval, last_seen_at = last_seen_at - $2,
           idle_until = idle_until - $2, expires_at = expires_at - $2 where encode(session_hash, 'hex') = $1""",
        key_of(session),
        time,
    )


async def row_of(pool: Pool, session: str) -> Any:
    return await pool.fetchrow("select * from sessions where encode(session_hash, 'hex') = $1", key_of(session))


async def test_a_session_tells_its_person(pool: Pool) -> None:
    one, other = await opened(pool), await opened(pool)
    assert one != other
    assert one.startswith(PREFIX)
    assert len(one) >= len(PREFIX) + 43  # 256 bits
    version = await pool.fetchval("select version from reference_version")
    assert (
        await user_of_session(pool, one) == await user_of_session(pool, other) == SessionUser("tp-nv", version, False)
    )


async def test_the_session_itself_is_kept_nowhere(pool: Pool) -> None:
    session = await opened(pool)
    row = await pool.fetchrow("select sessions::text as whole, session_hash from sessions")
    assert row is not None
    assert session.removeprefix(PREFIX) not in row["whole"]
    assert len(row["session_hash"]) == 32


async def test_anything_else_is_nobody(pool: Pool) -> None:
    session = await opened(pool)
    for other in (
        "",
        "ds_",
        "x" * 10_000,
        "\x00",
        "\ud800",
        session[:-1],
        session + "A",
        session.swapcase(),
        key_of(session),
    ):
        assert await user_of_session(pool, other) is None
        assert await end_session(pool, other) is None


async def test_a_session_unused_for_its_idle_time_is_over(pool: Pool) -> None:
    session = await opened(pool)
    await passed(pool, session, IDLE - timedelta(seconds=5))
    assert await user_of_session(pool, session, used=False) is not None
    await passed(pool, session, timedelta(seconds=6))
    assert await user_of_session(pool, session) is None
    assert await user_of_session(pool, session) is None, "asking does not wake it"


async def test_use_begins_its_idle_time_anew_and_looking_on_does_not(pool: Pool) -> None:
    session = await opened(pool)
    for _ in range(3):
        await passed(pool, session, IDLE - timedelta(minutes=1))
        assert await user_of_session(pool, session) is not None
    await passed(pool, session, IDLE - timedelta(minutes=1))
    assert await user_of_session(pool, session, used=False) is not None
    await passed(pool, session, timedelta(minutes=2))
    assert await user_of_session(pool, session) is None


async def test_use_never_takes_it_beyond_its_whole_time(pool: Pool) -> None:
    session = await opened(pool)
    for _ in range(23):
        await passed(pool, session, timedelta(minutes=30))
        assert await user_of_session(pool, session) is not None
    await passed(pool, session, timedelta(minutes=31))
    assert await user_of_session(pool, session) is None


async def test_use_is_written_once_a_minute(pool: Pool) -> None:
    session = await opened(pool)
    first = await row_of(pool, session)
    await user_of_session(pool, session)
    assert await row_of(pool, session) == first
    await passed(pool, session, timedelta(seconds=59))
    before = await row_of(pool, session)
    await user_of_session(pool, session)
    assert await row_of(pool, session) == before
    await passed(pool, session, timedelta(seconds=2))
    await user_of_session(pool, session)
    after = await row_of(pool, session)
    assert after["last_seen_at"] >= first["last_seen_at"]
    assert after["idle_until"] - after["last_seen_at"] == IDLE


async def test_an_ended_session_is_nobody_and_the_others_stay(pool: Pool) -> None:
    lost, kept = await opened(pool), await opened(pool)
    assert await end_session(pool, lost) == "tp-nv"
    assert await end_session(pool, lost) is None
    assert await user_of_session(pool, lost) is None
    assert await user_of_session(pool, kept) is not None


async def test_all_sessions_of_a_person_end_but_one(pool: Pool) -> None:
    kept, *others = [await opened(pool) for _ in range(3)]
    stranger = await opened(pool, "cv-nv")
    assert await end_sessions_of(pool, "tp-nv", but=kept) == 2
    assert [await user_of_session(pool, one) for one in others] == [None, None]
    assert await user_of_session(pool, kept) is not None
    assert await end_sessions_of(pool, "tp-nv") == 1
    assert await end_sessions_of(pool, "tp-nv") == 0
    assert await user_of_session(pool, stranger) is not None


async def test_its_owner_ends_one_by_its_key_and_nobody_else_does(pool: Pool) -> None:
    session = await opened(pool)
    key = key_of(session)
    assert await end_session_by_key(pool, "cv-nv", key) is False
    for wrong in ("", "x", key[:-1], key.upper(), session, "\x00" * 64, "٣" * 64):
        assert await end_session_by_key(pool, "tp-nv", wrong) is False
    assert await user_of_session(pool, session) is not None
    assert await end_session_by_key(pool, "tp-nv", key) is True
    assert await user_of_session(pool, session) is None


async def test_open_sessions_are_listed_the_last_used_first(pool: Pool) -> None:
    old, new, over, ended = [await opened(pool, agent=name) for name in ("cũ", "mới", "hết giờ", "đã thoát")]
    await passed(pool, old, timedelta(minutes=5))
    await passed(pool, over, LASTS)
    await end_session(pool, ended)
    await opened(pool, "cv-nv")
    listed = await sessions_of(pool, "tp-nv")
    assert [(one.key, one.agent) for one in listed] == [(key_of(new), "mới"), (key_of(old), "cũ")]
    assert isinstance(listed[0].created_at, datetime)
    assert listed[0].last_seen_at > listed[1].last_seen_at


@pytest.mark.parametrize(
    ("agent", "kept"), [("", ""), ("a" * 300, "a" * 200), ("a\x00b\nc\ud800", "abc"), ("Trình duyệt", "Trình duyệt")]
)
async def test_of_the_agent_is_kept_what_can_be_shown(pool: Pool, agent: str, kept: str) -> None:
    await opened(pool, agent=agent)
    assert [one.agent for one in await sessions_of(pool, "tp-nv")] == [kept]


async def test_what_was_over_long_ago_goes_when_its_person_signs_in_again(pool: Pool) -> None:
    long_over, lately = await opened(pool), await opened(pool)
    await passed(pool, long_over, timedelta(days=31))
    await passed(pool, lately, timedelta(days=29))
    await opened(pool, "cv-nv")
    assert await row_of(pool, long_over) is not None
    await opened(pool)
    assert await row_of(pool, long_over) is None
    assert await row_of(pool, lately) is not None


async def test_the_session_of_someone_no_longer_active_is_nobody(pool: Pool) -> None:
    session = await opened(pool)
    await pool.execute("update users set active = false where username = 'tp-nv'")
    assert await user_of_session(pool, session) is None


async def test_a_stranger_gets_no_session(pool: Pool) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await opened(pool, "nobody-here")


async def test_it_says_when_the_password_must_be_changed(pool: Pool) -> None:
    session = await opened(pool)
    for must_change in (True, False):
        await set_password(pool, "tp-nv", "$argon2id$x", must_change=must_change)
        found = await user_of_session(pool, session)
        assert found is not None
        assert found.must_change is must_change


async def test_sessions_and_passwords_are_no_part_of_the_record(pool: Pool) -> None:
    before = await pool.fetchval("select position from log_head")
    await set_password(pool, "tp-nv", "$argon2id$x")
    await end_session(pool, await opened(pool))
    assert await pool.fetchval("select position from log_head") == before
