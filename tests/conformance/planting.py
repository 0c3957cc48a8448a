"""What a deviation is made with: a list of all that are planted, and the hands to alter a history."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from audit.conformance.book import Rulebook
from audit.conformance.course import Entry, History
from domain import events as e
from domain.event_values import Plan, PlannedStep
from tests.conformance.stories import Told

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Planted:
    """An altered history, the rulebook to judge it by, and the positions of the events that show the deviation."""

    history: History
    book: Rulebook
    cited: frozenset[int]


Planter = Callable[[], Planted]
PLANTS: list[tuple[str, Planter]] = []
"""The code of the rule that is broken, and how."""


def breaks(code: str) -> Callable[[Planter], Planter]:
    def listed(planter: Planter) -> Planter:
        PLANTS.append((code, planter))
        return planter

    return listed


def planted(told: Told, history: History, cited: Iterable[Entry]) -> Planted:
    return Planted(history, told.book, frozenset(entry.position for entry in cited))


def issue(told: Told) -> Entry:
    return told.history.entries[0]


def plan_of(entry: Entry) -> Plan:
    data = entry.event.data
    assert isinstance(data, e.DirectiveIssued | e.DeadlineChanged | e.ExtensionGranted)
    return data.plan


def plan_with_step(entry: Entry, kind: str, **changes: object) -> Plan:
    """The plan of an event with the first step of a kind changed."""
    plan, done = plan_of(entry), False
    steps: list[PlannedStep] = []
    for step in plan.steps:
        change = step.kind == kind and not done
        done = done or change
        steps.append(step.model_copy(update=changes) if change else step)
    return plan.model_copy(update={"steps": tuple(steps)})
