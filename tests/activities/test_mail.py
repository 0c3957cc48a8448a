"""The mail of a notice, as text and as HTML: the same bytes however often it is composed, whatever people have written into it."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from activities.mail import compose_mail, message_id
from domain.events import Event
from domain.ids import notice_id
from domain.state import DirectiveState
from tests.activities.postbox import part
from tests.domain.happenings import acknowledged, issued, missed, reminded
from tests.domain.spec import Happened, given
from tests.support.district import PEOPLE

HEAD, OFFICER = PEOPLE[3], PEOPLE[7]
SENDER = "Đôn Đốc <don-doc@van-xuan.example>"


def read(event: Event, state: DirectiveState, public_url: str | None = None) -> EmailMessage:
    """The mail to the head as the receiver's program reads it."""
    mail = message_from_bytes(compose_mail(event, state, HEAD, SENDER, public_url).as_bytes(), policy=policy.default)
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


def test_a_mail_says_what_whose_and_by_when() -> None:
    story = given(issued())
    mail = read(story.events[0], story.now)
    assert mail["To"] == HEAD.email
    assert mail["From"] == SENDER
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "[2026/0123] Giao nhiệm vụ: Rà soát hồ sơ cán bộ"
    assert mail["Date"].datetime == story.events[0].recorded_at.replace(microsecond=0)
    assert mail["Date"].datetime.utcoffset() == timedelta(hours=7)
    assert mail.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain").splitlines() == [
        f"Kính gửi: {HEAD.full_name}",
        "",
        "Giao nhiệm vụ (Directive issued)",
        "Nhiệm vụ 2026/0123: Rà soát hồ sơ cán bộ",
        "Người giao: Đồng chí chu-tich",
        "Thời hạn: 09:00 02/03/2026",
        "",
        "Rà soát, bổ sung hồ sơ cán bộ của các phòng.",
        "Kết quả cần đạt: Báo cáo rà soát",
        "",
        "Đôn Đốc – hệ thống theo dõi, đôn đốc nhiệm vụ. Thư tự động, không cần trả lời.",
    ]
    for words in part(mail, "plain").splitlines():
        assert words in part(mail, "html")


def test_the_way_to_the_directive_is_in_both_parts_where_it_is_known() -> None:
    story = given(issued())
    mail = read(story.events[0], story.now, "https://viec.example")
    assert "Xem nhiệm vụ: https://viec.example/directives/2026-0123\n" in part(mail, "plain")
    assert 'href="https://viec.example/directives/2026-0123"' in part(mail, "html")
    for kind in ("plain", "html"):
        assert "http" not in part(read(story.events[0], story.now), kind)


def test_what_people_wrote_stays_text_and_nothing_is_fetched() -> None:
    evil = "<script>alert(1)</script><img src=https://spy.example/x> {{ 7*7 }} \"' &amp;"
    story = given(issued(title=evil, content=f"{evil}\n<b>hai</b>"))
    html = part(read(story.events[0], story.now), "html")
    assert not re.search(r"<(script|img|b|link|style|iframe)\b", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert "<br>&lt;b&gt;hai&lt;/b&gt;" in html
    assert not re.search(r"""(src|url|background)\s*[=(]""", html.replace("src=https", ""))


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
