"""Days, months and times of day as browsers send them, or as people type them where a browser has no input for them."""

import re
from datetime import date, time

_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})|(?P<month_first>\d{1,2})/(?P<year_last>\d{4})", re.ASCII)
_CLOCK = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)


def day_in(text: str) -> date | None:
    """2026-10-31 as a day; None for anything else, and for years that no record is of."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and 1900 < found.year < 9000 else None


def month_in(text: str) -> date | None:
    """2026-10 or 10/2026 as the first day of that month; None for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year, month = found["year"] or found["year_last"], found["month"] or found["month_first"]
    return day_in(f"{year}-{int(month):02d}-01")


def clock_in(text: str) -> time | None:
    """08:30 or 08:30:15; None for anything else."""
    try:
        return time.fromisoformat(text) if _CLOCK.fullmatch(text) else None
    except ValueError:
        return None
