"""The inbox of a person, and what outside channels have taken."""

from uuid import uuid4

import pytest

from domain.commands import Delivered, Undelivered
from domain.events import NotificationFailed
from storage.deliveries import mark_delivered, outcomes_of_mail, telling
from storage.notices import failed_mails, inbox, mark_read
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from tests.domain.happenings import acknowledged, progressed
from tests.domain.spec import Happened
from tests.storage.commits import after, begun


@pytest.fixture
async def five(record: PostgresEventStore) -> list[str]:
    """Five directives that inform the head of NV, one of them the head of TNMT too; their numbers, newest first."""
    commits = [begun(informs=("tp-nv", "tp-tnmt") if n == 2 else ("tp-nv",)) for n in range(5)]
    await record.append(commits)
    return [commit.state.code for commit in commits][::-1]


async def test_the_inbox_is_paged_newest_first(five: list[str], pool: Pool) -> None:
    first, unread = await inbox(pool, "tp-nv", limit=3)
    rest, _ = await inbox(pool, "tp-nv", before=first[-1].position, limit=3)
    assert [notice.code for notice in (*first, *rest)] == five
    assert unread == 5
    assert (await inbox(pool, "chu-tich")) == ([], 0)
    assert (await inbox(pool, "tp-tnmt"))[0][0].code == five[2]


async def test_a_notice_is_read_once_and_only_by_its_person(five: list[str], pool: Pool) -> None:
    notice = (await inbox(pool, "tp-nv"))[0][0]
    assert await mark_read(pool, "tp-tnmt", notice.notice_id) is None
    assert await mark_read(pool, "tp-nv", uuid4()) is None
    read_at = await mark_read(pool, "tp-nv", notice.notice_id)
    assert read_at is not None
    assert await mark_read(pool, "tp-nv", notice.notice_id) == read_at
    left, unread = await inbox(pool, "tp-nv", unread_only=True)
    assert [n.code for n in left] == five[1:]
    assert unread == 4


async def test_what_is_to_tell_comes_with_whom_the_channel_has_reached(record: PostgresEventStore, pool: Pool) -> None:
    first, other = begun(), begun()
    second = after(first, acknowledged())
    third = after(second, progressed(50))
    await record.append([first, other, second, third])
    told = second.events[0].event_id
    taken = [Delivered(recipient=user, event_id=told, message_id=f"<{user}@x>") for user in ("tp-nv", "cv-nv")]
    await mark_delivered(pool, "email", taken[:1])
    await mark_delivered(pool, "email", taken)
    await mark_delivered(pool, "email", [])
    found = await telling(pool, first.directive_id, 2, "email")
    assert found.events == [*second.events, *third.events]
    assert found.reached == {(told, "tp-nv"), (told, "cv-nv")}
    assert found.reference_version == (await record.basis(uuid4(), uuid4())).reference_version
    assert (await telling(pool, first.directive_id, 2, "pigeon")).reached == set()
    assert (await telling(pool, first.directive_id, 3, "email")).reached == set()
    assert (await telling(pool, first.directive_id, 4, "email")).events == []


async def test_mails_that_failed_are_found_among_the_last_events(record: PostgresEventStore, pool: Pool) -> None:
    first, other = begun(), begun()
    gone = Undelivered(recipient="tp-nv", event_id=first.events[0].event_id, error="550 no such mailbox")
    failed = after(first, Happened(NotificationFailed(channel="email", undelivered=(gone,)), by="chu-tich"))
    await record.append([first, failed, other])
    [found] = await failed_mails(pool, ["NV"], among=10, limit=5)
    assert (found.position, found.code, found.undelivered) == (2, first.state.code, (gone,))
    assert await failed_mails(pool, ["P-B"], among=10, limit=5) == []
    assert await failed_mails(pool, ["NV"], among=1, limit=5) == []
    assert await failed_mails(pool, ["NV"], among=10, limit=0) == []


async def test_outcomes_of_mail_are_found_among_the_last_events(record: PostgresEventStore, pool: Pool) -> None:
    first, other = begun(), begun()
    gone = Undelivered(recipient="tp-nv", event_id=first.events[0].event_id, error="550 no such mailbox")
    failed = after(first, Happened(NotificationFailed(channel="email", undelivered=(gone,)), by="chu-tich"))
    await record.append([first, failed, other])
    [found] = await outcomes_of_mail(pool, "NotificationFailed", among=2, limit=5)
    assert (found.event.data, found.code) == (failed.events[0].data, first.state.code)
    assert await outcomes_of_mail(pool, "NotificationSent", among=10, limit=5) == []
    assert await outcomes_of_mail(pool, "NotificationFailed", among=1, limit=5) == []
    assert await outcomes_of_mail(pool, "NotificationFailed", among=10, limit=0) == []
