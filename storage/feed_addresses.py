"""Secret addresses of calendar feeds: one a person, known by its hash, until it is renewed or revoked."""

from datetime import datetime

from storage.opaque import hash_of, new_secret
from storage.pool import Pool
from storage.queries import sql

PREFIX = "lich_"


async def make_feed_address(pool: Pool, username: str) -> str:
    """The secret part of a new address for `username`; the one before opens nothing any more.

    ForeignKeyViolationError if there is no such user.
    """
    secret = new_secret(PREFIX)
    await pool.execute(sql("put_feed_address"), hash_of(secret), username)
    return secret


async def feed_user_of(pool: Pool, secret: str) -> tuple[str, int] | None:
    """The active person behind a valid address with the current reference version, None for any other text."""
    row = await pool.fetchrow(sql("feed_address_user"), hash_of(secret))
    return (row["username"], row["reference_version"]) if row else None


async def feed_address_since(pool: Pool, username: str) -> datetime | None:
    """Since when the person has a valid address; None without one."""
    since: datetime | None = await pool.fetchval(sql("feed_address_of"), username)
    return since


async def revoke_feed_address(pool: Pool, username: str) -> bool:
    """End the person's address; whether there was one."""
    return await pool.fetchval(sql("revoke_feed_address"), username) is not None
