"""What a leader sees first: the totals, by unit, by source document, what falls due this week, and what waits for a decision."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.instants import at_local, local
from domain.state import RUNNING_PHASES, StatusCell, Timeliness
from storage.filters import Awaited, DirectiveFilter
from storage.pool import Pool
from storage.queries import sql

DAYS = 7
MOST_SOURCES = 20

OPEN_CELLS = (StatusCell.OPEN_IN_TIME, StatusCell.OPEN_OVERDUE, StatusCell.OPEN_NO_DEADLINE)
COMPLETED_CELLS = (StatusCell.COMPLETED_IN_TIME, StatusCell.COMPLETED_OVERDUE, StatusCell.COMPLETED_NO_DEADLINE)


@dataclass(frozen=True)
class Figures:
    """How many directives stand in each cell (all seven are there), and how many of the open ones are due soon."""

    cells: Mapping[StatusCell, int]
    due_soon: int

    @property
    def open(self) -> int:
        """All that have not ended."""
        return sum(self.cells[cell] for cell in OPEN_CELLS)

    @property
    def completed(self) -> int:
        """All that were accepted."""
        return sum(self.cells[cell] for cell in COMPLETED_CELLS)

    @property
    def total(self) -> int:
        """All that were issued: the six cells and what was withdrawn."""
        return sum(self.cells.values())


@dataclass(frozen=True)
class UnitFigures(Figures):
    """What a unit leads."""

    unit: str


@dataclass(frozen=True)
class SourceFigures(Figures):
    """What comes from the documents with one number; `kind` is that of the newest directive among them."""

    source: str
    kind: str | None


@dataclass(frozen=True)
class DayFigures:
    """How many running directives, not late yet, are due on a local day. A deadline at 24:00 belongs to the day that it ends."""

    day: date
    due_from: datetime
    due_to: datetime
    """What the list takes for the same day: from `due_from` on and before `due_to`, a microsecond after midnight each."""
    due: int


@dataclass(frozen=True)
class Overview:
    """All of it at the instant `at`, of the directives that one reader sees.

    Every figure is the total of the list with its filter: cells, unit, source, due soon, awaits, and for days `filter_of_day`.
    """

    at: datetime
    figures: Figures
    units: tuple[UnitFigures, ...]
    """Units that lead any, those with most overdue first, then by most open, then by code."""
    sources: tuple[SourceFigures, ...]
    """The documents with most open directives, at most 20, those with most first."""
    days: tuple[DayFigures, ...]
    """Today and the six days after it."""
    awaited: Mapping[Awaited, int]


async def overview(pool: Pool, visible: frozenset[str] | None, now: datetime) -> Overview:
    """The overview at `now`, of directives that concern units in `visible`; None is all. One round trip."""
    days, bounds = days_from(now)
    units_seen = None if visible is None else sorted(visible)
    rows = await pool.fetch(sql("overview"), now, units_seen, bounds, MOST_SOURCES)
    units, sources, due, awaited = [], [], dict[int, int](), dict.fromkeys(Awaited, 0)
    for row in rows:
        key, counts = row["key"], json.loads(row["counts"])
        match row["part"]:
            case "unit":
                units.append(UnitFigures(*_figures(counts), key))
            case "source":
                sources.append(SourceFigures(*_figures(counts), key, row["kind"]))
            case "day":
                due[int(key)] = counts[""]
            case _:
                awaited[Awaited(key)] = counts[""]
    return Overview(
        at=now,
        figures=_sum(units),
        units=tuple(sorted(units, key=lambda one: (-one.cells[StatusCell.OPEN_OVERDUE], -one.open, one.unit))),
        sources=tuple(sources),
        days=tuple(
            DayFigures(day, bounds[place], bounds[place + 1], due.get(place + 1, 0)) for place, day in enumerate(days)
        ),
        awaited=awaited,
    )


def days_from(now: datetime) -> tuple[list[date], list[datetime]]:
    """The local days from today on, and their bounds, one more than days, each a microsecond after midnight."""
    today = local(now).date()
    days = [today + timedelta(days=n) for n in range(DAYS + 1)]
    return days[:-1], [at_local(day, time(0)) + timedelta(microseconds=1) for day in days]


def filter_of_day(figure: DayFigures, visible: frozenset[str] | None) -> DirectiveFilter:
    """The list behind the figure of a day."""
    return DirectiveFilter(
        visible,
        phases=sorted(RUNNING_PHASES),
        timeliness=(Timeliness.IN_TIME, Timeliness.DUE_SOON),
        due_from=figure.due_from,
        due_to=figure.due_to,
    )


def _figures(counts: Mapping[str, int]) -> tuple[dict[StatusCell, int], int]:
    due_soon = counts.get("due_soon", 0)
    cells = {cell: counts.get(cell, 0) for cell in StatusCell}
    cells[StatusCell.OPEN_IN_TIME] += due_soon
    return cells, due_soon


def _sum(units: list[UnitFigures]) -> Figures:
    cells = {cell: sum(unit.cells[cell] for unit in units) for cell in StatusCell}
    return Figures(cells, sum(unit.due_soon for unit in units))
