"""Folding events: total over every event that can be stored, and loud where a history is broken."""

import pytest

from domain.events import EventData
from domain.evolve import HistoryBroken, evolve, fold
from domain.state import DirectiveState, Phase
from tests.domain.clock import instant
from tests.domain.happenings import acknowledged, issued, progressed
from tests.domain.spec import Story, given
from tests.domain.stored_examples import FULL, MINIMAL, enveloped
from tests.domain.test_phases import STORIES

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


def test_the_state_knows_when_it_last_changed() -> None:
    assert (STORY.now.issued_at, STORY.now.last_occurred_at) == (instant(0), instant(2))
