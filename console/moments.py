"""Instants as they are written on the command line."""

from datetime import UTC, datetime

from console.common import USAGE, fail
from domain.instants import LOCAL_ZONE


def moment_of(text: str) -> datetime:
    """The instant in UTC; without a zone it is on the clock of Việt Nam. Ends with 2 for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        fail(USAGE, f"Không hiểu thời điểm {text}. · Not an instant: {text}. Ví dụ · like: 2026-11-20T08:00:00+07:00")
