"""Folding events: total over every event that can be stored, and loud where a history is broken."""

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as randomly

from domain.events import Event, EventData
from domain.evolve import HistoryBroken, evolve, fold
from domain.state import DirectiveState, Phase
from tests.domain.clock import instant
from tests.domain.happenings import acknowledged, issued, progressed
from tests.domain.runs import Course, courses
from tests.domain.spec import Story, given
from tests.domain.stored_examples import FULL, MINIMAL, enveloped
from tests.domain.test_phases import STORIES


def one_after_another(events: Iterable[Event], state: DirectiveState | None = None) -> DirectiveState | None:
    """What folding means."""
    for event in events:
        state = evolve(state, event)
    return state


def assert_the_very_same(one: DirectiveState | None, other: DirectiveState | None) -> None:
    """Not only equal: nothing that can be asked of them, or that they are written as, tells them apart."""
    assert one == other
    if one is None or other is None:
        return
    assert hash(one) == hash(other)
    assert one.model_fields_set == other.model_fields_set
    assert [(name, type(value)) for name, value in one] == [(name, type(value)) for name, value in other]
    assert one.model_dump_json() == other.model_dump_json()


STORY = given(issued(), acknowledged(at=1), progressed(30, at=2))


@pytest.mark.parametrize("phase", STORIES)
@pytest.mark.parametrize("data", [*FULL[1:], *MINIMAL[1:]], ids=lambda data: data.type)
def test_any_stored_event_makes_a_state_of_any_state(data: EventData, phase: Phase) -> None:
    before = STORIES[phase].now
    event = enveloped(data, before.issuer, before.version + 1, of=before.id)
    after = evolve(before, event)
    assert after.version == before.version + 1
    assert (after.last_occurred_at, after.last_recorded_at) == (event.occurred_at, event.recorded_at)
    assert after.original_due_at == before.original_due_at
    assert DirectiveState.model_validate_json(after.model_dump_json()) == after


@pytest.mark.parametrize("data", [FULL[0], MINIMAL[0]], ids=["full", "minimal"])
def test_a_history_begins_with_the_issuing(data: EventData) -> None:
    state = evolve(None, enveloped(data, STORY.now.issuer))
    assert (state.version, state.phase, state.issuer) == (1, Phase.ISSUED, STORY.now.issuer)


@pytest.mark.parametrize("data", MINIMAL[1:], ids=lambda data: data.type)
def test_no_other_event_begins_a_history(data: EventData) -> None:
    with pytest.raises(HistoryBroken, match=data.type):
        evolve(None, enveloped(data, STORY.now.issuer))


def test_a_directive_is_issued_once() -> None:
    with pytest.raises(HistoryBroken, match="twice"):
        evolve(STORY.now, enveloped(FULL[0], STORY.now.issuer, 4, of=STORY.now.id))


@pytest.mark.parametrize("version", [0, 1, 3, 5])
def test_a_gap_or_a_repeat_stops_the_folding(version: int) -> None:
    with pytest.raises(HistoryBroken, match=f"version {version} where 4 belongs"):
        evolve(STORY.now, enveloped(MINIMAL[1], STORY.now.issuer, version, of=STORY.now.id))


def test_an_event_of_another_directive_stops_the_folding() -> None:
    with pytest.raises(HistoryBroken, match="in the history of"):
        evolve(STORY.now, enveloped(MINIMAL[1], STORY.now.issuer, 4))


def test_a_history_without_its_beginning_stops_the_folding() -> None:
    with pytest.raises(HistoryBroken):
        fold(STORY.events[1:])


def test_no_events_make_no_directive() -> None:
    assert fold(()) is None


@pytest.mark.parametrize("split", range(len(STORY.events) + 1))
def test_folding_may_stop_and_go_on_anywhere(split: int) -> None:
    assert fold(STORY.events[split:], fold(STORY.events[:split])) == STORY.state


def test_evolving_leaves_the_state_before_as_it_was() -> None:
    before: Story = given(issued())
    kept = before.now.model_dump_json()
    evolve(before.now, enveloped(MINIMAL[1], before.now.issuer, 2, of=before.now.id))
    assert before.now.model_dump_json() == kept


@pytest.mark.parametrize("phase", STORIES)
@pytest.mark.parametrize("data", [*FULL[1:], *MINIMAL[1:]], ids=lambda data: data.type)
def test_folding_is_evolving_over_every_stored_event(data: EventData, phase: Phase) -> None:
    before = STORIES[phase]
    following = [enveloped(data, before.now.issuer, before.now.version + more, of=before.now.id) for more in (1, 2)]
    events = (*before.events, *following)
    assert_the_very_same(fold(events), one_after_another(events))
    kept = before.now.model_dump_json()
    assert_the_very_same(fold(following, before.state), one_after_another(following, before.state))
    assert before.now.model_dump_json() == kept


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@randomly(courses)
def test_folding_is_evolving_over_any_history(course: Course) -> None:
    events = course.end.events
    assert_the_very_same(fold(events), one_after_another(events))


@pytest.mark.parametrize("at", [1, 2])
def test_a_history_that_breaks_on_the_way_stops_the_folding(at: int) -> None:
    broken = [*STORY.events[:at], *STORY.events[at + 1 :], enveloped(MINIMAL[1], STORY.now.issuer, 9, of=STORY.now.id)]
    with pytest.raises(HistoryBroken):
        fold(broken)


def test_the_state_knows_when_it_last_changed() -> None:
    assert (STORY.now.issued_at, STORY.now.last_occurred_at) == (instant(0), instant(2))
