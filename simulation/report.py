"""What a simulation tells: the official totals, lateness, how often was pressed, and the load of each unit."""

from domain.model import Value
from domain.state import StatusCell
from simulation.tally import Tally

DAY_SECONDS = 86_400
COMPLETED = (StatusCell.COMPLETED_IN_TIME, StatusCell.COMPLETED_OVERDUE, StatusCell.COMPLETED_NO_DEADLINE)


class UnitLoad(Value):
    """What one unit had to lead, as of the end. A reassigned directive counts for the unit that leads last."""

    unit: str
    directives: int
    sub_directives: int
    open: int
    late: int
    reminders: int


class Report(Value):
    """One simulated period under one set of policies. Shares are percent with one decimal; None where nothing counts."""

    policies: str
    """The name of the set."""
    issued: int
    """Directives, sub-directives among them: the sum of the six cells and the withdrawn."""
    sub_directives: int
    cells: dict[StatusCell, int]
    completion_rate: float | None
    """Completed of completed and open overdue, over those due in the period."""
    share_in_time: float | None
    """Completed in time of all completed, over those due in the period."""
    update_rate: float | None
    """Of the open directives those with a progress report in the period."""
    late: int
    mean_days_late: float | None
    """Of the late ones, from the deadline to the report or, if open, to the end of the period; calendar days."""
    reminders: int
    escalations: dict[int, int]
    """By level."""
    progress_reports: int
    extensions_asked: int
    extensions_granted: int
    rework: int
    declined: int
    reassigned: int
    suspended: int
    parts: int
    parts_late: int
    """Coordinating units that reported their part late."""
    events: int
    refused: dict[str, int]
    """Commands that the rules refused, by code: people try what is not possible."""
    units: tuple[UnitLoad, ...]
    """The most loaded first."""


def report_of(tally: Tally, policies: str) -> Report:
    """The report of what was added up."""
    counts, due = tally.counts, tally.due_cells
    completed = sum(due[cell] for cell in COMPLETED)
    units = [
        UnitLoad(
            unit=code,
            directives=load["directives"],
            sub_directives=load["sub_directives"],
            open=load["open"],
            late=load["late"],
            reminders=load["reminders"],
        )
        for code, load in tally.units.items()
    ]
    return Report(
        policies=policies,
        issued=counts["directives"] + counts["sub_directives"],
        sub_directives=counts["sub_directives"],
        cells={cell: tally.cells[cell] for cell in StatusCell},
        completion_rate=_percent(completed, completed + due[StatusCell.OPEN_OVERDUE]),
        share_in_time=_percent(due[StatusCell.COMPLETED_IN_TIME], completed),
        update_rate=_percent(counts["open_with_progress"], counts["open"]),
        late=counts["late"],
        mean_days_late=round(counts["late_seconds"] / DAY_SECONDS / counts["late"], 2) if counts["late"] else None,
        reminders=counts["reminders"],
        escalations={level: tally.escalations[level] for level in sorted(tally.escalations)},
        progress_reports=counts["progress_reports"],
        extensions_asked=counts["extensions_asked"],
        extensions_granted=counts["extensions_granted"],
        rework=counts["rework"],
        declined=counts["declined"],
        reassigned=counts["reassigned"],
        suspended=counts["suspended"],
        parts=counts["parts"],
        parts_late=counts["parts_late"],
        events=counts["events"],
        refused=dict(sorted(tally.refused.items())),
        units=tuple(sorted(units, key=lambda u: (-u.directives - u.sub_directives, u.unit))),
    )


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
