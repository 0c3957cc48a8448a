"""The mail of a notice: the same bytes however often it is composed, whatever people have written into it."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from activities.mail import compose_mail, message_id
from domain.events import Event
from domain.ids import notice_id
from domain.state import DirectiveState
from tests.domain.happenings import acknowledged, issued, missed, reminded
from tests.domain.spec import Happened, given
from tests.support.district import PEOPLE

HEAD, OFFICER = PEOPLE[3], PEOPLE[7]
SENDER = "Đôn Đốc <don-doc@van-xuan.example>"


def read(event: Event, state: DirectiveState) -> EmailMessage:
    """The mail to the head as the receiver's program reads it."""
    mail = message_from_bytes(compose_mail(event, state, HEAD, SENDER).as_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_the_message_id_is_fixed_by_event_and_person() -> None:
    event = given(issued()).events[0]
    assert message_id(event.event_id, "tp-nv") == f"<{notice_id(event.event_id, 'tp-nv')}@dondoc.invalid>"
    assert message_id(event.event_id, "tp-nv") != message_id(event.event_id, "cv-nv")


@pytest.mark.parametrize("last", [issued(), acknowledged(), reminded("1.reminder.1", 1, 7), missed()])
def test_the_same_notice_is_the_same_bytes(last: Happened) -> None:
    story = given(*([issued()] if last.data.type != "DirectiveIssued" else []), last)
    first, second = (compose_mail(story.events[-1], story.now, HEAD, SENDER) for _ in range(2))
    assert first.as_bytes() == second.as_bytes()
    assert b"boundary" not in first.as_bytes()


def test_a_mail_says_what_whose_and_by_when() -> None:
    story = given(issued())
    mail = read(story.events[0], story.now)
    assert mail["To"] == HEAD.email
    assert mail["From"] == SENDER
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "[2026/0123] Giao nhiệm vụ: Rà soát hồ sơ cán bộ"
    assert mail["Date"].datetime == story.events[0].recorded_at.replace(microsecond=0)
    assert mail["Date"].datetime.utcoffset() == timedelta(hours=7)
    text = mail.get_content()
    for part in (HEAD.full_name, "Rà soát, bổ sung hồ sơ", "Báo cáo rà soát", "Đồng chí chu-tich", "09:00 02/03/2026"):
        assert part in text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\t", "\u2028", "\u2029", "\u0085", " \n\n "])
def test_a_title_of_several_lines_is_one_line_in_the_subject(end: str) -> None:
    story = given(issued(title=f"Rà soát{end}Bcc: tp-tnmt@van-xuan.example"))
    mail = read(story.events[0], story.now)
    assert mail["Subject"] == "[2026/0123] Giao nhiệm vụ: Rà soát Bcc: tp-tnmt@van-xuan.example"
    assert mail["Bcc"] is None


def test_a_long_title_is_carried_whole() -> None:
    title = ("Đẩy nhanh tiến độ số hoá " * 20).strip()
    story = given(issued(title=title))
    assert read(story.events[0], story.now)["Subject"] == f"[2026/0123] Giao nhiệm vụ: {title}"
    lines = compose_mail(story.events[0], story.now, HEAD, SENDER).as_bytes().splitlines()
    assert max(map(len, lines)) <= 78  # RFC 5322, section 2.1.1
