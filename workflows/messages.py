"""What passes between clients, workflows and activities. These shapes are in Temporal histories: add fields with defaults."""

from typing import Literal
from uuid import UUID

from domain.commands import CommandEnvelope
from domain.model import Instant, Value
from domain.refusals import Refusal
from domain.state import CLOSED_PHASES, DirectiveState, Phase

def notify_queue(queue: str) -> str:
    """The task queue of outside notices beside the queue of directives, so that slow mail never holds up a command."""
    return f"{queue}-notify"


def workflow_id(directive_id: UUID) -> str:
    """The id of the workflow that runs a directive."""
    return f"directive-{directive_id}"


class Standing(Value):
    """What a workflow must know of its directive to wait rightly: how far it is, and when it next has to wake.

    It comes with every answer of the record, so a workflow never computes it and no rule can change under a replay.
    """

    version: int
    phase: Phase
    next_wakeup_at: Instant | None = None

    @property
    def closed(self) -> bool:
        """Whether the directive has ended."""
        return self.phase in CLOSED_PHASES

    @classmethod
    def of(cls, state: DirectiveState) -> "Standing":
        """The standing of a folded state."""
        return cls(version=state.version, phase=state.phase, next_wakeup_at=state.next_wakeup_at)


class NotifyRequest(Value):
    """Send the notices of these events of a directive over an outside channel."""

    directive_id: UUID
    first_version: int
    last_version: int
    channel: Literal["email"]


class Recorded(Value):
    """The record's answer to a command."""

    refusal: Refusal | None = None
    version: int = 0
    """The version that the command led to; for a repeat, the one that its first time led to."""
    position: int = 0
    """The global position of the command's last event; 0 when it appended none."""
    standing: Standing | None = None
    """Where the directive stands now; None if there is no such directive."""
    effects: tuple[NotifyRequest, ...] = ()


class CommandAnswer(Value):
    """What a client gets back."""

    refusal: Refusal | None = None
    version: int = 0
    position: int = 0


class StartDirective(Value):
    """Starts, restarts or continues the workflow of a directive."""

    directive_id: UUID
    resume: bool = True
    """Ask the record at once. False only when the command that issues the directive comes with the start."""
    standing: Standing | None = None
    effects: tuple[NotifyRequest, ...] = ()
    """Notices under way when the previous run was continued."""
    continue_after: int = 4000
    """History events after which the run is continued as a new one; Temporal's own limit is 51,200, ours 10,240."""


class IssueMany(Value):
    """Issue several directives of one source document, all or none."""

    envelopes: tuple[CommandEnvelope, ...]


class IssueRefusal(Value):
    """Why one of several directives cannot be issued; `index` counts from 0."""

    index: int
    refusal: Refusal


class IssueManyAnswer(Value):
    """Either every directive is issued, in the order asked, or none is, with every reason."""

    refusals: tuple[IssueRefusal, ...] = ()
    answers: tuple[CommandAnswer, ...] = ()
