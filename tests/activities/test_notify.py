"""Notices that leave the house: to a real mail server, once each, whatever it answers and however often they are asked for."""

import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.mail import message_id
from activities.messages import NotifyRequest
from activities.notify import NotifyActivities
from activities.recorder import Recorder
from domain.commands import Acknowledge, ChangeDeadline, Comment, Deadline
from domain.events import NotificationFailed, NotificationSent
from domain.instants import shown
from storage.pool import Pool
from storage.postgres import PostgresEventStore
from storage.reference import ReferenceCache
from tests.activities.notices import TOLD, Notices
from tests.activities.postbox import Postbox, address


async def test_everyone_informed_gets_one_mail_and_that_is_recorded_once(notices: Notices, postbox: Postbox) -> None:
    request = await notices.issued()
    await notices.send(request)
    assert sorted(letter.to for letter in postbox.letters) == sorted(address(user) for user in TOLD)
    issued, sent = await notices.events(request)
    assert isinstance(sent.data, NotificationSent)
    assert sent.actor.user == "system"
    for delivered in sent.data.delivered:
        [letter] = postbox.to(delivered.recipient)
        assert letter.message["Message-ID"] == delivered.message_id
        assert delivered.message_id == message_id(issued.event_id, delivered.recipient)
        assert delivered.event_id == issued.event_id
        assert letter.message["To"] == letter.to
        assert letter.message["From"] == "Đôn Đốc <don-doc@van-xuan.example>"
        assert "Rà soát hồ sơ cán bộ" in letter.message["Subject"]
        assert "Rà soát, bổ sung hồ sơ cán bộ của các phòng." in letter.text
        assert "Rà soát, bổ sung hồ sơ cán bộ của các phòng." in letter.html
    assert sorted(d.recipient for d in sent.data.delivered) == sorted(TOLD)


@pytest.mark.parametrize("attempt", [1, 2])
async def test_a_repeat_sends_and_records_nothing(notices: Notices, postbox: Postbox, attempt: int) -> None:
    request = await notices.issued()
    await notices.send(request)
    before = await notices.events(request), [*postbox.letters]
    await notices.send(request, attempt=attempt)
    assert (await notices.events(request), postbox.letters) == before


async def test_a_recipient_refused_for_good_is_given_up_and_the_others_are_not(
    notices: Notices, postbox: Postbox
) -> None:
    request = await notices.issued()
    postbox.says[address("cv-nv")].append("550 5.1.1 không có hộp thư này".encode().decode("latin-1"))
    postbox.says_to_data[address("tp-tnmt")].append("554 5.7.1 message looks like spam")
    await notices.send(request)
    sent, failed = await notices.outcome(request)
    assert isinstance(sent, NotificationSent)
    assert isinstance(failed, NotificationFailed)
    assert [d.recipient for d in sent.delivered] == ["tp-nv", "ct-a"]
    assert [(u.recipient, u.error[:3]) for u in failed.undelivered] == [("cv-nv", "550"), ("tp-tnmt", "554")]
    assert sorted(letter.to for letter in postbox.letters) == [address("ct-a"), address("tp-nv")]


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
async def test_a_refusal_that_is_no_text_is_recorded_as_far_as_it_is(
    notices: Notices, postbox: Postbox, stage: str
) -> None:
    request = await notices.issued()
    says = postbox.says if stage == "RCPT" else postbox.says_to_data
    says[address("cv-nv")].append(b"550 5.1.1 no\xff such\x00 user")
    await notices.send(request)
    sent, failed = await notices.outcome(request)
    assert isinstance(failed, NotificationFailed)
    assert [(u.recipient, u.error) for u in failed.undelivered] == [("cv-nv", "550 5.1.1 no such user")]
    assert isinstance(sent, NotificationSent)


@pytest.mark.parametrize("attempt", [2, 1], ids=["the next try", "a new run of the workflow"])
@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
async def test_a_recipient_put_off_is_tried_again_and_the_others_are_not(
    notices: Notices, postbox: Postbox, stage: str, attempt: int
) -> None:
    request = await notices.issued()
    says = postbox.says if stage == "RCPT" else postbox.says_to_data
    says[address("cv-nv")].append("451 4.7.1 try again later")
    with pytest.raises(ApplicationError, match="put off cv-nv") as put_off:
        await notices.send(request)
    assert not put_off.value.non_retryable
    assert await notices.outcome(request) == []
    assert sorted(letter.to for letter in postbox.letters) == sorted(address(u) for u in TOLD if u != "cv-nv")
    await notices.send(request, attempt=attempt)
    assert sorted(letter.to for letter in postbox.letters) == sorted(address(user) for user in TOLD)
    [sent] = await notices.outcome(request)
    assert isinstance(sent, NotificationSent)
    assert sorted(d.recipient for d in sent.delivered) == sorted(TOLD)


@pytest.mark.parametrize("answer", ["452 4.3.1 no space", "421 4.3.2 closing", "550 5.7.1 sender not allowed"])
async def test_a_server_that_takes_no_mail_now_is_tried_again(notices: Notices, postbox: Postbox, answer: str) -> None:
    request = await notices.issued()
    postbox.says_to_mail.append(answer)
    with pytest.raises(ApplicationError, match="mail server") as away:
        await notices.send(request)
    assert not away.value.non_retryable
    await notices.send(request, attempt=2)
    assert len(postbox.letters) == len(TOLD)
    assert [data.type for data in await notices.outcome(request)] == ["NotificationSent"]


async def test_a_server_that_is_away_is_tried_again(notices: Notices, postbox: Postbox) -> None:
    request = await notices.issued()
    postbox.close()
    with pytest.raises(ApplicationError, match="mail server is away") as away:
        await notices.send(request)
    assert not away.value.non_retryable
    postbox.open()
    await notices.send(request, attempt=2)
    assert len(postbox.letters) == len(TOLD)


