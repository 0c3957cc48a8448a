"""Whose deadlines are whose."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.directory import Directory
from domain.own_deadlines import WITHDRAWN_SHOWN_FOR, Concern, overdue_and_due_by, own_deadlines
from domain.substitution import Substitution
from tests.domain.clock import instant
from tests.domain.district import PEOPLE, UNITS, district
from tests.domain.happenings import (
    accepted,
    acknowledged,
    approved,
    declined,
    extension_requested,
    issued,
    reported,
    suspended,
    withdrawn,
)
from tests.domain.spec import Happened, given

DONE = (issued(), acknowledged(), reported())
NAMES = [one.username for one in PEOPLE]


def whose(directory: Directory, *past: Happened, after: timedelta = timedelta(0)) -> str:
    state = given(*past).now
    now = state.last_occurred_at + after
    concerned = (
        name for name in NAMES if own_deadlines([state], Concern.of(directory.people[name], directory), directory, now)
    )
    return " ".join(concerned)


@pytest.mark.parametrize(
    ("past", "people"),
    [
        ((issued(officer=None, coordinating_units=()),), "tp-nv cv-nv"),
        ((issued(coordinating_units=()),), "tp-nv cv-nv"),
        ((issued(),), "tp-nv tp-tnmt cv-nv"),
        ((issued(), suspended(60)), "tp-nv tp-tnmt cv-nv"),
        ((issued(), extension_requested(20)), "chu-tich pct tp-nv tp-tnmt cv-nv"),
        ((*DONE, approved()), "chu-tich pct tp-nv tp-tnmt cv-nv"),
        ((issued(), declined()), "chu-tich pct tp-nv tp-tnmt cv-nv"),
        ((*DONE, approved(), accepted()), ""),
        ((issued(None, coordinating_units=()),), ""),
        ((issued(), withdrawn()), "tp-nv tp-tnmt cv-nv"),
    ],
)
def test_a_deadline_concerns_those_who_carry_it_out_or_have_to_decide(past: tuple[Happened, ...], people: str) -> None:
    assert whose(district(), *past) == people


@pytest.mark.parametrize(("after", "people"), [(timedelta(0), "tp-nv tp-tnmt cv-nv"), (timedelta(seconds=1), "")])
def test_a_withdrawn_one_is_told_of_for_a_while(after: timedelta, people: str) -> None:
    assert whose(district(), issued(), withdrawn(), after=WITHDRAWN_SHOWN_FOR + after) == people


def test_who_stands_in_has_the_deadlines_of_the_absent() -> None:
    day = date(2026, 3, 1)
    lent = Substitution(id=UUID(int=1), absent="tp-nv", substitute="ct-b", first_day=day, last_day=day)
    assert whose(Directory(UNITS, PEOPLE, substitutions=[lent]), issued(coordinating_units=())) == "tp-nv ct-b cv-nv"


def test_the_order_is_kept() -> None:
    states = [given(issued(20, title="một")).now, given(issued(10, title="hai")).now]
    concern = Concern.of(district().people["cv-nv"], district())
    assert own_deadlines(states, concern, district(), instant(0)) == states


def test_overdue_and_soon_due_are_told_apart() -> None:
    day = 60 * 60 * 24
    past, soon = given(issued(10)).now, given(issued(2 * day)).now
    far, gone = given(issued(9 * day)).now, given(issued(10), withdrawn()).now
    waiting = given(*DONE).now  # reported in time: its clock stands
    states = [past, soon, far, gone, waiting]
    assert overdue_and_due_by(states, instant(20), date(2026, 3, 4)) == ([past], [soon])
    assert overdue_and_due_by(states, instant(9), date(2026, 3, 1)) == ([], [])
