"""One simulated directive, what is planned to be done to it, and the world in which that happens."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from domain.calendar import WorkCalendar
from domain.facts import Facts
from domain.state import DirectiveState
from simulation.behaviour import Behaviour
from simulation.chances import Chances
from simulation.office import Office


class Act(Enum):
    """What somebody will do, or the clock."""

    ISSUE = auto()
    TAKE_ON = auto()
    ASSIGN = auto()
    PROGRESS = auto()
    COMMENT = auto()
    PART = auto()
    ASK_FOR_TIME = auto()
    DECIDE_ON_TIME = auto()
    FINISH = auto()
    APPROVE = auto()
    DECIDE_ON_RESULT = auto()
    SETTLE_DECLINE = auto()
    SUSPEND = auto()
    RESUME = auto()
    REASSIGN = auto()
    WITHDRAW = auto()
    DELEGATE = auto()
    TICK = auto()


@dataclass(frozen=True)
class Planned:
    """An act at its instant. `unit` is the coordinating unit whose part it is."""

    at: datetime
    act: Act
    unit: str = ""


class Case:
    """A directive on its way. `state` is None until it is issued."""

    def __init__(self, directive_id: UUID, chances: Chances) -> None:
        self.directive_id = directive_id
        self.chances = chances
        self.state: DirectiveState | None = None
        self.commands = 0
        """How many were given, for their ids."""
        self.children = 0
        self.began_at: datetime | None = None
        self.finish_at: datetime | None = None
        """When the result will be reported as things stand; what hastens or delays the work moves it."""
        self.progress_at: datetime | None = None
        self.tick_at: datetime | None = None
        self.awaits_wards = False


@dataclass(frozen=True)
class World:
    """What is the same for all directives of a simulation."""

    seed: int
    behaviour: Behaviour
    facts: Facts
    office: Office

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar that plans and people go by."""
        return self.facts.calendar
