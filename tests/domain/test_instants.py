"""Instants are UTC inside, and the wall clock of Việt Nam where a rule counts days."""

from datetime import UTC, date, datetime, time

import pytest

from domain.instants import at_local, end_of_day, local, rfc3339, to_utc
from tests.domain.clock import START, wall_clock


def test_equal_moments_are_written_alike() -> None:
    assert rfc3339(START) == rfc3339(local(START)) == "2026-03-02T02:00:00.000000Z"
    assert rfc3339(wall_clock("2026-03-02 09:00:00.000001")) == "2026-03-02T02:00:00.000001Z"


def test_a_moment_without_a_zone_is_an_error() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 -- the point of the test
    with pytest.raises(ValueError, match="zone"):
        to_utc(naive)


def test_moments_become_utc() -> None:
    assert (to_utc(local(START)), to_utc(local(START)).tzinfo) == (START, UTC)


def test_the_wall_clock_is_seven_hours_ahead() -> None:
    assert at_local(date(2026, 3, 2), time(9)) == START
    assert local(START).isoformat() == "2026-03-02T09:00:00+07:00"


@pytest.mark.parametrize(
    ("closing", "end"),
    [(None, "2026-03-03 00:00"), (time(17), "2026-03-02 17:00"), (time(0), "2026-03-02 00:00")],
)
def test_a_day_ends_at_midnight_or_when_the_office_closes(closing: time | None, end: str) -> None:
    assert end_of_day(date(2026, 3, 2), closing) == wall_clock(end)
