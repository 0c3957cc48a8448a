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
    Standing,
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
    "Standing",
    "StartDirective",
    "StartOccurrence",
    "notify_queue",
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
