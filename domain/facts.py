"""What a decision may look at besides the directive itself; gathered before `decide` runs, so that it need not ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.assignment import Assignment
from domain.calendar import WorkCalendar
from domain.directory import Directory
from domain.files import UploadedFile
from domain.policy import Policy
from domain.state import DirectiveState

Uploads: TypeAlias = Mapping[str, UploadedFile]
"""Files by their SHA-256."""

NO_UPLOADS: Uploads = {}


@dataclass(frozen=True)
class Facts:
    """The directory, the policies in force (newest version of each code) and the calendar.

    `policy_versions` are all versions by their labels, for what must go on under the one it was decided under.
    `code` is the number that a directive gets if this decision issues it, like "2026/0123". `parent` is the directive above, if
    there is one: an accepted decision may add events to it. `uploads` has the file that the command names, if the sender has
    uploaded it. `assignments` are what the officers of the lead unit carry out and have carried out; gathered only where an
    officer is to be chosen.
    """

    directory: Directory
    policies: Mapping[str, Policy]
    calendar: WorkCalendar
    code: str = ""
    parent: DirectiveState | None = None
    assignments: tuple[Assignment, ...] = ()
    uploads: Uploads = field(default_factory=lambda: NO_UPLOADS)
    policy_versions: Mapping[str, Policy] = field(default_factory=dict)

    def policy_at(self, label: str) -> Policy | None:
        """The policy as it was at this version (code@version); the one in force where that version is not known."""
        return self.policy_versions.get(label) or self.policies.get(label.partition("@")[0])
