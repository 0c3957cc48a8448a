"""What activities take and give. These shapes are in Temporal histories: add fields with defaults, never change one."""

from typing import Literal
from uuid import UUID

from domain.commands import CommandEnvelope
from domain.model import Instant, Value
from domain.refusals import Refusal
from domain.state import CLOSED_PHASES, DirectiveState, Phase


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


class StartBelow(Value):
    """A directive that a command issued below another: it gets a workflow of its own, with its first notices."""

    directive_id: UUID
    effects: tuple[NotifyRequest, ...] = ()


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
    starts: tuple[StartBelow, ...] = ()


class CommandAnswer(Value):
    """What a client gets back."""

    refusal: Refusal | None = None
    version: int = 0
    position: int = 0


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
    effects: tuple[NotifyRequest, ...] = ()
    """The notices that the directives' own workflows are to start."""


class ReprojectionOutlook(Value):
    """What is to be brought to open directives: the decisions on the calendar after `after`, up to `revision`."""

    after: int
    revision: int
    open_directives: int = 0

    @property
    def behind(self) -> bool:
        """Whether there is anything to bring."""
        return self.after < self.revision


class TouchedQuery(Value):
    """Ask for the open directives above an id that decisions touch; `limit` of the open ones are looked at."""

    after: int
    revision: int
    above: UUID
    limit: int


class TouchedPage(Value):
    """The open directives of a page that are touched, how many were looked at, and the last id; None at the end."""

    touched: tuple[UUID, ...] = ()
    looked_at: int = 0
    last: UUID | None = None


class SuccessionQuery(Value):
    """The next open directives, in order of their ids, after `above`."""

    above: UUID = UUID(int=0)
    limit: int = 200


class SuccessionTask(Value):
    """A directive that has to follow a unit to its successor, at this version."""

    directive_id: UUID
    version: int


class SuccessionPage(Value):
    """Those of a page that have to follow; the id after which the next page begins, None after the last."""

    tasks: tuple[SuccessionTask, ...] = ()
    last: UUID | None = None
