"""The in-app inbox of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.commands import Undelivered
from domain.events import NotificationFailed
from storage.envelope import event_from
from storage.pool import Pool
from storage.queries import sql


@dataclass(frozen=True)
class Notice:
    """One line of the inbox: an event that a person was told of."""

    notice_id: UUID
    position: int
    type: str
    created_at: datetime
    read_at: datetime | None
    directive_id: UUID
    event_id: UUID
    code: str
    title: str


@dataclass(frozen=True)
class FailedMail:
    """A mail that could not be sent: to whom and why, and about which directive."""

    position: int
    occurred_at: datetime
    code: str
    title: str
    undelivered: tuple[Undelivered, ...]


async def failed_mails(pool: Pool, units: Iterable[str], *, among: int, limit: int) -> list[FailedMail]:
    """Failures among the last `among` events, of directives of these units, the newest first."""
    rows = await pool.fetch(sql("failed_mails"), among, sorted(units), limit)
    found = []
    for row in rows:
        data = event_from(row["canonical"]).data
        if isinstance(data, NotificationFailed):
            found.append(FailedMail(row["position"], row["occurred_at"], row["code"], row["title"], data.undelivered))
    return found


async def inbox(
    pool: Pool, username: str, *, before: int | None = None, unread_only: bool = False, limit: int = 50
) -> tuple[list[Notice], int]:
    """Notices newest first, before a position, and how many are unread in all."""
    rows = await pool.fetch(sql("notices_for"), username, before, unread_only, limit)
    return [Notice(**dict(row)) for row in rows], await count_unread(pool, username)


async def count_unread(pool: Pool, username: str) -> int:
    """How many notices the person has not read."""
    return int(await pool.fetchval(sql("unread_count"), username))


async def mark_read(pool: Pool, username: str, notice_id: UUID) -> datetime | None:
    """When the person read the notice, now or before; None if it is not theirs."""
    row = await pool.fetchrow(sql("mark_read"), notice_id, username)
    return row["read_at"] if row else None


async def unread_up_to(pool: Pool, username: str, most: int) -> int:
    """How many notices the person has not read, `most` where there are more."""
    return int(await pool.fetchval(sql("unread_up_to"), username, most))


async def mark_all_read(pool: Pool, username: str, through: int) -> int:
    """Mark all of a person's notices up to a position as read; how many were not before."""
    return int(await pool.fetchval(sql("mark_all_read"), username, through))


async def notice_of(pool: Pool, username: str, notice_id: UUID) -> str | None:
    """The number of the directive that a person's notice is about; None if it is not theirs."""
    code: str | None = await pool.fetchval(sql("notice_of"), notice_id, username)
    return code
