"""Periods: each day lies in exactly one, they follow each other without a gap, and their names lead back to them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.period import FORMS, Every, Period, periods

days = st.dates(date(2000, 1, 3), date(2099, 12, 20))
lengths = st.sampled_from(Every)


@given(days, lengths)
def test_a_day_lies_in_its_period_and_the_next_begins_the_day_after_its_last(day: date, every: Every) -> None:
    period = Period.of(day, every)
    assert period.first <= day <= period.last
    assert period.next.first == period.last + timedelta(days=1)
    assert Period.of(period.last, every) == period
    assert period < period.next


@given(days, lengths)
def test_a_name_leads_back_to_its_period(day: date, every: Every) -> None:
    period = Period.of(day, every)
    assert Period.parse(str(period), every) == period


@given(days)
def test_weeks_are_those_of_iso_8601(day: date) -> None:
    period = Period.of(day, Every.WEEK)
    year, week, _ = day.isocalendar()
    assert str(period) == f"{year}-W{week:02}"
    assert (period.first.isoweekday(), period.last.isoweekday()) == (1, 7)


@pytest.mark.parametrize(
    ("text", "every", "first", "last"),
    [
        ("2026-W53", Every.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        ("2025-W01", Every.WEEK, date(2024, 12, 30), date(2025, 1, 5)),
        ("2024-02", Every.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-02", Every.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-12", Every.MONTH, date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q4", Every.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", Every.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_where_periods_begin_and_end(text: str, every: Every, first: date, last: date) -> None:
    period = Period.parse(text, every)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "text", [*FORMS.values(), "2026-13", "2026-00", "2026-1", "2025-W53", "2026-Q5", "1999", "2100", "x", ""]
)
@pytest.mark.parametrize("every", Every)
def test_other_texts_are_no_periods(text: str, every: Every) -> None:
    if text == FORMS[every]:
        assert str(Period.parse(text, every)) == text
        return
    with pytest.raises(ValueError, match=r"."):
        Period.parse(text, every)


def test_words_are_written_as_documents_write_them() -> None:
    assert Period.parse("2026-02", Every.MONTH).words == {
        "year": "2026",
        "from": "01/02/2026",
        "to": "28/02/2026",
        "quarter": "I",
        "month": "02",
    }
    assert Period.parse("2027-W01", Every.WEEK).words["from"] == "04/01/2027"
    assert Period.of(date(2027, 1, 1), Every.WEEK).words == {
        "year": "2026",
        "week": "53",
        "from": "28/12/2026",
        "to": "03/01/2027",
    }
    assert [Period.parse(f"2026-Q{n}", Every.QUARTER).words["quarter"] for n in range(1, 5)] == ["I", "II", "III", "IV"]


@given(days, lengths, st.integers(0, 30))
def test_a_range_holds_every_period_once(day: date, every: Every, count: int) -> None:
    last = first = Period.of(day, every)
    for _ in range(count):
        last = last.next
    found = list(periods(first, last))
    assert len(found) == count + 1
    assert all(one.next == two for one, two in pairwise(found))
    assert list(periods(last.next, last)) == []
