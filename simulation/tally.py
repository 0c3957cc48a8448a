"""What a simulation adds up while it runs: whole numbers only, so that parts computed apart make the same whole."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain import events as e
from domain.refusals import Refusal
from domain.state import DirectiveState, Phase, StatusCell
from storage.store import Commit

SECOND = timedelta(seconds=1)


class Tally:
    """Counts over the directives of a period, from `start` to `end`."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self.counts: Counter[str] = Counter()
        self.cells: Counter[str] = Counter()
        self.due_cells: Counter[str] = Counter()
        """The cells of those due in the period."""
        self.escalations: Counter[int] = Counter()
        """By level."""
        self.units: dict[str, Counter[str]] = {}
        self.refused: Counter[str] = Counter()
        """Commands that the rules refused, by code."""

    def happened(self, commits: Sequence[Commit]) -> None:
        """Count the events."""
        for commit in commits:
            for event in commit.events:
                self._count(event.data, commit.state)

    def refusal(self, refusal: Refusal) -> None:
        """Count a refusal."""
        self.refused[refusal.code] += 1

    def ended(self, state: DirectiveState) -> None:
        """Count a directive as it ended, or as it stands at the end of the period."""
        cell, unit = state.status_cell(self.end), self._unit(state.lead_unit)
        self.cells[cell] += 1
        unit["sub_directives" if state.parent else "directives"] += 1
        if state.due_at is not None and self.start <= state.due_at < self.end:
            self.due_cells[cell] += 1
        if state.phase is Phase.WITHDRAWN:
            return
        if not state.closed:
            unit["open"] += 1
            self.counts["open"] += 1
            self.counts["open_with_progress"] += state.last_progress_at is not None
        if cell in (StatusCell.COMPLETED_OVERDUE, StatusCell.OPEN_OVERDUE):
            unit["late"] += 1
            until = state.reported_at if state.late else None
            late_for = (until or self.end) - (state.due_at or self.end)
            self.counts["late"] += 1
            self.counts["late_seconds"] += late_for // SECOND
        self.counts["parts_late"] += sum(part.late for part in state.parts)

    def add(self, other: "Tally") -> None:
        """Take in what another part of the same simulation has added up."""
        for mine, theirs in (
            (self.counts, other.counts),
            (self.cells, other.cells),
            (self.due_cells, other.due_cells),
            (self.refused, other.refused),
        ):
            mine.update(theirs)
        self.escalations.update(other.escalations)
        for code, counts in other.units.items():
            self._unit(code).update(counts)

    def _unit(self, code: str) -> Counter[str]:
        return self.units.setdefault(code, Counter())

    def _count(self, data: e.EventData, state: DirectiveState) -> None:
        self.counts["events"] += 1
        match data:
            case e.DirectiveIssued():
                self.counts["sub_directives" if data.parent else "directives"] += 1
            case e.ReminderDue():
                self.counts["reminders"] += 1
                self._unit(state.lead_unit)["reminders"] += 1
            case e.Escalated():
                self.escalations[data.level] += 1
            case e.ExtensionRequested():
                self.counts["extensions_asked"] += 1
            case e.ExtensionGranted():
                self.counts["extensions_granted"] += 1
            case e.CompletionRejected():
                self.counts["rework"] += 1
            case e.DirectiveDeclined():
                self.counts["declined"] += 1
            case e.DirectiveReassigned():
                self.counts["reassigned"] += 1
            case e.DirectiveSuspended():
                self.counts["suspended"] += 1
            case e.ProgressReported():
                self.counts["progress_reports"] += 1
            case e.PartResultReported():
                self.counts["parts"] += 1
            case _:
                pass
