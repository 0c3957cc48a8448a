"""Daily digests: one a person and working day, of what is new, overdue and soon due, from a real record to a real mail server."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from activities.digests import CLOCK, Digests
from activities.smtp import Mailer, SmtpTarget
from domain.calendar import WorkCalendar
from domain.channels import Channel, Mode
from domain.instants import at_local, local
from storage.choices import choose
from storage.reference import ReferenceCache
from tests.activities.notices import Notices
from tests.activities.postbox import Postbox, address

URL = "https://viec.example"


class Morning:
    """Digests under a clock of the test's own. The record is made by the real one, so mornings lie ahead of it."""

    def __init__(self, notices: Notices, postbox: Postbox) -> None:
        self.notices, self.pool = notices, notices.pool
        self.day = WorkCalendar().shift(local(datetime.now(UTC)).date(), 1)
        self.now = at_local(self.day, CLOCK)
        self.mailer = Mailer(SmtpTarget.from_url(postbox.url, "Đôn Đốc <don-doc@van-xuan.example>"))
        self.digests = self.worker()

    def worker(self) -> Digests:
        """Another one of the same."""
        return Digests(self.pool, ReferenceCache(self.pool), self.mailer, lambda: self.now, URL)

    async def let_claims_pass(self) -> None:
        await self.pool.execute("update digests set claimed_until = now()")

    async def outcome(self, username: str = "tp-nv") -> str | None:
        found: str | None = await self.pool.fetchval(
            "select outcome from digests where username = $1 order by day desc limit 1", username
        )
        return found


@pytest.fixture
async def morning(notices: Notices, postbox: Postbox) -> AsyncIterator[Morning]:
    made = Morning(notices, postbox)
    await choose(notices.pool, "tp-nv", Channel.EMAIL, Mode.DAILY)
    yield made
    made.mailer.close()


async def test_a_digest_tells_what_is_new_overdue_and_soon_due(morning: Morning, postbox: Postbox) -> None:
    evil = "Rà <b>soát</b> hồ sơ"
    await morning.notices.issued(title=evil)
    assert await morning.digests.send_due() == 1
    [letter] = postbox.letters
    assert letter.to == address("tp-nv")
    assert letter.message["Subject"].startswith(f"[Đôn Đốc] Tổng hợp {morning.day:%d/%m/%Y}: 0 quá hạn, ")
    assert letter.message["Date"].datetime == morning.now
    assert "Thông báo mới · New notices: 1" in letter.text
    assert re.search(r"- Giao nhiệm vụ: \[\d{4}/\d+\] Rà <b>soát</b> hồ sơ \(\d\d:\d\d \d\d/\d\d\)", letter.text)
    assert "Rà &lt;b&gt;soát&lt;/b&gt; hồ sơ" in letter.html
    assert "<b>" not in letter.html
    assert f"  {URL}/directives/20" in letter.text
    morning.now += timedelta(days=30)  # long overdue, and nothing new since
    while not WorkCalendar().is_working_day(local(morning.now).date()):
        morning.now += timedelta(days=1)
    assert await morning.digests.send_due() == 1
    assert "Quá hạn · Overdue: 1" in postbox.letters[1].text
    assert "New notices" not in postbox.letters[1].text


async def test_one_a_day_whoever_looks_and_however_often(morning: Morning, postbox: Postbox) -> None:
    await morning.notices.issued()
    for digests in (morning.digests, morning.digests, morning.worker()):
        await digests.send_due()
        await morning.let_claims_pass()
        morning.now += timedelta(hours=3)
    assert len(postbox.letters) == 1
    assert await morning.outcome() == "sent"


async def test_nothing_to_tell_is_no_mail(morning: Morning, postbox: Postbox) -> None:
    assert await morning.digests.send_due() == 1
    assert postbox.letters == []
    assert await morning.outcome() == "nothing"


@pytest.mark.parametrize(
    "when",
    [
        at_local(date(2027, 6, 1), time(7, 29)),
        at_local(date(2027, 6, 5), time(9)),  # a Saturday
        at_local(date(2027, 9, 2), time(9)),  # the national day
    ],
)
async def test_none_before_half_past_seven_nor_on_days_off(morning: Morning, postbox: Postbox, when: datetime) -> None:
    await morning.notices.issued()
    morning.now = when
    assert await morning.digests.send_due() == 0
    assert postbox.letters == []


async def test_only_who_chose_it_gets_one(morning: Morning, postbox: Postbox) -> None:
    await choose(morning.pool, "cv-nv", Channel.EMAIL, Mode.DAILY)
    await choose(morning.pool, "cv-nv", Channel.EMAIL, Mode.OFF)
    await choose(morning.pool, "ct-a", Channel.EMAIL, Mode.DAILY)
    await morning.pool.execute("update users set active = false where username = 'ct-a'")
    await morning.notices.issued()
    await morning.digests.send_due()
    assert [letter.to for letter in postbox.letters] == [address("tp-nv")]


async def test_a_server_that_is_away_is_tried_again_with_the_same_words(morning: Morning, postbox: Postbox) -> None:
    await morning.notices.issued()
    postbox.says_to_data[address("tp-nv")].append("451 4.7.1 try again later")
    assert await morning.digests.send_due() == 0
    await morning.notices.issued(title="Việc sau đó")
    assert await morning.digests.send_due() == 0, "the first try still has it"
    await morning.let_claims_pass()
    assert await morning.digests.send_due() == 1
    [letter] = postbox.letters
    assert "Thông báo mới · New notices: 1" in letter.text


async def test_what_was_not_sent_is_part_of_the_next(morning: Morning, postbox: Postbox) -> None:
    await morning.notices.issued(title="Việc một")
    postbox.says[address("tp-nv")].append("550 5.1.1 no such user")
    assert await morning.digests.send_due() == 1
    assert await morning.outcome() == "refused"
    await morning.notices.issued(title="Việc hai")
    morning.now = at_local(WorkCalendar().shift(morning.day, 1), CLOCK)
    assert await morning.digests.send_due() == 1
    [letter] = postbox.letters
    for title in ("Việc một", "Việc hai"):
        assert title in letter.text


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
async def test_a_refusal_that_is_no_text_is_noted_and_not_met_again(
    morning: Morning, postbox: Postbox, stage: str
) -> None:
    await morning.notices.issued()
    says = postbox.says if stage == "RCPT" else postbox.says_to_data
    says[address("tp-nv")].append(b"550 5.1.1 no\xff such\x00 user")
    assert await morning.digests.send_due() == 1
    assert await morning.outcome() == "refused"
    noted = await morning.pool.fetchval("select error from digests where outcome = 'refused'")
    assert noted == "550 5.1.1 no such user"
    await morning.let_claims_pass()
    assert await morning.digests.send_due() == 0


async def test_what_came_before_the_choice_is_not_new(morning: Morning, postbox: Postbox) -> None:
    await morning.notices.issued()
    await choose(morning.pool, "tp-nv", Channel.EMAIL, Mode.EACH)
    await choose(morning.pool, "tp-nv", Channel.EMAIL, Mode.DAILY)
    await morning.digests.send_due()
    assert all("New notices" not in letter.text for letter in postbox.letters)
