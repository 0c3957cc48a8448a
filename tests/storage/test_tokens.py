"""Bearer tokens: known only by their hash, for active people, until they expire or are revoked."""

from datetime import timedelta

import asyncpg
import pytest

from storage.opaque import key_of
from storage.pool import Pool
from storage.tokens import PREFIX, make_token, revoke, revoke_by_key, tokens_of, user_of


async def test_a_token_tells_its_person(pool: Pool) -> None:
    one, other = await make_token(pool, "tp-nv", "laptop"), await make_token(pool, "tp-nv", "phone")
    assert one != other
    assert one.startswith(PREFIX)
    assert len(one) >= len(PREFIX) + 43  # 256 bits
    version = await pool.fetchval("select version from reference_version")
    assert await user_of(pool, one) == await user_of(pool, other) == ("tp-nv", version)


async def test_the_token_itself_is_kept_nowhere(pool: Pool) -> None:
    token = await make_token(pool, "tp-nv", "laptop")
    row = await pool.fetchrow("select tokens::text as whole, token_hash from tokens")
    assert row is not None
    assert token.removeprefix(PREFIX) not in row["whole"]
    assert len(row["token_hash"]) == 32


async def test_anything_else_is_nobody(pool: Pool) -> None:
    token = await make_token(pool, "tp-nv", "laptop")
    for other in (
        "",
        "dd_",
        "dd_x",
        "Bearer dd_x",
        "x" * 10_000,
        "\x00",
        "ộ",
        token[:-1],
        token + "A",
        token.swapcase(),
    ):
        assert await user_of(pool, other) is None
        assert await revoke(pool, other) is False


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(seconds=-1)])
async def test_an_expired_token_is_nobody(pool: Pool, lasts: timedelta) -> None:
    assert await user_of(pool, await make_token(pool, "tp-nv", "old", lasts=lasts)) is None


async def test_a_revoked_token_is_nobody_and_the_others_stay(pool: Pool) -> None:
    lost, kept = await make_token(pool, "tp-nv", "lost"), await make_token(pool, "tp-nv", "kept")
    assert await revoke(pool, lost) is True
    assert await revoke(pool, lost) is False
    assert await user_of(pool, lost) is None
    assert await user_of(pool, kept) is not None


async def test_the_token_of_someone_no_longer_active_is_nobody_until_they_return(pool: Pool) -> None:
    token = await make_token(pool, "tp-nv", "laptop")
    await pool.execute("update users set active = false where username = 'tp-nv'")
    assert await user_of(pool, token) is None
    await pool.execute("update users set active = true where username = 'tp-nv'")
    assert await user_of(pool, token) is not None


async def test_a_stranger_gets_no_token(pool: Pool) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await make_token(pool, "nobody-here", "laptop")


async def test_every_change_of_the_directory_reaches_the_reader_of_a_token(pool: Pool) -> None:
    token = await make_token(pool, "tp-nv", "laptop")
    before = await user_of(pool, token)
    await pool.execute("update users set full_name = 'Khác' where username = 'cv-nv'")
    after = await user_of(pool, token)
    assert before is not None
    assert after is not None
    assert after[1] > before[1]


async def test_valid_tokens_are_listed_by_what_opens_nothing(pool: Pool) -> None:
    one, revoked = await make_token(pool, "tp-nv", "laptop"), await make_token(pool, "tp-nv", "lost")
    await make_token(pool, "tp-nv", "old", lasts=timedelta(0))
    await make_token(pool, "cv-nv", "other")
    await revoke(pool, revoked)
    (held,) = await tokens_of(pool, "tp-nv")
    assert (held.key, held.label) == (key_of(one), "laptop")
    assert timedelta(days=89) < held.expires_at - held.created_at <= timedelta(days=91)
    assert await user_of(pool, held.key) is None


async def test_its_owner_revokes_one_by_its_key_and_nobody_else_does(pool: Pool) -> None:
    token = await make_token(pool, "tp-nv", "laptop")
    key = key_of(token)
    assert await revoke_by_key(pool, "cv-nv", key) is False
    for wrong in ("", "x", key[:-1], token):
        assert await revoke_by_key(pool, "tp-nv", wrong) is False
    assert await user_of(pool, token) is not None
    assert await revoke_by_key(pool, "tp-nv", key) is True
    assert await revoke_by_key(pool, "tp-nv", key) is False
    assert await user_of(pool, token) is None
