"""The question for a moment of the past, as it stands in an address: read, checked, and written into further addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from api.pages.audit.days import clock_in, day_in
from audit.replay.clocks import Clocks
from audit.replay.one import clocks_for
from domain.instants import at_local, end_of_day, local
from domain.wording import Language

FIELDS = ("day", "time", "known", "known_day", "known_time", "unit", "compare")

_NO_DAY = ("Không phải một ngày.", "Not a day.")
_NO_TIME = ("Không phải giờ trong ngày.", "Not a time of day.")
_AHEAD = ("Thời điểm này chưa đến.", "This is still to come.")


@dataclass(frozen=True)
class Moment:
    """What is asked for, and what is wrong with it by the names of the inputs; `at` is None as long as nothing is asked."""

    values: Mapping[str, str]
    at: datetime | None
    known: datetime | Literal["now"] | None
    faults: Mapping[str, str]

    @property
    def unit(self) -> str | None:
        """The lead unit of that day."""
        return self.values["unit"] or None

    @property
    def compared(self) -> bool:
        """Whether what was known then is to be held against what is known now."""
        return bool(self.values["compare"]) and self.known != "now"

    def clocks(self, now: datetime) -> Clocks:
        """The two clocks."""
        return clocks_for(self.at, now if self.known == "now" else self.known, now)

    def address(self, **changes: str) -> str:
        """The address of this moment, with other values for some fields; one that is given empty is left out."""
        kept = {**self.values, "compare": "", **changes}
        return f"/audit/state?{urlencode({name: text for name, text in kept.items() if text})}"


def moment_of(given: Mapping[str, str], now: datetime, language: Language) -> Moment:
    """The moment that these fields ask for. Without a time it is the end of the day, or now if that is today.

    Where it comes to now, that is written into `time`, so that further addresses are of the same moment.
    """
    values = {name: given.get(name, "").strip() for name in FIELDS}
    faults: dict[str, tuple[str, str]] = {}
    at = _instant(values, "day", "time", now, faults) if values["day"] else None
    known: datetime | Literal["now"] | None = None
    if values["known"] == "now":
        known = "now"
    elif values["known"] == "at":
        known = _instant(values, "known_day", "known_time", now, faults)
    else:
        values["known_day"] = values["known_time"] = ""
    told = {
        name: text
        for name, (vietnamese, english) in faults.items()
        for text in [english if language == "en" else vietnamese]
    }
    return Moment(values, at, known, told)


def _instant(
    values: dict[str, str], day_name: str, time_name: str, now: datetime, faults: dict[str, tuple[str, str]]
) -> datetime | None:
    day, clock = day_in(values[day_name]), clock_in(values[time_name])
    if day is None:
        faults[day_name] = _NO_DAY
    if clock is None and values[time_name]:
        faults[time_name] = _NO_TIME
    if day is None or time_name in faults:
        return None
    if clock is not None:
        at = at_local(day, clock)
    elif day == local(now).date():
        at = now.replace(microsecond=0)
        values[time_name] = f"{local(at):%H:%M:%S}"
    else:
        at = end_of_day(day, None)
    if at > now:
        faults[time_name if clock is not None and day == local(now).date() else day_name] = _AHEAD
    return at
