"""Sessions of browsers: opaque, kept by their hash, over when unused for a while, when their time is up, or when ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from storage.opaque import hash_of, hash_of_key, new_secret
from storage.pool import Pool
from storage.queries import sql

PREFIX = "ds_"
LONGEST_AGENT = 200


class SessionUser(NamedTuple):
    """Who is behind an open session."""

    username: str
    reference_version: int
    must_change: bool
    """Somebody else chose the password: its owner has to choose another before anything else."""


@dataclass(frozen=True)
class OpenSession:
    """An open session as its owner sees it; the key (hex of its hash) opens nothing."""

    key: str
    created_at: datetime
    last_seen_at: datetime
    agent: str


async def open_session(pool: Pool, username: str, agent: str, *, idle: timedelta, lasts: timedelta) -> str:
    """A new session, over when unused for `idle` and after `lasts` in any case. ForeignKeyViolationError: no such user.

    `agent` is the browser's User-Agent; what is no printable text, or beyond 200 characters, is left out. As uses are noted
    once a minute at most, `idle` may end up to a minute early; it must be longer than that.
    """
    session = new_secret(PREFIX)
    await pool.execute(sql("put_session"), hash_of(session), username, _shown(agent), idle, lasts)
    return session


async def open_session_by_password(
    pool: Pool, username: str, verified: datetime, agent: str, *, idle: timedelta, lasts: timedelta
) -> str | None:
    """A session as `open_session` makes it for whoever knew the password that is so since `verified` (its `changed_at`).

    None if it has been changed meanwhile: whoever changes a password ends all that the old one opened, this session too.
    """
    session = new_secret(PREFIX)
    values = hash_of(session), username, _shown(agent), idle, lasts, verified
    return None if await pool.fetchval(sql("put_session_by_password"), *values) is None else session


def _shown(agent: str) -> str:
    return "".join(c for c in agent if c.isprintable())[:LONGEST_AGENT]


async def user_of_session(pool: Pool, session: str, *, used: bool = True) -> SessionUser | None:
    """The active user behind an open session, None for any other. With `used`, the session's idle time begins anew.

    One round trip; it writes at most once a minute.
    """
    row = await pool.fetchrow(sql("session_user"), hash_of(session), used)
    return SessionUser(row["username"], row["reference_version"], row["must_change"]) if row else None


async def end_session(pool: Pool, session: str) -> str | None:
    """End a session; the username whose it was, None if there was no open one."""
    username: str | None = await pool.fetchval(sql("end_session"), hash_of(session))
    return username


async def end_session_by_key(pool: Pool, username: str, key: str) -> bool:
    """End the session of `username` that has this key; whether there was an open one."""
    hashed = hash_of_key(key)
    return hashed is not None and await pool.fetchval(sql("end_session_of"), hashed, username) is not None


async def end_sessions_of(pool: Pool, username: str, but: str | None = None) -> int:
    """End all open sessions of a user, except `but`; how many there were."""
    return len(await pool.fetch(sql("end_sessions_of"), username, None if but is None else hash_of(but)))


async def sessions_of(pool: Pool, username: str) -> list[OpenSession]:
    """The open sessions of a user, the last used first."""
    rows = await pool.fetch(sql("open_sessions_of"), username)
    return [
        OpenSession(row["session_hash"].hex(), row["created_at"], row["last_seen_at"], row["agent"]) for row in rows
    ]
