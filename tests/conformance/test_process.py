"""The normative process: derived from what the program decides by, and read as the program reads it."""

from typing import get_args

import pytest

from audit.conformance.course import Course
from audit.conformance.process import COMMAND_EVENTS, START, Passage, Process, normative
from domain.events import EventData
from domain.evolve import evolve
from domain.phases import POSSIBLE
from domain.policy import Policy
from domain.state import DirectiveState, Phase
from tests.conformance.simulated import quarter
from tests.conformance.walks import walk
from tests.domain.policies import SECONDS

TYPES = {event.model_fields["type"].default for event in get_args(get_args(EventData)[0])}


def changed(**fields: object) -> Policy:
    return SECONDS.model_copy(update=fields)


def events_of(process: Process) -> set[str]:
    return {passage.event for passage in process.passages}


def test_every_command_and_every_event_has_its_place() -> None:
    assert COMMAND_EVENTS.keys() == {command for commands in POSSIBLE.values() for command in commands}
    assert events_of(normative(SECONDS)) == TYPES - {"DirectiveBegun"}
    assert events_of(normative(changed(begins="issued"))) == TYPES


def test_the_levels_of_acceptance_are_the_policys() -> None:
    two, one = normative(SECONDS), normative(changed(acceptance_levels=1))
    assert two.after("in_progress", "CompletionReported") == "reported"
    assert two.after("reported", "CompletionAccepted") is None
    assert two.after("reported", "CompletionApproved") == "approved"
    assert two.after("approved", "CompletionAccepted") == "completed"
    assert one.after("in_progress", "CompletionReported") == "approved"
    assert "CompletionApproved" not in events_of(one)


def test_work_begins_as_the_policy_says() -> None:
    assert normative(SECONDS).after(START, "DirectiveIssued") == "issued"
    at_once = normative(changed(begins="issued"))
    assert at_once.after(START, "DirectiveIssued") == "to_begin"
    assert at_once.possible("to_begin") == ("DirectiveBegun",)
    assert at_once.after("to_begin", "DirectiveBegun") == "in_progress"


@pytest.mark.parametrize(("field", "event"), [("reminders", "ReminderDue"), ("escalations", "Escalated")])
def test_nobody_is_pressed_by_a_policy_that_has_nobody_pressed(field: str, event: str) -> None:
    assert event in events_of(normative(SECONDS))
    assert event not in events_of(normative(changed(**{field: ()})))
    assert event in events_of(normative(changed(**{field: ()}), pressing=SECONDS)), "a later version may press"


def test_the_table_of_phases_is_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert normative(SECONDS).after("completed", "Commented") == "completed"
    monkeypatch.setitem(POSSIBLE, Phase.COMPLETED, ())
    assert normative(SECONDS).after("completed", "Commented") is None


def test_a_stop_goes_back_to_where_it_was_from() -> None:
    process = normative(SECONDS)
    for phase in ("issued", "in_progress"):
        for stop, on in (("DirectiveSuspended", "DirectiveResumed"), ("DirectiveDeclined", "DeclineSettled")):
            stopped = process.after(phase, stop)
            assert stopped is not None
            assert process.after(stopped, on) == phase


def test_after_the_end_come_comments_and_audit_alone() -> None:
    process = normative(SECONDS)
    for end in ("completed", "withdrawn"):
        assert {*process.possible(end)} == {"Commented", "SignalRefused", "NotificationSent", "NotificationFailed"}
        assert all(process.after(end, event) == end for event in process.possible(end))


@pytest.mark.parametrize("seed", range(6))
def test_the_auditors_reading_comes_to_the_programs_state(seed: int) -> None:
    for history in (*walk(seed).histories(), *quarter()[0][seed::30]):
        assert history.issued is not None
        course = Course(history, history.issued.acceptance_levels)
        state: DirectiveState | None = None
        for turn in course.turns:
            state = evolve(state, turn.entry.event)
            read = turn.after
            assert (read.phase, read.due_at, read.lead_unit, read.officer) == (
                state.phase,
                state.due_at,
                state.lead_unit,
                state.officer,
            )
            assert (read.coordinating, read.informed) == (state.coordinating_units, state.informed_units)
            assert (read.request is not None) is (state.pending_extension is not None)
            assert len(read.open_below) == len(state.open_subdirectives)


def test_passages_are_told_once() -> None:
    passages = normative(SECONDS).passages
    assert len(passages) == len({*passages})
    assert Passage("in_progress", "CompletionReported", "reported") in passages
