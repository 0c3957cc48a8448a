"""Random schedules through the pure core, and no invariant broken: a sample here, with `make schedules` 100,000."""

import os
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import Any

import pytest

from domain import decider, evolve, phases, system, turns
from domain.decision import Decided, Decision
from domain.state import DirectiveState, Phase, StatusCell
from tests.simulation.invariants import Violation
from tests.simulation.schedules import Result, run

SCHEDULES = int(os.environ.get("DONDOC_TEST_SCHEDULES", "10000"))
DIRECTIVE_YEARS = SCHEDULES // 10
PIECE = 2_500
FIRST_SEED = int(os.environ.get("DONDOC_TEST_FIRST_SEED", "0"))
"""The same every time, so that a failure comes again; another number looks elsewhere."""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_schedule_breaks_an_invariant(capsys: pytest.CaptureFixture[str]) -> None:
    pieces = [range(first, first + PIECE) for first in range(FIRST_SEED, FIRST_SEED + SCHEDULES, PIECE)]
    whole = Result()
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for result in pool.map(run, pieces):
            whole.add(result)
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what the run is for
            f"\n{whole.schedules:,} schedules, {whole.issued:,} directives, {whole.years:,.0f} directive-years, "
            f"{whole.commands:,} commands ({whole.refused:,} refused), {whole.events:,} events"
        )
    assert whole.schedules >= SCHEDULES
    assert whole.years >= DIRECTIVE_YEARS
    assert all(whole.cells[cell] for cell in StatusCell), "every cell of the totals is reached"
    assert whole.events > 3 * whole.issued


def test_a_schedule_is_the_same_every_time() -> None:
    assert run(range(7, 60)) == run(range(7, 60))


def broken_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rung stays in the state after it was taken."""
    monkeypatch.setattr(evolve, "_without", lambda state, _: state.pending_steps)


def broken_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new plan overwrites the original deadline."""
    real = turns.planned
    monkeypatch.setattr(evolve, "planned", lambda state, plan: real(state, plan) | {"original_due_at": plan.due_at})


def broken_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work goes on after the end."""
    monkeypatch.setitem(phases.POSSIBLE, Phase.COMPLETED, ("comment", "report-progress"))


def broken_totals(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was late counts as in time once it is completed."""
    real = DirectiveState.status_cell

    def forgiving(state: DirectiveState, now: datetime) -> StatusCell:
        cell = real(state, now)
        return StatusCell.COMPLETED_IN_TIME if cell is StatusCell.COMPLETED_OVERDUE else cell

    monkeypatch.setattr(DirectiveState, "status_cell", forgiving)


def broken_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directive above hears nothing."""
    monkeypatch.setattr(decider, "told_above", lambda *_: ())


def broken_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick gives its events twice."""
    real = system.tick

    def twice(*said: Any) -> Decision:
        decision = real(*said)
        return Decided(decision.actor, decision.events * 2) if isinstance(decision, Decided) else decision

    monkeypatch.setattr(decider, "tick", twice)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (broken_step, "taken twice"),
        (broken_decision, "taken twice|not numbered through"),
        (broken_deadline, "the original deadline has changed"),
        (broken_end, "ProgressReported after CompletionAccepted"),
        (broken_totals, "counted as completed_in_time instead of completed_overdue"),
        (broken_family, "a sub-directive"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_broken_core_is_found(broken: Any, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    with pytest.raises(Violation, match=says):
        run(range(3000))
