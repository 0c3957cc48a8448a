"""Who chose otherwise gets no mail at once; the record says that it was their own choice, and a repeat changes nothing."""

import pytest
from temporalio.exceptions import ApplicationError

from domain.channels import HELD_BACK, Channel, Goes, Mode
from domain.events import NotificationFailed, NotificationSent
from domain.telling import told
from storage.choices import choose, mode_of
from tests.activities.notices import TOLD, Notices
from tests.activities.postbox import Postbox, address


async def test_who_chose_otherwise_is_not_mailed_and_the_record_says_why(notices: Notices, postbox: Postbox) -> None:
    await choose(notices.pool, "tp-nv", Channel.EMAIL, Mode.DAILY)
    await choose(notices.pool, "ct-a", Channel.EMAIL, Mode.OFF)
    request = await notices.issued()
    await notices.send(request)
    assert sorted(letter.to for letter in postbox.letters) == [address("cv-nv"), address("tp-tnmt")]
    sent, held = await notices.outcome(request)
    assert isinstance(sent, NotificationSent)
    assert isinstance(held, NotificationFailed)
    assert [(u.recipient, u.error) for u in held.undelivered] == [
        ("tp-nv", HELD_BACK[Goes.DIGEST]),
        ("ct-a", HELD_BACK[Goes.NOT]),
    ]
    assert told(held, {}) == [f"{user}: không gửi thư, theo lựa chọn của người nhận" for user in ("tp-nv", "ct-a")]
    assert told(held, {}, "en")[0] == "tp-nv: not mailed, by their own choice"


@pytest.mark.parametrize(("before", "after"), [(Mode.EACH, Mode.OFF), (Mode.OFF, Mode.EACH)])
async def test_a_choice_made_after_the_event_changes_nothing_of_it(
    notices: Notices, postbox: Postbox, before: Mode, after: Mode
) -> None:
    await choose(notices.pool, "cv-nv", Channel.EMAIL, before)
    request = await notices.issued()
    await choose(notices.pool, "cv-nv", Channel.EMAIL, after)
    postbox.says[address("tp-nv")].append("451 4.7.1 try again later")
    with pytest.raises(ApplicationError, match="put off"):
        await notices.send(request)
    await notices.send(request, attempt=2)
    assert len(postbox.to("cv-nv")) == (before is Mode.EACH)


async def test_nobody_wants_it_now_and_still_there_is_an_outcome(notices: Notices, postbox: Postbox) -> None:
    for user in TOLD:
        await choose(notices.pool, user, Channel.EMAIL, Mode.URGENT_ONLY)
    request = await notices.issued()
    for _ in range(2):
        await notices.send(request)
    assert postbox.letters == []
    assert [data.type for data in await notices.outcome(request)] == ["NotificationFailed"]


async def test_the_last_choice_holds_and_the_same_again_adds_nothing(notices: Notices) -> None:
    pool = notices.pool
    assert await mode_of(pool, "tp-nv", Channel.EMAIL) is Mode.EACH
    await choose(pool, "tp-nv", Channel.EMAIL, Mode.EACH)
    for mode in (Mode.DAILY, Mode.DAILY, Mode.OFF, Mode.DAILY):
        await choose(pool, "tp-nv", Channel.EMAIL, mode)
    assert await mode_of(pool, "tp-nv", Channel.EMAIL) is Mode.DAILY
    assert await pool.fetchval("select count(*) from notification_choices") == 3
