"""Where every directive stood at an instant, folded from the events, and the official totals of that moment."""

import gc
from bisect import bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from audit.replay.clocks import Clocks
from domain.events import Event
from domain.evolve import fold
from domain.registries import Registry
from domain.state import DirectiveState, Phase, StatusCell, Timeliness
from storage.envelope import event_from
from storage.queries import sql

AT_ONCE = 2000
"""Rows fetched together."""
QUERY_SECONDS = 120.0
LOWEST, HIGHEST = UUID(int=0), UUID(int=2**128 - 1)
_REGISTRIES = frozenset(registry.stream_id for registry in Registry)


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
    progress_percent: int
    policy_version: str
    calendar_version: str


@dataclass(frozen=True)
class Wanted:
    """Which directives: those that this unit led at that moment, and those that concern one of `visible`; None means all."""

    unit: str | None = None
    visible: frozenset[str] | None = None


@dataclass(frozen=True)
class District:
    """Many directives at one moment, in order of their numbers."""

    clocks: Clocks
    standings: list[Standing]

    @property
    def cells(self) -> dict[StatusCell, int]:
        """The six official cells and the withdrawn; all of them, in their order."""
        return _cells(self.standings)

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
        progress_percent=state.progress_percent,
        policy_version=state.policy_version,
        calendar_version=state.calendar_version,
    )


async def standings(
    connection: Any, clocks: Clocks, wanted: Wanted, first: UUID = LOWEST, last: UUID = HIGHEST
) -> list[Standing]:
    """The directives with ids from `first` to `last` that were there, on a connection inside a transaction.

    HistoryBroken or ValueError where the record cannot be read: then `dondoc audit verify` says what is wrong.
    """
    found = []
    async for history in _histories(connection, clocks, wanted, first, last):
        state = fold(history)
        if state is not None and wanted.unit in (None, state.lead_unit):
            found.append(standing_of(state, clocks.at))
    return found


async def _histories(
    connection: Any, clocks: Clocks, wanted: Wanted, first: UUID, last: UUID
) -> AsyncIterator[list[Event]]:
    """The events that the clocks show, a history at a time."""
    visible = None if wanted.visible is None else sorted(wanted.visible)
    arguments = (first, last, clocks.known, visible, wanted.unit)
    cursor = await connection.cursor(sql("events_known_by"), *arguments, timeout=QUERY_SECONDS)
    stream: UUID | None = None
    history: list[Event] = []
    ended = False
    while rows := await cursor.fetch(AT_ONCE, timeout=QUERY_SECONDS):
        for stream_id, canonical in rows:
            if stream_id != stream:
                if history:
                    yield history
                stream, history, ended = stream_id, [], stream_id in _REGISTRIES
            if ended:
                continue
            event = event_from(canonical)
            ended = not clocks.shows(event)
            if not ended:
                history.append(event)
    if history:
        yield history


def without_pauses() -> None:
    """Spare a process that only reads the search for cycles: events and states have none."""
    gc.freeze()
    gc.disable()


def _cells(standings: Iterable[Standing]) -> dict[StatusCell, int]:
    counted = Counter(one.cell for one in standings)
    return {cell: counted[cell] for cell in StatusCell}


def _number(code: str) -> tuple[int, str]:
    """Numbers in their order: 2026/0999 comes before 2026/10000."""
    return len(code), code
