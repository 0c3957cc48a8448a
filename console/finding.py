"""One thing that `dondoc doctor` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    state: str
    """ok, off (not configured or not started, which may be fine) or bad."""
    detail: str
    advice: str = ""
