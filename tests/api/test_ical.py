"""Deadlines as an iCalendar: what a program reads from it, whatever people have written into a title."""

from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from api.ical import calendar_of
from domain.own_deadlines import Concern
from tests.domain.district import district
from tests.domain.happenings import deadline_changed, issued, withdrawn
from tests.domain.spec import Happened, given

DIRECTORY = district()


def made(*past: Happened, who: str = "cv-nv", public_url: str | None = None) -> bytes:
    concern = Concern.of(DIRECTORY.people[who], DIRECTORY)
    return calendar_of([given(*past).now], concern, DIRECTORY, public_url)


def read(*past: Happened, who: str = "cv-nv", public_url: str | None = None) -> Any:
    (event,) = Calendar.from_ical(made(*past, who=who, public_url=public_url)).walk("VEVENT")
    return event


def test_an_event_says_what_whose_and_on_which_day() -> None:
    state, event = given(issued()).now, read(issued(), public_url="https://viec.example")
    assert event["UID"] == f"{state.id}@dondoc.invalid"
    assert event["SUMMARY"] == "[2026/0123] Rà soát hồ sơ cán bộ"
    assert event["DESCRIPTION"].splitlines() == [
        "Đơn vị chủ trì: Phòng Nội vụ",
        "Trạng thái: Chưa thực hiện · Issued",
        "Thời hạn: 09:00 02/03/2026",
    ]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 3, 2), date(2026, 3, 3))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 1)
    assert event["URL"] == "https://viec.example/directives/2026-0123"
    assert event["DTSTAMP"].dt == state.last_recorded_at.replace(microsecond=0)


def test_without_a_public_address_there_is_none_in_it() -> None:
    assert "URL" not in read(issued())


def test_only_the_officer_is_woken_a_day_before() -> None:
    (alarm,) = read(issued()).walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(days=-1))
    assert read(issued(), who="tp-nv").walk("VALARM") == []


def test_a_changed_deadline_and_a_withdrawal_come_after_what_was_there() -> None:
    past = issued(), deadline_changed(60 * 60 * 24, at=1)
    later, gone = read(*past), read(*past, withdrawn())
    assert (later["SEQUENCE"], later["DTSTART"].dt) == (2, date(2026, 3, 3))
    assert (gone["SEQUENCE"], gone["STATUS"], gone["UID"]) == (3, "CANCELLED", later["UID"])
    assert gone.walk("VALARM") == []


EVIL = "Rà soát\r\nBEGIN:VALARM\r\nATTACH;X=1,2:\\n;\"^'\x00\x1f\u2028\u2029\x85 ATTENDEE:mailto:a@b"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\n "])
def test_what_people_wrote_stays_text(end: str) -> None:
    title = EVIL.replace("\r\n", end)
    raw = made(issued(title=title), who="tp-nv")
    lines = raw.decode().split("\r\n")
    assert not [line for line in lines if line.startswith(("BEGIN:VALARM", "ATTACH", "ATTENDEE"))]
    assert not set(raw) & (set(range(32)) - {10, 13})
    assert "\n" not in raw.decode().replace("\r\n", "")
    assert "\r" not in raw.decode().replace("\r\n", "")
    event = read(issued(title=title), who="tp-nv")
    expected = EVIL.replace("\r\n", "\n " if end == "\n " else "\n")
    for control in "\x00\x1f\u2028\u2029\x85":
        expected = expected.replace(control, " ")
    assert event["SUMMARY"] == f"[2026/0123] {expected}"


def test_long_lines_are_folded_between_letters() -> None:
    title = ("Đẩy nhanh tiến độ số hoá " * 20).strip()
    assert max(map(len, made(issued(title=title)).split(b"\r\n"))) <= 75  # RFC 5545, section 3.1
    assert read(issued(title=title))["SUMMARY"] == f"[2026/0123] {title}"


def test_the_same_deadlines_are_the_same_bytes() -> None:
    assert made(issued()) == made(issued())
