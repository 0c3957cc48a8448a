"""The preview of a deadline: the instant that an issue would give, and the days off on the way, by their names."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkCalendar
from domain.commands import Deadline
from domain.deadlines import due_instant
from domain.preview import DeadlinePreview, preview
from domain.refusals import Code, Refusal
from tests.domain.clock import wall_clock
from tests.domain.policies import POLICIES

CALENDAR = WorkCalendar()
THUONG = POLICIES["thuong"]


def shown(now: str, **deadline: Any) -> DeadlinePreview:
    found = preview(Deadline(**deadline), wall_clock(now), THUONG, CALENDAR)
    assert isinstance(found, DeadlinePreview)
    return found


def test_the_new_year_of_2027_is_told_by_name() -> None:
    found = shown("2027-02-03 09:00", working_days=2)
    assert found.due_at == wall_clock("2027-02-13 00:00")
    assert (found.last_day, found.working_days, found.moved_from) == (date(2027, 2, 12), 2, None)
    assert [f"{one.day:%d} {one.name}" for one in found.days_off] == [
        "04 29 Tết",
        "05 Giao thừa Tết Nguyên Đán",
        "06 Tết Nguyên Đán",
        "07 Mùng hai Tết Nguyên Đán",
        "08 Mùng ba Tết Nguyên Đán",
        "09 Mùng bốn Tết Nguyên Đán",
        "10 Mùng năm Tết Nguyên Đán",
    ]


def test_a_saturday_worked_for_another_day_is_counted_and_told() -> None:
    found = shown("2026-01-08 09:00", working_days=3)
    assert found.last_day == date(2026, 1, 12)
    (saturday,) = found.worked_weekends
    assert (saturday.day, saturday.name) == (date(2026, 1, 10), "làm bù cho 02/01/2026")
    assert saturday.decision == "bảng kèm chương trình 2026.1"
    assert [(one.day.day, one.name) for one in found.days_off] == [(11, "Chủ nhật")]


def test_plain_weekends_have_the_names_of_their_days() -> None:
    found = shown("2026-03-05 16:00", working_days=2)
    assert [(one.day.day, one.name) for one in found.days_off] == [(7, "Thứ Bảy"), (8, "Chủ nhật")]


@pytest.mark.parametrize(
    ("day", "last", "moved_from"),
    [
        ("2026-03-06", "2026-03-06", None),
        ("2026-03-07", "2026-03-09", "2026-03-07"),
        ("2026-02-16", "2026-02-23", "2026-02-16"),
        ("2026-01-10", "2026-01-10", None),  # a Saturday that is worked
    ],
)
def test_a_day_off_that_is_named_runs_on_and_is_told(day: str, last: str, moved_from: str | None) -> None:
    found = shown("2026-01-05 09:00", at=day)
    assert found.last_day.isoformat() == last
    assert (found.moved_from.isoformat() if found.moved_from else None) == moved_from


def test_an_instant_stays_where_it_is() -> None:
    found = shown("2026-03-05 16:00", at="2026-03-08T10:00:00+07:00")
    assert (found.due_at, found.last_day, found.moved_from) == (wall_clock("2026-03-08 10:00"), date(2026, 3, 8), None)


def test_it_is_refused_like_the_issue_itself() -> None:
    found = preview(Deadline(at=date(2026, 3, 1)), wall_clock("2026-03-02 09:00"), THUONG, CALENDAR)
    assert isinstance(found, Refusal)
    assert found.code is Code.DEADLINE_IN_PAST
    assert preview(Deadline(none_because="x"), wall_clock("2026-03-02 09:00"), THUONG, CALENDAR) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)), st.integers(1, 60))  # noqa: DTZ001 - local, made an instant below
def test_the_count_is_that_of_the_issue_and_every_day_is_told_once(moment: datetime, count: int) -> None:
    at = wall_clock(f"{moment:%Y-%m-%d %H:%M}")
    found = preview(Deadline(working_days=count), at, THUONG, CALENDAR)
    assert isinstance(found, DeadlinePreview)
    assert found.due_at == due_instant(Deadline(working_days=count), at, THUONG, CALENDAR)
    assert found.working_days == count
    assert len(found.days_off) + count == (found.last_day - moment.date()).days
    assert all(one.name and not one.working for one in found.days_off)
