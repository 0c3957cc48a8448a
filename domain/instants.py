"""Instants are kept in UTC; the local zone appears only where people read or where a rule counts days."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def to_utc(moment: datetime) -> datetime:
    """`moment` in UTC; a moment without a zone is an error of the caller."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return moment.astimezone(UTC)


def rfc3339(moment: datetime) -> str:
    """UTC, six decimals, Z: the one spelling of an instant in stored bytes."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def instant_from(text: str) -> datetime:
    """The instant (UTC) of an RFC 3339 text. ValueError for any other: a day, no offset, Unix time, a year out of reach."""
    if not _RFC3339.fullmatch(text):
        raise ValueError("an instant is written as RFC 3339, with its offset")
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
        local(moment)
    except OverflowError:
        raise ValueError("the instant is out of reach") from None
    return moment


def local(moment: datetime) -> datetime:
    """`moment` on the wall clock in Việt Nam."""
    return moment.astimezone(LOCAL_ZONE)


def at_local(day: date, clock: time) -> datetime:
    """The instant (UTC) at which the wall clock in Việt Nam shows `clock` on `day`."""
    return datetime.combine(day, clock, LOCAL_ZONE).astimezone(UTC)


def end_of_day(day: date, closing: time | None) -> datetime:
    """The instant (UTC) at which `day` ends: at `closing`, or at 24:00 when that is None (Civil Code 2015, art. 148.5)."""
    return at_local(day + timedelta(days=1), time(0)) if closing is None else at_local(day, closing)


def last_day_of(moment: datetime) -> date:
    """The day that a deadline at `moment` ends: one at 24:00 belongs to the day before, not to the one that it begins."""
    return local(moment - timedelta(microseconds=1)).date()


def shown(moment: datetime) -> str:
    """`moment` as people here read it. Midnight is shown as 24:00 of the day that it ends: that is how deadlines are meant."""
    there = local(moment)
    if there.time() == time(0):
        return f"24:00 {there - timedelta(days=1):%d/%m/%Y}"
    return f"{there:%H:%M %d/%m/%Y}"
