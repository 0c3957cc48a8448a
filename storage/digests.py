"""Daily summaries by mail: who is owed one, who is at it, what became of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from domain.text import printable
from storage.pool import Pool
from storage.queries import sql

CLAIM = timedelta(minutes=5)
"""Longer than a try takes; after that another worker may try."""
MOST_NOTICES = 100

Outcome = Literal["sent", "nothing", "refused"]


@dataclass(frozen=True)
class Line:
    """A notice as a digest names it."""

    type: str
    created_at: datetime
    code: str
    title: str


@dataclass(frozen=True)
class Claimed:
    """The positions that a digest covers, the first not included."""

    after: int
    through: int


async def digests_due(pool: Pool, day: date, at: datetime) -> list[tuple[str, datetime]]:
    """Who is owed the digest of `day`, which is made at `at`, and since when they have wanted digests."""
    rows = await pool.fetch(sql("digests_due"), day, at)
    return [(row["username"], row["since"]) for row in rows]


async def claim_digest(pool: Pool, username: str, day: date) -> Claimed | None:
    """Take the digest upon oneself; None if it is settled or another worker is at it. A repeat covers what the first try did."""
    row = await pool.fetchrow(sql("claim_digest"), username, day, CLAIM)
    return Claimed(row["after_position"], row["through_position"]) if row else None


async def settle_digest(pool: Pool, username: str, day: date, outcome: Outcome, error: str | None = None) -> None:
    """Note what became of it; nobody tries it again."""
    await pool.execute(sql("settle_digest"), username, day, outcome, printable(error, 500) if error else None)


async def notices_between(pool: Pool, username: str, claimed: Claimed, since: datetime) -> tuple[list[Line], int]:
    """The newest notices that a digest covers, and how many it covers in all."""
    rows = await pool.fetch(sql("notices_between"), username, claimed.after, claimed.through, since, MOST_NOTICES)
    lines = [Line(row["type"], row["created_at"], row["code"], row["title"]) for row in rows]
    return lines, rows[0]["total"] if rows else 0


async def digests_settled(pool: Pool, limit: int) -> list[Any]:
    """Rows of the latest digests, those under way first within their day."""
    rows: list[Any] = await pool.fetch(sql("digests_settled"), limit)
    return rows


async def send_digest_again(pool: Pool, username: str, day: date) -> bool:
    """Let a digest that was refused be tried again; whether there was one. Of a day that is over nobody makes one any more."""
    return await pool.fetchval(sql("send_digest_again"), username, day) is not None
