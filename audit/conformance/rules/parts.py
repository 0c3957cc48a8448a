"""Results of coordinating units: late on their own account, recomputed from the instants."""

from collections.abc import Iterator
from datetime import datetime

from audit.conformance.book import Rulebook
from audit.conformance.course import Course, Standing
from audit.conformance.finding import Finding, judged
from domain.events import DirectiveDeclined, DirectiveSuspended, PartResultReported, UnitsSucceeded


def part_late(course: Course, book: Rulebook) -> Iterator[Finding]:
    """The first report of a part is late when it came at or after the deadline, unless the clock stood; later ones correct it."""
    first: dict[str, bool] = {}
    for turn in course.of(PartResultReported, UnitsSucceeded):
        data, before, at = turn.entry.event.data, turn.before, turn.entry.event.occurred_at
        if isinstance(data, UnitsSucceeded):
            first = _carried(first, data)
        elif isinstance(data, PartResultReported):
            close = before.due_at is not None and before.due_at <= at < before.due_at + book.windows.clock
            late = first.get(data.unit)
            if late is None:
                late = data.late if close else _late(before, at)
            first[data.unit] = data.late
            yield judged(
                data.late is late,
                f"phần việc của {data.unit} ghi sai tình trạng hạn",
                f"the part of {data.unit} is told with the wrong timeliness",
                before.planned,
                turn.entry,
                policy=before.plan.policy_version,
            )


def _late(standing: Standing, at: datetime) -> bool:
    due_at, stop = standing.due_at, standing.stop
    if due_at is None or at < due_at:
        return False
    if stop is None:
        return True
    data = stop.event.data
    stands = isinstance(data, DirectiveSuspended | DirectiveDeclined) and data.moves_deadline
    return not stands or stop.event.occurred_at >= due_at


def _carried(first: dict[str, bool], data: UnitsSucceeded) -> dict[str, bool]:
    """What was reported under an ended unit stands under its heir; of two that became one, late if either was."""
    heirs = {one.from_unit: one.to_unit for one in data.succeeded if one.to_unit in data.coordinating_units}
    carried: dict[str, bool] = {}
    for unit, late in first.items():
        heir = heirs.get(unit, unit)
        carried[heir] = carried.get(heir, False) or late
    return carried
