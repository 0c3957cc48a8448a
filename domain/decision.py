"""The answer of a decider: what happened and who did it, or a refusal."""

from dataclasses import dataclass

from domain.events import Actor, EventData
from domain.refusals import Refusal


@dataclass(frozen=True)
class Decided:
    """The command is accepted. No events means that there was nothing (left) to do."""

    actor: Actor
    events: tuple[EventData, ...]


Decision = Decided | Refusal
