"""The answer of a decider: what happened and who did it, or a refusal."""

from dataclasses import dataclass
from uuid import UUID

from domain.event_values import Actor
from domain.events import EventData
from domain.refusals import Refusal
from domain.state import DirectiveState


@dataclass(frozen=True)
class Elsewhere:
    """What a decision does to another directive, in the same transaction. `state` is None when it issues that one."""

    directive_id: UUID
    command_id: UUID
    """The id under which this part of the decision is recorded; derived from the command's."""
    state: DirectiveState | None
    events: tuple[EventData, ...]


@dataclass(frozen=True)
class Decided:
    """The command is accepted. No events means that there was nothing (left) to do."""

    actor: Actor
    events: tuple[EventData, ...]
    elsewhere: tuple[Elsewhere, ...] = ()


Decision = Decided | Refusal
