"""What became of each planned step: whether it came due while the unit was at work, since when it was owed, what took it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from audit.conformance.book import Rulebook
from audit.conformance.course import Course, Entry, Turn
from domain.event_values import PlannedStep
from domain.events import DeadlineMissed, Escalated, ReminderDue

Said: TypeAlias = ReminderDue | DeadlineMissed | Escalated
"""What is recorded when a step has come due."""


@dataclass
class Fate:
    """A planned step on its way."""

    step: PlannedStep
    planned: Entry
    """The event that planned it."""
    policy: str
    ahead_since: datetime
    """When its plan came to hold."""
    owed_since: datetime | None = None
    """Since when it ought to have been recorded; None if it never came due while the unit was at work."""
    overtaken: Entry | None = None
    """The first event that came although the step was owed."""
    taken: Entry | None = None
    dropped: bool = False
    """Whether it went out of force untaken: by another plan, another phase, or the end."""


@dataclass(frozen=True)
class Taking:
    """An event that says that a step came due, with the step if one of that name was ahead."""

    turn: Turn
    said: Said
    fate: Fate | None


@dataclass(frozen=True)
class Steps:
    """All of a course."""

    fates: tuple[Fate, ...]
    takings: tuple[Taking, ...]


@lru_cache(maxsize=4)  # several rules ask one after another for the same course
def steps_of(course: Course, book: Rulebook) -> Steps:
    """Follow every planned step through the course, up to the instant to which the record is read.

    The unit is at work in the phases issued and in_progress. What comes due elsewhere presses nobody, but a deadline that
    passed stays to be told once the unit is at work again.
    """
    return _Reader(course, book).read()


class _Reader:
    def __init__(self, course: Course, book: Rulebook) -> None:
        self._course, self._book = course, book
        self._fates: list[Fate] = []
        self._takings: list[Taking] = []
        self._pending: Mapping[str, Fate] = {}
        self._at_work_since = course.turns[0].entry.moment

    def read(self) -> Steps:
        for turn in self._course.turns:
            # What one command leads to happens at once: a plan that follows on a resumption holds from its end on.
            moment = (turn.first or turn).entry.moment
            if turn.before.running:
                self._owe(moment, turn.entry)
            self._take(turn)
            self._move(turn, moment)
        if self._course.end.running:
            self._owe(self._book.as_of, None)
        return Steps(tuple(self._fates), tuple(self._takings))

    def _owe(self, moment: datetime, by: Entry | None) -> None:
        """What has come due by `moment`, clocks being as they are, is owed."""
        for fate in self._pending.values():
            due = max(fate.step.due_at, fate.ahead_since, self._at_work_since)
            if fate.owed_since is None and due + self._book.windows.clock < moment:
                fate.owed_since, fate.overtaken = due, by

    def _take(self, turn: Turn) -> None:
        data = turn.entry.event.data
        if not isinstance(data, ReminderDue | DeadlineMissed | Escalated):
            return
        fate = self._pending.get(data.step)
        self._takings.append(Taking(turn, data, fate))
        if fate is not None:
            fate.taken = turn.entry
            fate.owed_since = fate.owed_since or max(fate.step.due_at, fate.ahead_since, self._at_work_since)
            self._keep({key: one for key, one in self._pending.items() if key != data.step})

    def _move(self, turn: Turn, moment: datetime) -> None:
        before, after = turn.before, turn.after
        if after.closed:
            self._keep({})
        elif after.planned is not before.planned or turn is self._course.turns[0]:
            label = after.plan.policy_version
            fresh = [Fate(step, turn.entry, label, moment) for step in after.plan.steps]
            self._fates += fresh
            self._keep({fate.step.key: fate for fate in fresh})
        elif after.running and not before.running:
            self._at_work_since = moment
            ahead = (one for one in self._pending.values() if one.step.kind == "deadline" or one.step.due_at > moment)
            self._keep({fate.step.key: fate for fate in ahead})

    def _keep(self, pending: Mapping[str, Fate]) -> None:
        for key, fate in self._pending.items():
            fate.dropped = fate.dropped or (fate.taken is None and pending.get(key) is not fate)
        self._pending = pending