async def test_what_a_server_took_before_it_broke_off_is_not_sent_again(notices: Notices, postbox: Postbox) -> None:
    request = await notices.issued()
    postbox.says[address("tp-tnmt")].append("421 4.3.2 closing")
    with pytest.raises(ApplicationError):
        await notices.send(request)
    await notices.send(request, attempt=2)
    assert sorted(letter.to for letter in postbox.letters) == sorted(address(user) for user in TOLD)


async def test_what_was_sent_before_the_record_was_away_is_not_sent_again(
    notices: Notices, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await notices.issued()

    async def away(_envelope: object) -> None:
        raise OSError("connection reset")

    with monkeypatch.context() as patch:
        patch.setattr(notices.recorder, "record", away)
        with pytest.raises(ApplicationError, match="the record is away"):
            await notices.send(request)
    await notices.send(request, attempt=2)
    assert len(postbox.letters) == len(TOLD)
    assert [data.type for data in await notices.outcome(request)] == ["NotificationSent"]


async def test_a_mail_that_is_sent_again_after_all_is_the_same_bytes(notices: Notices, postbox: Postbox) -> None:
    request = await notices.issued()
    postbox.says_to_data[address("cv-nv")].append("451 4.7.1 try again later")
    with pytest.raises(ApplicationError):
        await notices.send(request)
    await notices.pool.execute("set role postgres; delete from deliveries; reset role")
    first = [*postbox.letters]
    await notices.send(request, attempt=2)
    again = postbox.letters[len(first) :]
    assert [letter for letter in again if letter.to != address("cv-nv")] == first
    assert len({message_from_bytes(letter.content)["Message-ID"] for letter in postbox.letters}) == len(TOLD)


async def test_a_session_is_kept_for_the_next_notices(notices: Notices, postbox: Postbox) -> None:
    for _ in range(3):
        await notices.send(await notices.issued())
    assert len(postbox.letters) == 3 * len(TOLD)
    assert postbox.greetings == 1


async def test_people_without_an_address_or_no_longer_active_get_no_mail(notices: Notices, postbox: Postbox) -> None:
    await notices.pool.execute("update users set email = null where username = 'tp-nv'")
    request = await notices.issued()
    await notices.pool.execute("update users set active = false where username = 'cv-nv'")
    await notices.send(request)
    assert sorted(letter.to for letter in postbox.letters) == [address("ct-a"), address("tp-tnmt")]


async def test_an_address_that_the_server_cannot_take_holds_up_nobody(notices: Notices, postbox: Postbox) -> None:
    await notices.pool.execute("update users set email = 'đức@van-xuan.example' where username = 'tp-nv'")
    request = await notices.issued()
    await notices.send(request)
    assert len(postbox.letters) in (3, 4)  # a server may know how to take it
    assert {data.type for data in await notices.outcome(request)} >= {"NotificationSent"}


async def test_only_what_concerns_people_outside_the_inbox_is_sent(notices: Notices) -> None:
    request = await notices.issued()
    for command in (Acknowledge(), Comment(text="Đã rõ")):
        assert (await notices.record(command, request.directive_id)).effects == ()


async def test_without_a_mail_server_configured_the_notices_wait(notices: Notices, pool: Pool) -> None:
    notices.activities = NotifyActivities(pool, notices.recorder, None)
    with pytest.raises(ApplicationError, match="DONDOC_SMTP_URL") as missing:
        await notices.send(await notices.issued())
    assert not missing.value.non_retryable


async def test_a_directive_that_is_not_there_is_a_defect(notices: Notices) -> None:
    request = NotifyRequest(directive_id=uuid4(), first_version=1, last_version=1, channel="email")
    with pytest.raises(ApplicationError) as defect:
        await notices.send(request)
    assert defect.value.non_retryable


def test_the_postbox_is_on_the_loopback_interface_only(postbox: Postbox) -> None:
    with socket.create_connection(("127.0.0.1", postbox.port), timeout=5) as connection:
        assert connection.recv(3) == b"220"


async def test_when_the_tries_run_out_the_record_says_who_was_not_reached(notices: Notices, postbox: Postbox) -> None:
    request = await notices.issued()
    postbox.says[address("cv-nv")].append("451 4.7.1 try again later")
    with pytest.raises(ApplicationError, match="put off cv-nv"):
        await notices.send(request)
    for _ in range(2):  # a repeat finds it recorded
        await ActivityEnvironment().run(notices.activities.give_up, request)
    sent, failed = await notices.outcome(request)
    assert isinstance(sent, NotificationSent)
    assert isinstance(failed, NotificationFailed)
    assert sorted(d.recipient for d in sent.delivered) == sorted(user for user in TOLD if user != "cv-nv")
    assert [(u.recipient, u.error) for u in failed.undelivered] == [("cv-nv", "the tries ran out")]


async def test_the_mail_says_where_the_directive_stands_although_another_process_moved_it(
    notices: Notices, postbox: Postbox
) -> None:
    request = await notices.issued()
    assert notices.recorder.remembered(request.directive_id) is not None
    elsewhere = Notices(
        notices.pool,
        Recorder(PostgresEventStore(notices.pool), ReferenceCache(notices.pool), lambda: datetime.now(UTC), mail=True),
        notices.activities,
    )
    later = datetime.now(UTC) + timedelta(days=400)
    await elsewhere.record(ChangeDeadline(deadline=Deadline(at=later), reason="Thêm việc"), request.directive_id)
    await notices.send(request)
    assert shown(later) in postbox.letters[0].text
