"""Bearer tokens: 256 random bits, shown once; the record keeps only the SHA-256."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from storage.pool import Pool
from storage.queries import sql

PREFIX = "dd_"
"""Makes a token easy to recognise where it should not be."""


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def make_token(pool: Pool, username: str, label: str, *, lasts: timedelta = timedelta(days=90)) -> str:
    """A new token for `username`, valid for so long. ForeignKeyViolationError if there is no such user."""
    token = PREFIX + secrets.token_urlsafe(32)
    await pool.execute(sql("put_token"), _hash(token), username, label, datetime.now(UTC) + lasts)
    return token


async def user_of(pool: Pool, token: str) -> tuple[str, int] | None:
    """The username behind a valid token with the current reference version, None for any other token."""
    row = await pool.fetchrow(sql("token_user"), _hash(token))
    return (row["username"], row["reference_version"]) if row else None


async def revoke(pool: Pool, token: str) -> bool:
    """End a token; whether there was a valid one."""
    return await pool.fetchval(sql("revoke_token"), _hash(token)) is not None
