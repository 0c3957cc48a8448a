"""One directive as it stood: its steps as a table, what was not known yet, and where it stood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.text import Text

from api.replay_views import replay_view, step_view
from audit.replay.clocks import Clocks
from audit.replay.context import registry_events
from audit.replay.one import Replayed, replayed, up_to
from audit.replay.rules import Rules
from console.common import REFUSED, Data, fail, out, run
from console.history import replay_table
from console.lateness import lateness_table, verdict_line
from console.look import named_directive, was_not_there
from console.reach import record
from console.reading import note_here
from domain.evolve import HistoryBroken
from domain.instants import local
from domain.reading import Opened
from domain.state import DirectiveState
from domain.telling import shown_due
from domain.validity import DatedDirectory
from domain.wording import EVENT_NAMES, PHASE_NAMES, TIMELINESS_NAMES, named
from storage.directives import children_of
from storage.postgres import PostgresEventStore
from storage.reference import load_reference
from storage.store import RecordedEvent


@dataclass(frozen=True)
class Asked:
    """Which directive, and what of its past: by two clocks, or up to a version, which then stands for them."""

    reference: str
    clocks: Clocks
    version: int | None
    lateness: bool
    context: bool


@dataclass(frozen=True)
class Told:
    """What is told of it."""

    replayed: Replayed
    dated: DatedDirectory
    children: list[UUID]

    def view(self) -> dict[str, Any]:
        """As over HTTP."""
        return replay_view(self.replayed, self.dated, self.children)

    def step_views(self) -> list[dict[str, Any]]:
        """The steps alone."""
        return [step_view(step, self.dated) for step in self.replayed.steps]


def replay_one(data: Data, asked: Asked) -> Told:
    """Read it from the record; ends with 1 where it was not there then."""

    async def read() -> Told:
        async with record(Path(data)) as pool:
            found = await named_directive(pool, asked.reference)
            history, clocks = await PostgresEventStore(pool).events_of(found.state.id), asked.clocks
            if asked.version is not None:
                history, clocks = up_to(history, asked.version) or was_not_there()
            reference = await load_reference(pool)
            rules = Rules(reference.policy_versions, reference.policies, reference.calendar)
            try:
                told = replayed(
                    history,
                    clocks,
                    rules=rules if asked.lateness else None,
                    registries=await registry_events(pool) if asked.context else None,
                )
            except HistoryBroken as error:
                fail(REFUSED, f"Lịch sử không nguyên vẹn: {error}. · The history is broken.", "dondoc audit verify")
            if told is None:
                was_not_there()
            await note_here(pool, Opened.REPLAY, subject=found.state.id, version=told.state.version)
            children = await children_of(pool, [found.state.id], by=min(clocks.at, clocks.known))
            return Told(told, reference.dated, children[found.state.id])

    return run(read())


def show_replayed(told: Told) -> None:
    """For people."""
    found = told.replayed
    out.print(replay_table(found.steps, told.dated, found.context))
    for line in _standing(found):
        out.print(line)
    if found.lateness is not None:
        out.print(lateness_table(found.lateness))
        out.print(verdict_line(found.lateness))


def _standing(found: Replayed) -> Iterator[Text]:
    at, known = found.clocks.at, found.clocks.known
    until = _clock(at) if at == known else f"{_clock(at)}, theo bản ghi lúc · as known at {_clock(known)}"
    yield Text(f"Tại · at {until}: {_where(found.state, at)}", "bold")
    for one in found.unknown_then:
        yield Text(f"Khi đó chưa biết · not known then: {_late(one)}", "yellow")
    if found.unknown_then:
        yield Text(f"Nay biết · by what is known now: {_where(found.in_hindsight, at)}", "yellow")


def _where(state: DirectiveState, at: datetime) -> str:
    phase, standing = named(PHASE_NAMES, state.phase), named(TIMELINESS_NAMES, state.timeliness(at))
    due = f"hạn {shown_due(state.due_at)}"
    return f"{phase}, {standing}, {due}, tiến độ {state.progress_percent}% (phiên bản {state.version})"


def _late(one: RecordedEvent) -> str:
    event = one.event
    name = named(EVENT_NAMES, event.data.type)
    return f"#{event.stream_version} {name}, xảy ra {_clock(event.occurred_at)}, ghi nhận {_clock(event.recorded_at)}"


def _clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M:%S %d/%m/%Y}"
