"""The rules of another day: policies by their versions, and the calendar as an event names it, built again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from domain.calendar import CalendarDecision, WorkCalendar
from domain.policy import Policy

_CALENDAR = re.compile(r"vn-(\d{1,9})\.[0-9a-f]{8}\+holidays-.+", re.ASCII)


@dataclass(frozen=True)
class RebuiltCalendar:
    """The calendar that an event names as `version`, as far as it can be built today."""

    version: str
    calendar: WorkCalendar

    @property
    def exact(self) -> bool:
        """Whether it is the very same. If not, the library of holidays, or what was decided, is another one now."""
        return self.calendar.version == self.version


@dataclass(frozen=True)
class Rules:
    """All versions of the policies, those in force today, and the calendar with all its decisions."""

    policy_versions: Mapping[str, Policy]
    """By label (code@version)."""
    policies: Mapping[str, Policy]
    """By code, the newest version of each."""
    calendar: WorkCalendar

    def policy_then(self, label: str) -> Policy | None:
        """The policy at the version that an event names; None if the record does not hold that version."""
        return self.policy_versions.get(label)

    def policy_today(self, label: str) -> Policy | None:
        """The version of the same policy that is in force now."""
        return self.policies.get(label.partition("@")[0])

    def calendar_then(self, version: str) -> RebuiltCalendar | None:
        """The calendar with the decisions up to the revision that a version names; None if it names none.

        Decisions are kept, but the `holidays` library is the one of this program: a new release of it may answer
        otherwise about old years, and then the version that comes out is not the one that was named.
        """
        named = _CALENDAR.fullmatch(version)
        if named is None:
            return None
        revision = int(named[1])
        decisions = (one for one in self.calendar.decisions if one.revision <= revision)
        return RebuiltCalendar(version, _built(tuple(decisions)))


@lru_cache(maxsize=32)
def _built(decisions: tuple[CalendarDecision, ...]) -> WorkCalendar:
    # A calendar remembers the days that it was asked for, and neighbouring deadlines ask for the same.
    return WorkCalendar(decisions)
