"""How a directive stands to its deadline at an instant, and in which of the six cells it counts."""

import pytest

from domain.state import DirectiveState, StatusCell, Timeliness
from tests.domain.clock import instant
from tests.domain.happenings import (
    accepted,
    acknowledged,
    approved,
    deadline_changed,
    issued,
    missed,
    rejected,
    reported,
    withdrawn,
)
from tests.domain.spec import Happened, given

WORKING = (issued(), acknowledged())
FREE = (issued(None), acknowledged())
IN_TIME, DUE_SOON, OVERDUE, NO_DEADLINE = Timeliness


def state_of(*past: Happened) -> DirectiveState:
    return given(*past).now


@pytest.mark.parametrize("past", [(issued(),), WORKING, (*WORKING, missed())])
@pytest.mark.parametrize(
    ("second", "standing"),
    [(0, IN_TIME), (7.999999, IN_TIME), (8, DUE_SOON), (9.999999, DUE_SOON), (10, OVERDUE), (99, OVERDUE)],
)
def test_an_open_directive_is_in_time_then_due_soon_then_overdue(
    past: tuple[Happened, ...], second: float, standing: Timeliness
) -> None:
    assert state_of(*past).timeliness(instant(second)) is standing


@pytest.mark.parametrize(
    "past",
    [FREE, (*FREE, reported(at=50)), (*FREE, reported(), approved(), accepted()), (*FREE, withdrawn())],
)
def test_without_a_deadline_no_instant_matters(past: tuple[Happened, ...]) -> None:
    assert {state_of(*past).timeliness(instant(second)) for second in (0, 10, 10_000)} == {NO_DEADLINE}


def test_a_result_reported_in_time_waits_without_becoming_overdue() -> None:
    waiting = state_of(*WORKING, reported(at=9.5))
    assert {waiting.timeliness(instant(second)) for second in (9.5, 10, 99)} == {IN_TIME}


def test_a_result_reported_late_is_overdue_while_it_waits() -> None:
    waiting = state_of(*WORKING, reported(at=10, late=True))
    assert waiting.late
    assert waiting.timeliness(instant(10)) is OVERDUE


def test_a_rejected_result_starts_the_clock_again() -> None:
    working = state_of(*WORKING, reported(at=5), rejected(at=6))
    assert [working.timeliness(instant(second)) for second in (6, 8, 10)] == [IN_TIME, DUE_SOON, OVERDUE]


def test_a_result_rejected_after_the_deadline_is_overdue_at_once() -> None:
    assert state_of(*WORKING, reported(at=5), rejected(at=11)).timeliness(instant(11)) is OVERDUE


@pytest.mark.parametrize(("at", "standing"), [(9, IN_TIME), (11, OVERDUE)])
def test_late_stays_late_and_in_time_stays_in_time_after_completion(at: float, standing: Timeliness) -> None:
    done = state_of(*WORKING, reported(at=at), approved(), accepted(late=at > 10, at=20))
    assert {done.timeliness(instant(second)) for second in (20, 10_000)} == {standing}


def test_a_new_deadline_is_measured_anew() -> None:
    changed = state_of(*WORKING, missed(), deadline_changed(20, at=11))
    assert [changed.timeliness(instant(second)) for second in (11, 18, 20)] == [IN_TIME, DUE_SOON, OVERDUE]


@pytest.mark.parametrize("past", [(missed(),), (reported(at=11, late=True),)])
def test_a_withdrawn_directive_is_never_overdue(past: tuple[Happened, ...]) -> None:
    assert state_of(*WORKING, *past, withdrawn(at=12)).timeliness(instant(99)) is IN_TIME


@pytest.mark.parametrize(
    ("past", "second", "cell"),
    [
        (WORKING, 5, StatusCell.OPEN_IN_TIME),
        (WORKING, 9, StatusCell.OPEN_IN_TIME),  # due soon is in time
        (WORKING, 10, StatusCell.OPEN_OVERDUE),
        (FREE, 10, StatusCell.OPEN_NO_DEADLINE),
        ((*WORKING, reported(at=9)), 99, StatusCell.OPEN_IN_TIME),
        ((*WORKING, reported(at=11, late=True)), 99, StatusCell.OPEN_OVERDUE),
        ((*WORKING, reported(at=9), approved(), accepted()), 99, StatusCell.COMPLETED_IN_TIME),
        ((*WORKING, reported(at=11, late=True), approved(), accepted(late=True)), 99, StatusCell.COMPLETED_OVERDUE),
        ((*FREE, reported(), approved(), accepted()), 99, StatusCell.COMPLETED_NO_DEADLINE),
        ((*WORKING, withdrawn()), 99, StatusCell.WITHDRAWN),
        ((*FREE, withdrawn()), 99, StatusCell.WITHDRAWN),
    ],
)
def test_a_directive_counts_in_one_cell(past: tuple[Happened, ...], second: float, cell: StatusCell) -> None:
    assert state_of(*past).status_cell(instant(second)) is cell


@pytest.mark.parametrize(
    ("past", "closed"),
    [
        (WORKING, False),
        ((*WORKING, reported()), False),
        ((*WORKING, reported(), approved(), accepted()), True),
        ((*WORKING, withdrawn()), True),
    ],
)
def test_a_directive_ends_with_acceptance_or_withdrawal(past: tuple[Happened, ...], closed: bool) -> None:
    assert state_of(*past).closed is closed
