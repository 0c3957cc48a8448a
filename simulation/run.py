"""A whole simulation: when what is issued, and the directives shared out over processes, since no family touches another."""

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time
from multiprocessing import get_context

from domain.facts import Facts
from domain.instants import at_local
from simulation.behaviour import Behaviour
from simulation.case import World
from simulation.chances import Chances
from simulation.engine import Engine
from simulation.office import Office
from simulation.office_hours import in_office, working_days
from simulation.tally import Tally
from storage.store import Commit

SHARE = 250
"""Directives of one piece of work for a process."""
ALONE = 1000
"""Up to so many, starting processes takes longer than it saves."""


class NothingToSimulate(ValueError):
    """The period has no working day."""


@dataclass(frozen=True)
class Plan:
    """What to simulate: `directives` issued at random working moments from `start` to `end`, under `facts`."""

    directives: int
    start: datetime
    end: datetime
    seed: int
    behaviour: Behaviour
    facts: Facts

    def world(self) -> World:
        """The world of these directives. NobodyActs if the directory has nobody for it."""
        return World(self.seed, self.behaviour, self.facts, Office(self.facts.directory))


def month_of(text: str) -> date:
    """The first day of a month like "2026-10"; ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no clock


def period(first: date, months: int) -> tuple[datetime, datetime]:
    """The instants at which a period of whole months begins and ends, on the clock in Việt Nam."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return at_local(first, time(0)), at_local(date(year, month + 1, 1), time(0))


def issue_instants(plan: Plan, places: range) -> dict[int, datetime]:
    """When each of these directives is issued; NothingToSimulate if nobody works in the period."""
    days = working_days(plan.start, plan.end, plan.facts.calendar)
    if not days:
        raise NothingToSimulate("the period has no working day")
    return {place: at for place in places if plan.start <= (at := _issued_at(plan.seed, place, days)) < plan.end}


def history(plan: Plan, tally: Tally, numbers: Mapping[int, int]) -> tuple[Engine, Iterator[tuple[Commit, ...]]]:
    """All of it in one sequence, commit by commit in order of time, numbered on from `numbers`; the engine knows the last ones."""
    engine = Engine(plan.world(), ended=tally.ended, refused=tally.refusal, numbers=numbers)
    return engine, engine.run(issue_instants(plan, range(plan.directives)), plan.end)


def simulate(plan: Plan, tell: Callable[[int], None], *, processes: int | None = None) -> Tally:
    """What it comes to. `tell` hears how many directives are done. The same however many processes share it."""
    plan.world()
    pieces = [range(first, min(first + SHARE, plan.directives)) for first in range(0, plan.directives, SHARE)]
    processes = min(processes or os.cpu_count() or 1, len(pieces)) if plan.directives > ALONE or processes else 1
    whole = Tally(plan.start, plan.end)
    if processes <= 1:
        for piece in pieces:
            whole.add(_piece(plan, piece))
            tell(len(piece))
        return whole
    # "spawn": a fork would take the threads of a progress bar or an event loop along, half.
    with ProcessPoolExecutor(processes, get_context("spawn"), _prepare, (plan,)) as pool:
        for piece, tally in zip(pieces, pool.map(_prepared_piece, pieces), strict=True):
            whole.add(tally)
            tell(len(piece))
    return whole


def _issued_at(seed: int, place: int, days: list[date]) -> datetime:
    random = Chances(seed, str(place)).of("issued at")
    return in_office(random.choice(days), random.random())


def _piece(plan: Plan, places: range) -> Tally:
    tally = Tally(plan.start, plan.end)
    engine = Engine(plan.world(), ended=tally.ended, refused=tally.refusal)
    # Nothing here goes in circles, and looking for it takes a fifth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        for commits in engine.run(issue_instants(plan, places), plan.end):
            tally.happened(commits)
    finally:
        if collecting:
            gc.enable()
    return tally


_plan: Plan | None = None


def _prepare(plan: Plan) -> None:
    global _plan  # noqa: PLW0603 - a process of the pool has one plan for all its pieces
    _plan = plan


def _prepared_piece(places: range) -> Tally:
    if _plan is None:
        raise RuntimeError("the process was not prepared")
    return _piece(_plan, places)
