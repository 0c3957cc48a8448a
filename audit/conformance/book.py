"""The rulebook: what was in force when. Policies, calendar and directory as they were known at a position of the record."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from audit.conformance.process import Process, normative
from domain.calendar import WorkCalendar
from domain.directory import Directory
from domain.instants import local
from domain.policy import Policy
from domain.validity import DatedDirectory


@dataclass(frozen=True)
class Windows:
    """How late what the system owes may be recorded, and how far apart the clocks of its processes may be."""

    step: timedelta = timedelta(hours=1)
    """A reminder, a missed deadline or an escalation, after it came due."""
    notice: timedelta = timedelta(hours=1)
    """The outcome of mail, after the event that it tells of."""
    clock: timedelta = timedelta(seconds=5)


DEFAULT_WINDOWS = Windows()


@dataclass(frozen=True)
class Adopted:
    """A version of a policy, in force for decisions at positions above `position` (0: from the beginning)."""

    policy: Policy
    position: int = 0


DirectoryAt = Callable[[int, date], Directory]
"""The directory of a day, as it was known at a position of the record."""


@dataclass(frozen=True)
class MailSpan:
    """The first and the last time that the record has an outcome of mail to a person: in between they had an address."""

    first: datetime
    last: datetime

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether mail to the person was under way from `start` to `end`."""
        return self.first <= start and end <= self.last


class Rulebook:
    """Everything that verdicts rest on besides the histories."""

    def __init__(
        self,
        policies: Iterable[Adopted],
        calendars: Sequence[tuple[int, WorkCalendar]],
        directory: DirectoryAt,
        as_of: datetime,
        *,
        mail: Mapping[str, MailSpan] | None = None,
        windows: Windows = DEFAULT_WINDOWS,
    ) -> None:
        """`calendars` has at least one, in the order of their decisions, each with the position of its decision.

        `as_of` is the instant up to which histories are read, `mail` the people that the record shows to have had mail.
        """
        self.as_of, self.windows = as_of, windows
        self.mail: Mapping[str, MailSpan] = mail or {}
        self._calendars, self._directory = calendars, directory
        self._by_version = {calendar.version: calendar for _, calendar in calendars}
        self._by_label: dict[str, Policy] = {}
        self._adopted: dict[str, list[Adopted]] = {}
        for adopted in sorted(policies, key=lambda one: one.policy.version):
            self._by_label[adopted.policy.label] = adopted.policy
            self._adopted.setdefault(adopted.policy.code, []).append(adopted)
        self._processes: dict[tuple[str, str], Process] = {}

    @classmethod
    def constant(
        cls,
        policies: Iterable[Policy],
        calendar: WorkCalendar,
        directory: DatedDirectory,
        as_of: datetime,
        *,
        mail: Mapping[str, MailSpan] | None = None,
        windows: Windows = DEFAULT_WINDOWS,
    ) -> "Rulebook":
        """For a record in which policies, calendar and directory never changed."""
        adopted = [Adopted(policy) for policy in policies]
        return cls(adopted, [(0, calendar)], lambda _, day: directory.on(day), as_of, mail=mail, windows=windows)

    def policy(self, label: str) -> Policy | None:
        """The policy at a version that an event names, like "thuong@1"."""
        return self._by_label.get(label)

    def in_force(self, code: str, position: int) -> Policy | None:
        """The version of a policy by which a decision at `position` was made."""
        found = [adopted.policy for adopted in self._adopted.get(code, ()) if adopted.position < position]
        return found[-1] if found else None

    def calendar_named(self, version: str) -> WorkCalendar | None:
        """The calendar of a version that an event names; None where another release of the holidays was behind it."""
        return self._by_version.get(version)

    def calendar_at(self, position: int) -> WorkCalendar:
        """The calendar by which a decision at `position` was made."""
        place = bisect_left(self._calendars, position, key=lambda one: one[0])
        return self._calendars[max(place - 1, 0)][1]

    def directory_on(self, position: int, moment: datetime) -> Directory:
        """The directory of the local day of `moment`, as it was known at `position`."""
        return self._directory(position, local(moment).date())

    def process(self, issued: str, pressing: str) -> Process | None:
        """The normative process of a directive issued under one version, with its deadline planned under another.

        None where one of the versions is not known.
        """
        key = issued, pressing
        policies = self.policy(issued), self.policy(pressing)
        if key not in self._processes and policies[0] is not None:
            self._processes[key] = normative(policies[0], pressing=policies[1])
        return self._processes.get(key) if None not in policies else None
