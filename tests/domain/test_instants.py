"""Instants are UTC inside, and the wall clock of Việt Nam where a rule counts days."""

from datetime import UTC, date, datetime, time

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.instants import at_local, end_of_day, local, rfc3339, to_utc
from domain.model import Instant
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


INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


@pytest.mark.parametrize(
    "written",
    [
        *("2026-03-02T02:00:00.000001Z", "2026-03-02T02:00:00.000001+00:00", "2026-03-02T09:00:00.000001+07:00"),
        *("2026-03-02 02:00:00.000001Z", "2026-03-02t02:00:00.000001z"),
    ],
)
def test_an_instant_is_read_the_same_however_it_is_written(written: str) -> None:
    for read in (INSTANT.validate_python(written), INSTANT.validate_json(f'"{written}"')):
        assert read == datetime(2026, 3, 2, 2, 0, 0, 1, UTC)
        assert read.tzinfo is UTC
        assert INSTANT.validate_python(read) is read


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        *((f"2026-{day}T00:00:00.000000Z", "datetime_from_date_parsing") for day in ("02-30", "13-01", "00-10")),
        *(
            (f"2026-03-02T{hour}.000000Z", "datetime_from_date_parsing")
            for hour in ("24:00:00", "23:60:00", "23:59:60")
        ),
        *((f"{year}-03-02T02:00:00.000000Z", "instant_range") for year in (1999, 2201)),
        *((text, "instant_format") for text in ("1772416800", "2026-W10-1T02:00:00.000000Z", "2026-03-02", "")),
        ("2026-03-02T02:00:00.000000", "timezone_aware"),
        (1772416800, "instant_format"),
    ],
)
def test_what_is_no_instant_is_refused_with_its_reason(written: object, kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        INSTANT.validate_python(written)
    assert [error["type"] for error in refused.value.errors()] == [kind]
