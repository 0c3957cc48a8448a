"""Addresses that are secrets: what may be written of them into a log."""

CALENDAR = "/calendar/"


def loggable(path: str) -> str:
    """The path of a request as a log may hold it: whoever reads the log could otherwise open what it names."""
    return f"{CALENDAR}…" if path.startswith(CALENDAR) else path
