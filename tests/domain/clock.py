"""The time of the tests: they start on a Monday morning in Việt Nam, and tell time in seconds from there."""

from datetime import UTC, datetime, timedelta, timezone

_VIETNAM = timezone(timedelta(hours=7))


def wall_clock(text: str) -> datetime:
    """The instant (UTC) at which clocks in Việt Nam show `text`, like "2026-03-02 09:00" or "2026-03-02 09:00:05"."""
    return datetime.fromisoformat(text).replace(tzinfo=_VIETNAM).astimezone(UTC)


START = wall_clock("2026-03-02 09:00")
"""When directives of the tests are issued unless said otherwise."""

Moment = datetime | float
"""An instant, or the number of seconds after START."""


def instant(at: Moment) -> datetime:
    """`at` as an instant."""
    return at if isinstance(at, datetime) else START + timedelta(seconds=at)
