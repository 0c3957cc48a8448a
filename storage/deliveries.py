"""What outside channels took in a try that did not finish, so that the next try does not send it again.

A try that finishes records NotificationSent, and that event is what a repeat finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.commands import Delivered
from domain.events import Event
from storage.envelope import event_from
from storage.pool import Pool
from storage.queries import sql


@dataclass(frozen=True)
class Telling:
    """The events of a directive from a version on, and whom a channel has reached of each, as of one moment."""

    events: list[Event]
    reached: set[tuple[UUID, str]]
    """Pairs of event id and recipient."""
    reference_version: int


async def telling(pool: Pool, directive_id: UUID, first_version: int, channel: str) -> Telling:
    """What there is to tell from `first_version` on, and what was told in tries that did not finish."""
    rows = await pool.fetch(sql("telling"), directive_id, first_version, channel)
    events = [event_from(row["canonical"]) for row in rows]
    reached = {(e.event_id, user) for e, row in zip(events, rows, strict=True) for user in row["reached"]}
    return Telling(events, reached, rows[0]["reference_version"] if rows else 0)


async def mark_delivered(pool: Pool, channel: str, delivered: Sequence[Delivered]) -> None:
    """Note what the channel took, for the next try; noting it twice changes nothing."""
    if delivered:
        rows = [(item.event_id, item.recipient, channel, item.message_id) for item in delivered]
        await pool.executemany(sql("put_delivery"), rows)


@dataclass(frozen=True)
class MailOutcome:
    """What was recorded of mail about a directive."""

    event: Event
    code: str
    title: str


async def outcomes_of_mail(pool: Pool, event_type: str, *, among: int, limit: int) -> list[MailOutcome]:
    """The latest outcomes of one type, NotificationSent or NotificationFailed, among the last `among` events of the record."""
    rows = await pool.fetch(sql("outcomes_of_mail"), event_type, among, limit)
    return [MailOutcome(event_from(row["canonical"]), row["code"], row["title"]) for row in rows]
