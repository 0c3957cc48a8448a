"""Sign-ins under way at an OpenID provider: known by a hash, for ten minutes, and good for one return."""

from datetime import timedelta

from storage.opaque import hash_of, new_secret
from storage.pool import Pool
from storage.queries import sql

PREFIX = "do_"
LASTS = timedelta(minutes=10)
"""So long somebody may take at the provider, who perhaps has to find a telephone for the second factor."""
LONGEST_ONWARD = 2000


async def begin_attempt(pool: Pool, onward: str) -> str:
    """A secret for the browser that sets out, and `onward` (1 to 2,000 characters) kept under its hash."""
    attempt = new_secret(PREFIX)
    await pool.execute(sql("put_openid_attempt"), hash_of(attempt), onward, LASTS)
    return attempt


async def take_attempt(pool: Pool, attempt: str) -> str | None:
    """Where the browser with this secret was to go; None if it never set out, has been back already, or took too long.

    Whatever the answer, the secret is good for nothing afterwards. Any API process may be the one that is asked.
    """
    onward: str | None = await pool.fetchval(sql("take_openid_attempt"), hash_of(attempt))
    return onward
