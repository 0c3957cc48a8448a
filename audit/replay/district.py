"""Where every directive stood at an instant, and the official totals of that moment."""

from bisect import bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from audit.replay.clocks import Clocks
from audit.snapshot import HIGHEST, LOWEST
from domain.events import Event
from domain.evolve import fold
from domain.registries import REGISTRY_STREAMS
from domain.state import DirectiveState, Phase, StatusCell, Timeliness, cell_of, timeliness_at
from storage.envelope import event_from
from storage.queries import sql

AT_ONCE = 2000
"""Rows fetched together."""
QUERY_SECONDS = 120.0


class Standing(NamedTuple):
    """Where a directive stood. Small, for a district has tens of thousands and they come from other processes."""

    code: str
    id: UUID
    version: int
    title: str
    lead_unit: str
    officer: str | None
    phase: Phase
    timeliness: Timeliness
    cell: StatusCell
    due_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """Which directives: those that this unit led at that moment, and those that concern one of `visible`; None means all."""

    unit: str | None = None
    visible: frozenset[str] | None = None

    def units_seen(self) -> list[str] | None:
        """`visible` as queries take it."""
        return None if self.visible is None else sorted(self.visible)


@dataclass(frozen=True)
class District:
    """Many directives at one moment, in order of their numbers."""

    clocks: Clocks
    standings: list[Standing]

    @cached_property
    def cells(self) -> dict[StatusCell, int]:
        """The six official cells and the withdrawn; all of them, in their order."""
        return _cells(self.standings)

    @cached_property
    def by_unit(self) -> dict[str, dict[StatusCell, int]]:
        """The same for each lead unit, in order of their codes."""
        units: dict[str, list[Standing]] = {}
        for one in self.standings:
            units.setdefault(one.lead_unit, []).append(one)
        return {code: _cells(units[code]) for code in sorted(units)}


def district_of(clocks: Clocks, parts: Iterable[Sequence[Standing]]) -> District:
    """The district from what was found in its parts."""
    return District(
        clocks, sorted((one for part in parts for one in part), key=lambda one: (_number(one.code), one.id))
    )


def after(standings: Sequence[Standing], code: str | None) -> Sequence[Standing]:
    """Those of a district that come after a number; all, if it is None."""
    if code is None:
        return standings
    return standings[bisect_right(standings, _number(code), key=lambda one: _number(one.code)) :]


def standing_of(state: DirectiveState, at: datetime) -> Standing:
    """Where a directive stands at `at`: instants that had passed count, whether or not anybody had noticed yet."""
    return Standing(
        code=state.code,
        id=state.id,
        version=state.version,
        title=state.title,
        lead_unit=state.lead_unit,
        officer=state.officer,
        phase=state.phase,
        timeliness=state.timeliness(at),
        cell=state.status_cell(at),
        due_at=state.due_at,
    )


async def standings(connection: Any, clocks: Clocks, wanted: Wanted) -> list[Standing]:
    """The directives that were there, on a connection inside a transaction that sees one moment of the record.

    To most of them nothing has happened since: those stand in the list of directives as they stood. That list is not
    evidence, but `dondoc audit verify` holds it against the events. The others are folded.
    HistoryBroken or ValueError where the record cannot be read: then a verification says what is wrong.
    """
    visible = wanted.units_seen()
    found = []
    cursor = await connection.cursor(
        sql("standing_since"), clocks.at, clocks.known, visible, wanted.unit, timeout=QUERY_SECONDS
    )
    while rows := await cursor.fetch(AT_ONCE, timeout=QUERY_SECONDS):
        found += [_as_listed(row, clocks.at) for row in rows]
    cursor = await connection.cursor(
        sql("events_of_the_others"), clocks.at, clocks.known, visible, wanted.unit, timeout=QUERY_SECONDS
    )
    return found + await _folded(cursor, clocks, wanted)


async def standings_from_events(
    connection: Any, clocks: Clocks, wanted: Wanted, first: UUID = LOWEST, last: UUID = HIGHEST
) -> list[Standing]:
    """The same for the ids from `first` to `last`, each folded from its events and nothing else."""
    arguments = (first, last, clocks.known, wanted.units_seen(), wanted.unit)
    cursor = await connection.cursor(sql("events_known_by"), *arguments, timeout=QUERY_SECONDS)
    return await _folded(cursor, clocks, wanted)


async def _folded(cursor: Any, clocks: Clocks, wanted: Wanted) -> list[Standing]:
    found = []
    async for history in _histories(cursor, clocks):
        state = fold(history)
        if state is not None and wanted.unit in (None, state.lead_unit):
            found.append(standing_of(state, clocks.at))
    return found


async def _histories(cursor: Any, clocks: Clocks) -> AsyncIterator[list[Event]]:
    """The events that the clocks show, a history at a time."""
    stream: UUID | None = None
    history: list[Event] = []
    ended = False
    while rows := await cursor.fetch(AT_ONCE, timeout=QUERY_SECONDS):
        for stream_id, canonical in rows:
            if stream_id != stream:
                if history:
                    yield history
                stream, history, ended = stream_id, [], stream_id in REGISTRY_STREAMS
            if ended:
                continue
            event = event_from(canonical)
            ended = not clocks.shows(event)
            if not ended:
                history.append(event)
    if history:
        yield history


def _as_listed(row: Any, at: datetime) -> Standing:
    phase = Phase(row["phase"])
    timeliness = timeliness_at(at, row["due_at"], row["due_soon_from"], row["overdue_from"])
    return Standing(
        code=row["code"],
        id=row["directive_id"],
        version=row["version"],
        title=row["title"],
        lead_unit=row["lead_unit"],
        officer=row["officer"],
        phase=phase,
        timeliness=timeliness,
        cell=cell_of(phase, timeliness),
        due_at=row["due_at"],
    )


def _cells(standings: Iterable[Standing]) -> dict[StatusCell, int]:
    counted = Counter(one.cell for one in standings)
    return {cell: counted[cell] for cell in StatusCell}


def _number(code: str) -> tuple[int, str]:
    """Numbers in their order: 2026/0999 comes before 2026/10000."""
    return len(code), code
