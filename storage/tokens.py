"""Bearer tokens: shown once, known by their hash, until they expire or are revoked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.opaque import hash_of, hash_of_key, new_secret
from storage.pool import Pool
from storage.queries import sql

PREFIX = "dd_"


@dataclass(frozen=True)
class HeldToken:
    """A valid token as its owner sees it afterwards; the key (hex of its hash) opens nothing."""

    key: str
    label: str
    created_at: datetime
    expires_at: datetime


async def make_token(pool: Pool, username: str, label: str, *, lasts: timedelta = timedelta(days=90)) -> str:
    """A new token for `username`, valid for so long. ForeignKeyViolationError if there is no such user."""
    token = new_secret(PREFIX)
    await pool.execute(sql("put_token"), hash_of(token), username, label, datetime.now(UTC) + lasts)
    return token


async def user_of(pool: Pool, token: str) -> tuple[str, int] | None:
    """The username behind a valid token with the current reference version, None for any other token."""
    row = await pool.fetchrow(sql("token_user"), hash_of(token))
    return (row["username"], row["reference_version"]) if row else None


async def revoke(pool: Pool, token: str) -> bool:
    """End a token; whether there was a valid one."""
    return await pool.fetchval(sql("revoke_token"), hash_of(token)) is not None


async def tokens_of(pool: Pool, username: str) -> list[HeldToken]:
    """The valid tokens of a user, the newest first."""
    rows = await pool.fetch(sql("tokens_of"), username)
    return [HeldToken(row["token_hash"].hex(), row["label"], row["created_at"], row["expires_at"]) for row in rows]


async def revoke_by_key(pool: Pool, username: str, key: str) -> bool:
    """End the token of `username` that has this key; whether there was a valid one."""
    hashed = hash_of_key(key)
    return hashed is not None and await pool.fetchval(sql("revoke_token_of"), hashed, username) is not None
