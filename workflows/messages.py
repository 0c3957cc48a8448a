"""What passes between clients and workflows. These shapes are in Temporal histories: add fields with defaults."""

from datetime import timedelta
from uuid import UUID

from activities.messages import (
    CommandAnswer,
    IssueMany,
    IssueManyAnswer,
    IssueRefusal,
    NotifyRequest,
    Recorded,
    ReprojectionOutlook,
    Standing,
    SuccessionPage,
    SuccessionQuery,
    SuccessionTask,
    TouchedPage,
    TouchedQuery,
)
from domain.model import Value

__all__ = [
    "TASK_TIMEOUT",
    "CommandAnswer",
    "IssueMany",
    "IssueManyAnswer",
    "IssueRefusal",
    "NotifyRequest",
    "Recorded",
    "ReprojectionOutlook",
    "ReprojectionProgress",
    "Standing",
    "StartDirective",
    "StartOccurrence",
    "StartReprojection",
    "StartSuccession",
    "SuccessionPage",
    "SuccessionProgress",
    "SuccessionQuery",
    "SuccessionTask",
    "TouchedPage",
    "TouchedQuery",
    "checkpoint_after_id",
    "checkpoint_workflow_id",
    "notify_queue",
    "reprojection_workflow_id",
    "succession_workflow_id",
    "workflow_id",
]


TASK_TIMEOUT = timedelta(seconds=5)
"""How long a workflow task may hang with a killed worker before another worker gets it."""


def notify_queue(queue: str) -> str:
    """The task queue of outside notices beside the queue of directives, so that slow mail never holds up a command."""
    return f"{queue}-notify"


def workflow_id(directive_id: UUID) -> str:
    """The id of the workflow that runs a directive."""
    return f"directive-{directive_id}"


def reprojection_workflow_id(queue: str) -> str:
    """The id of the workflow that brings calendar decisions to the open directives of a task queue: one at a time."""
    return f"reprojection-{queue}"


def succession_workflow_id(queue: str) -> str:
    """The id of the one succession of a record; every record has a task queue of its own."""
    return f"succession-{queue}"


def checkpoint_workflow_id(queue: str) -> str:
    """The id of the schedule that has checkpoints made of the record of a task queue; those of its workflows begin with it."""
    return f"checkpoint-{queue}"


def checkpoint_after_id(queue: str, after: int) -> str:
    """The id of the workflow that makes the checkpoint that follows the one of `after` events, when events call for it."""
    return f"checkpoint-{queue}-after-{after}"


class StartOccurrence(Value):
    """Issues the occurrence of a recurrence's period; without one, of the period that its schedule has reached."""

    recurrence_id: UUID
    period: str | None = None


class StartDirective(Value):
    """Starts, restarts or continues the workflow of a directive."""

    directive_id: UUID
    resume: bool = True
    """Ask the record at once. False only when the command that issues the directive comes with the start."""
    standing: Standing | None = None
    effects: tuple[NotifyRequest, ...] = ()
    """Notices to start with: those under way when the previous run was continued, or called for by issuing many."""
    continue_after: int = 4000
    """History events after which the run is continued as a new one; Temporal's own limit is 51,200, ours 10,240."""


class ReprojectionProgress(Value):
    """How far a re-projection is: open directives, those looked at, and those for which something moved."""

    total: int = 0
    done: int = 0
    changed: int = 0
    failed: int = 0
    """Those that a defect kept from being looked at."""
    revision: int = 0
    """The revision of the calendar that is brought to them; 0 until that is known."""


class StartReprojection(Value):
    """Starts or continues bringing the calendar to open directives."""

    page: int = 200
    """Open directives looked at together."""
    continue_after: int = 2000
    """History events after which the run is continued as a new one, at the end of a page."""
    outlook: ReprojectionOutlook | None = None
    above: UUID = UUID(int=0)
    progress: ReprojectionProgress | None = None


class SuccessionProgress(Value):
    """How many directives followed their units to the successors, and with how many it failed."""

    followed: int = 0
    failed: int = 0


class StartSuccession(Value):
    """Starts or continues the succession: which open directives come next, and how many at a time."""

    above: UUID = UUID(int=0)
    page: int = 200
    progress: SuccessionProgress = SuccessionProgress()
    continue_after: int = 4000
    """History events after which the run is continued as a new one."""
