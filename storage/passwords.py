"""Passwords of local accounts, by their hashes; what makes and checks a hash is in api/signing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from storage.pool import Pool
from storage.queries import sql


@dataclass(frozen=True)
class Stored:
    """What is kept of a password."""

    hash: str = field(repr=False)
    must_change: bool
    """Somebody else chose it."""
    changed_at: datetime
    """Tells this password from the one before and the one after; the same while it only gets a new hash."""


class Replaced(NamedTuple):
    """What became of a password that was set with all sessions ended."""

    changed_at: datetime
    sessions_ended: int


async def password_of(pool: Pool, username: str) -> Stored | None:
    """What is kept of the password of `username`, None if there is none."""
    row = await pool.fetchrow(sql("password_of"), username)
    return Stored(row["hash"], row["must_change"], row["changed_at"]) if row else None


async def set_password(pool: Pool, username: str, hash: str, *, must_change: bool = False) -> None:  # noqa: A002 - the word for it
    """Give `username` a password in place of any other. ForeignKeyViolationError if there is no such user."""
    await pool.execute(sql("put_password"), username, hash, must_change, None)


async def replace_password(
    pool: Pool,
    username: str,
    hash: str,  # noqa: A002 - the word for it
    *,
    must_change: bool = False,
    instead_of: datetime | None = None,
) -> Replaced | None:
    """Give `username` a password and end all their sessions, both or neither. ForeignKeyViolationError if there is no such user.

    With `instead_of` (its `changed_at`) only in place of that password: None, and nothing is done, if it has been changed since.
    """
    async with pool.acquire() as connection, connection.transaction():
        changed_at = await connection.fetchval(sql("put_password"), username, hash, must_change, instead_of)
        if changed_at is None:
            return None
        # A statement of its own, so that it sees the sessions of those for whom the first one waited.
        return Replaced(changed_at, len(await connection.fetch(sql("end_sessions_of"), username, None)))


async def renew_password(pool: Pool, username: str, old: str, new: str) -> None:
    """Keep the same password under a new hash, unless it has been changed since `old` was read."""
    await pool.execute(sql("renew_password"), username, old, new)
