"""What a decision may look at besides the directive itself; gathered before `decide` runs, so that it need not ask."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.assignment import Assignment
from domain.calendar import WorkCalendar
from domain.directory import Directory
from domain.policy import Policy
from domain.state import DirectiveState


@dataclass(frozen=True)
class Facts:
    """The directory, the policies in force (newest version of each code) and the calendar.

    `code` is the number that a directive gets if this decision issues it, like "2026/0123". `parent` is the directive above, if
    there is one: an accepted decision may add events to it. `assignments` are what the officers of the lead unit carry out and
    have carried out; gathered only where an officer is to be chosen.
    """

    directory: Directory
    policies: Mapping[str, Policy]
    calendar: WorkCalendar
    code: str = ""
    parent: DirectiveState | None = None
    assignments: tuple[Assignment, ...] = ()
