"""Passwords of local accounts, by their hashes; what makes and checks a hash is in api/signing."""

from dataclasses import dataclass, field

from storage.pool import Pool
from storage.queries import sql


@dataclass(frozen=True)
class Stored:
    """What is kept of a password."""

    hash: str = field(repr=False)
    must_change: bool
    """Somebody else chose it."""


async def password_of(pool: Pool, username: str) -> Stored | None:
    """What is kept of the password of `username`, None if there is none."""
    row = await pool.fetchrow(sql("password_of"), username)
    return Stored(row["hash"], row["must_change"]) if row else None


async def set_password(pool: Pool, username: str, hash: str, *, must_change: bool = False) -> None:  # noqa: A002 - the word for it
    """Give `username` a password in place of any other. ForeignKeyViolationError if there is no such user."""
    await pool.execute(sql("put_password"), username, hash, must_change)


async def renew_password(pool: Pool, username: str, old: str, new: str) -> None:
    """Keep the same password under a new hash, unless it has been changed since `old` was read."""
    await pool.execute(sql("renew_password"), username, old, new)
