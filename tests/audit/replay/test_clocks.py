"""What had happened by an instant, and what was known of it then."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from audit.replay.clocks import Clocks, seen
from audit.replay.one import clocks_for, replayed, up_to
from domain.evolve import fold
from domain.state import Phase, Timeliness
from tests.audit.replay.histories import recorded, versions
from tests.domain.clock import Moment, instant
from tests.domain.happenings import acknowledged, approved, issued, progressed, reported
from tests.domain.runs import Course, courses
from tests.domain.spec import given

STORY = given(issued(), acknowledged(at=1), progressed(30, at=2), reported(at=4), approved(at=8))
"""Due at second 10. The report of second 4 came to the record at second 6 only."""
HISTORY = recorded(STORY.events, {4: 6})


def clocks(at: Moment, known: Moment) -> Clocks:
    return Clocks(instant(at), instant(known))


@pytest.mark.parametrize(
    ("at", "known", "shown", "unknown"),
    [
        (5, 5, [1, 2, 3], [4]),  # it had happened, and nobody knew
        (5, 6, [1, 2, 3, 4], []),  # by what is known now it was done
        (3, 6, [1, 2, 3], []),  # known now, but it had not happened then
        (9, 5, [1, 2, 3], [4, 5]),
        (9, 9, [1, 2, 3, 4, 5], []),
        (4, 5.999999, [1, 2, 3], [4]),
        (2, 2, [1, 2, 3], []),  # both instants are included
        (1, 0, [1], [2]),
        (-1, 9, [], []),
    ],
)
def test_both_clocks_count(at: Moment, known: Moment, shown: list[int], unknown: list[int]) -> None:
    found = seen(HISTORY, clocks(at, known))
    assert (versions(found.shown), versions(found.unknown_then)) == (shown, unknown)


def test_a_late_report_makes_the_difference_that_is_told() -> None:
    then, now = replayed(HISTORY, clocks(5, 5)), replayed(HISTORY, clocks(5, 100))
    assert then is not None
    assert now is not None
    assert (then.state.phase, then.in_hindsight.phase) == (Phase.IN_PROGRESS, Phase.AWAITING_ACCEPTANCE)
    assert now.state == now.in_hindsight == then.in_hindsight
    assert now.unknown_then == []


def test_an_instant_that_had_passed_counts_although_nobody_had_noticed() -> None:
    left_alone = recorded(given(issued(), acknowledged(at=1)).events)
    told = replayed(left_alone, clocks(11, 11))
    assert told is not None
    assert told.state.timeliness(told.clocks.at) is Timeliness.OVERDUE
    before = replayed(left_alone, clocks(9, 11))
    assert before is not None
    assert before.state.timeliness(before.clocks.at) is not Timeliness.OVERDUE


def test_before_it_was_issued_or_known_there_was_nothing() -> None:
    assert replayed(HISTORY, clocks(-1, 100)) is None
    assert replayed(HISTORY, clocks(100, -1)) is None


@pytest.mark.parametrize("version", range(1, 6))
def test_a_version_shows_what_stood_with_it(version: int) -> None:
    cut = up_to(HISTORY, version)
    assert cut is not None
    told = replayed(*cut)
    assert told is not None
    assert told.state == fold(one.event for one in HISTORY[:version])
    assert told.unknown_then == []


@pytest.mark.parametrize("version", [0, 6, -1])
def test_a_version_that_never_was_is_none(version: int) -> None:
    assert up_to(HISTORY, version) is None


def test_clocks_that_are_not_set_stand_at_the_other_one_or_at_now() -> None:
    now, at, known = instant(9), instant(3), instant(5)
    assert clocks_for(None, None, now) == Clocks(now, now)
    assert clocks_for(at, None, now) == Clocks(at, at)
    assert clocks_for(None, known, now) == Clocks(now, known)
    assert clocks_for(at, known, now) == Clocks(at, known)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@for_all(courses, st.integers(0, 70), st.integers(0, 70), st.dictionaries(st.integers(1, 12), st.integers(0, 70)))
def test_what_is_shown_is_a_beginning_and_with_the_unknown_all_that_had_happened(
    course: Course, at: int, known: int, late: dict[int, Moment]
) -> None:
    history = recorded(course.end.events, late)
    found = seen(history, clocks(at, known))
    together = [*found.shown, *found.unknown_then]
    assert together == history[: len(together)]
    assert together == [one for one in history if one.event.occurred_at <= instant(at)]
    assert found.shown == [one for one in together if one.event.recorded_at <= instant(known)]
    told = replayed(history, clocks(at, known))
    assert (told is None) is (not found.shown)
    if told is not None:
        assert told.state == fold(one.event for one in found.shown)
        assert told.in_hindsight == fold(one.event for one in together)
