"""Working days in Việt Nam: weekends, holidays, days in lieu and decided swaps, as they were announced."""

from datetime import date, timedelta
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import SHIPPED, CalendarDecision, CalendarEntry, DayKind, WorkCalendar

CALENDAR = WorkCalendar()

OFF_ON_WEEKDAYS = {
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
}
WORKED_ON_WEEKENDS = {2024: "05-04", 2025: "04-26", 2026: "01-10 08-22"}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", OFF_ON_WEEKDAYS)
def test_a_year_has_exactly_these_days_out_of_the_week(year: int) -> None:
    week = {day: day.weekday() < 5 for day in days_of(year)}
    off = [f"{day:%m-%d}" for day, weekday in week.items() if weekday and not CALENDAR.is_working_day(day)]
    worked = [f"{day:%m-%d}" for day, weekday in week.items() if not weekday and CALENDAR.is_working_day(day)]
    assert (" ".join(off), " ".join(worked)) == (OFF_ON_WEEKDAYS[year], WORKED_ON_WEEKENDS[year])


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-01-02", False),  # swapped with Saturday 10 January
        ("2026-01-10", True),
        ("2024-04-29", False),  # swapped with Saturday 4 May
        ("2024-05-04", True),
        ("2026-08-31", False),  # swapped with Saturday 22 August
        ("2026-08-22", True),
        ("2026-11-24", False),  # Vietnam Culture Day, from 2026
        ("2025-11-24", True),
        ("2026-02-17", False),  # Tết
        ("2026-02-23", True),
        ("2026-03-02", True),
        ("2026-03-07", False),
        ("2026-03-08", False),
    ],
)
def test_known_days(day: str, worked: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is worked


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-02", 5, "2026-03-09"),
        ("2026-03-06", 1, "2026-03-09"),  # over the weekend
        ("2026-03-07", 1, "2026-03-09"),  # from a Saturday
        ("2026-02-13", 1, "2026-02-23"),  # over Tết
        ("2026-01-01", 1, "2026-01-05"),
        ("2024-02-07", 1, "2024-02-15"),  # Tết of the years before
        ("2024-02-07", 5, "2024-02-21"),
        ("2025-01-24", 1, "2025-02-03"),
        ("2025-01-20", 5, "2025-02-03"),
        ("2026-02-10", 5, "2026-02-24"),
        ("2026-02-17", 1, "2026-02-23"),  # set on the first day of the year
        ("2026-02-24", -2, "2026-02-13"),
        ("2024-04-26", 1, "2024-05-02"),  # 29 April off, 4 May worked for it
        ("2024-05-03", 1, "2024-05-04"),
        ("2025-04-25", 1, "2025-04-26"),
        ("2025-04-29", 1, "2025-05-05"),
        ("2026-04-24", 1, "2026-04-28"),  # Hùng Kings on a Sunday: the Monday in lieu
        ("2026-01-09", 1, "2026-01-10"),  # onto a worked Saturday
        ("2026-03-02", -1, "2026-02-27"),
        ("2026-02-23", -1, "2026-02-13"),
        ("2026-01-12", -1, "2026-01-10"),
        ("2026-03-02", 0, "2026-03-02"),
        ("2026-03-07", 0, "2026-03-09"),  # a period that ends on a day off runs to the next working day
        ("2026-02-14", 0, "2026-02-23"),
    ],
)
def test_counting_leaves_out_the_first_day_and_days_off(start: str, days: int, end: str) -> None:
    assert CALENDAR.shift(date.fromisoformat(start), days) == date.fromisoformat(end)


@pytest.mark.parametrize("days", [1, 7, 30, 250])
def test_counting_back_is_counting_forward_from_a_working_day(days: int) -> None:
    monday = date(2026, 3, 2)
    assert CALENDAR.shift(CALENDAR.shift(monday, days), -days) == monday


def test_days_off_between_leave_out_the_start_and_take_in_the_end() -> None:
    off = CALENDAR.days_off_between(date(2026, 2, 28), date(2026, 3, 8))
    assert off == (date(2026, 3, 1), date(2026, 3, 7), date(2026, 3, 8))
    assert CALENDAR.days_off_between(date(2026, 3, 8), date(2026, 3, 8)) == ()
    assert CALENDAR.days_off_between(date(2026, 3, 9), date(2026, 3, 8)) == ()


