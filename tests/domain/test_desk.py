"""What lies on whose desk: a decision, an approval, one's own work, or what nobody has taken yet."""

from datetime import date
from uuid import UUID

import pytest

from domain.desk import Waits, by_urgency, lies_on_desk, waits_for
from domain.directory import Directory, Role
from domain.event_values import Actor
from domain.substitution import Substitution
from tests.domain.clock import instant
from tests.domain.district import PEOPLE, UNITS, district, person
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
DESKS = ("chu-tich", "cv-theo-doi", "tp-nv", "cv-nv", "tp-tnmt", "cv-tnmt", "kiem-tra", "quan-tri")


@pytest.mark.parametrize(
    ("past", "desks"),
    [
        ((issued(officer=None),), "tp-nv:offer cv-nv:offer"),
        ((issued(),), "cv-nv:work"),
        ((issued(), acknowledged()), "cv-nv:work"),
        ((issued(), extension_requested(20)), "chu-tich:decision cv-nv:work"),
        (DONE, "tp-nv:approval"),
        ((*DONE, approved()), "chu-tich:decision"),
        ((issued(), declined()), "chu-tich:decision"),
        ((issued(), suspended(60)), ""),
        ((*DONE, approved(), accepted()), ""),
        ((issued(), withdrawn()), ""),
    ],
)
def test_a_directive_lies_on_these_desks(past: tuple[Happened, ...], desks: str) -> None:
    state, directory = given(*past).now, district()
    found = ((user, waits_for(state, directory.people[user], directory)) for user in DESKS)
    assert " ".join(f"{user}:{why}" for user, why in found if why) == desks


def test_what_a_head_delegated_comes_back_to_that_head() -> None:
    state = given(issued(officer=None), acknowledged(), reported(), approved()).now
    head = Actor(user="tp-nv", name="Trưởng phòng", unit="NV", role=Role.UNIT_HEAD, over="NV")
    delegated = state.model_copy(update={"issuer": head, "lead_unit": "P-A"})
    assert waits_for(delegated, district().people["tp-nv"], district()) is Waits.DECISION
    assert waits_for(delegated, district().people["ct-a"], district()) is None


def test_nothing_lies_on_the_desk_of_someone_who_left() -> None:
    gone = person("cv-nv", Role.OFFICER, "NV", active=False)
    assert waits_for(given(issued()).now, gone, district()) is None


def test_the_most_urgent_lies_on_top() -> None:
    at = instant(9)
    states = [given(issued(due)).now for due in (None, 100, 10, 5, 3)]
    order = sorted(states, key=lambda state: by_urgency(state, at))
    assert [state.due_at for state in order] == [instant(3), instant(5), instant(10), instant(100), None]


def test_what_waits_for_the_absent_lies_on_the_desk_of_who_stands_in_for_them() -> None:
    one = Substitution(
        id=UUID(int=1), absent="tp-nv", substitute="tp-tnmt", first_day=date(2026, 3, 1), last_day=date(2026, 3, 9)
    )
    directory = Directory(UNITS, PEOPLE, substitutions=[one])
    substitute, state = directory.people["tp-tnmt"], given(*DONE).now
    assert lies_on_desk(state, substitute, directory) == (Waits.APPROVAL, directory.people["tp-nv"])
    assert lies_on_desk(state, directory.people["tp-nv"], directory) == (Waits.APPROVAL, directory.people["tp-nv"])
    assert lies_on_desk(state, substitute, district()) is None