def decision(revision: int, *entries: tuple[str, DayKind]) -> CalendarDecision:
    return CalendarDecision(
        revision=revision,
        number=f"{revision}/QĐ-UBND",
        reason="thử",
        entries=tuple(CalendarEntry(day=date.fromisoformat(day), kind=kind, reason="thử") for day, kind in entries),
    )


def test_a_decision_overrides_library_and_week_and_a_later_one_an_earlier_one() -> None:
    days = [date(2027, 2, 4), date(2027, 3, 1)]
    second = decision(2, ("2027-02-04", DayKind.WORKING), ("2027-03-01", DayKind.DAY_OFF))
    third = decision(3, ("2027-02-04", DayKind.AS_USUAL))
    found = [
        [calendar.is_working_day(day) for day in days]
        for calendar in (CALENDAR, WorkCalendar((*SHIPPED, second)), WorkCalendar((third, second, *SHIPPED)))
    ]
    assert found == [[False, True], [True, False], [False, False]]


def test_the_version_names_decisions_and_library_and_is_the_same_only_for_the_same_days() -> None:
    off, worked = decision(1, ("2027-03-01", DayKind.DAY_OFF)), decision(1, ("2027-03-06", DayKind.WORKING))
    taken_back = decision(2, ("2027-03-01", DayKind.AS_USUAL))
    versions = [WorkCalendar(decisions).version for decisions in ((), (off,), (worked,), (off, taken_back))]
    assert len({*versions}) == len(versions)
    assert versions[0] == f"vn-0.e3b0c442+holidays-{version('holidays')}"
    assert WorkCalendar().version == CALENDAR.version == f"vn-1.ada19a44+holidays-{version('holidays')}"


def test_days_out_of_the_week_say_why_and_by_which_decision() -> None:
    days = {f"{one.day:%m-%d}": one for one in CALENDAR.out_of_the_week(2026)}
    assert [day for day, one in days.items() if not one.working] == OFF_ON_WEEKDAYS[2026].split()
    assert [day for day, one in days.items() if one.working] == WORKED_ON_WEEKENDS[2026].split()
    assert (days["01-02"].name, days["01-02"].decision) == ("nghỉ hoán đổi với 10/01/2026", SHIPPED[0].number)
    assert (days["02-17"].name, days["02-17"].decision) == ("Tết Nguyên Đán", None)


ALONE = WorkCalendar(())
"""The library without any decision."""


@pytest.mark.parametrize("year", OFF_ON_WEEKDAYS)
def test_the_shipped_decisions_are_exactly_what_the_library_lacks(year: int) -> None:
    differ = [f"{day:%m-%d}" for day in days_of(year) if ALONE.is_working_day(day) != CALENDAR.is_working_day(day)]
    assert differ == (["01-02", "01-10"] if year == 2026 else [])


days = st.dates(date(2010, 1, 1), date(2060, 1, 1))
counts = st.integers(1, 300)


@given(days, counts)
def test_counting_never_ends_on_a_day_off_and_counts_exactly_the_working_days(day: date, count: int) -> None:
    end = CALENDAR.shift(day, count)
    assert CALENDAR.is_working_day(end)
    assert (end - day).days - len(CALENDAR.days_off_between(day, end)) == count


@given(days, counts)
def test_from_a_working_day_there_and_back_is_the_same_day(day: date, count: int) -> None:
    start = CALENDAR.shift(day, 0)
    assert CALENDAR.shift(CALENDAR.shift(start, count), -count) == start
    assert CALENDAR.shift(CALENDAR.shift(start, -count), count) == start


@given(days, st.integers(0, 40), st.integers(-50, 50), st.integers(0, 5))
def test_a_later_start_or_more_days_never_end_earlier(day: date, later: int, count: int, more: int) -> None:
    end = CALENDAR.shift(day, count)
    if count:
        assert CALENDAR.shift(day + timedelta(days=later), count) >= end
    if count > 0:
        assert CALENDAR.shift(day, count + more) >= end


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2101, 1, 1), date.min, date.max])
def test_years_that_no_table_covers_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match=str(day.year)):
        CALENDAR.is_working_day(day)


@pytest.mark.parametrize("day", [date(2000, 1, 4), date(2100, 12, 31)])
def test_the_first_and_the_last_year_are_covered(day: date) -> None:
    assert CALENDAR.is_working_day(day)
