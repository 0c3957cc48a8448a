"""Recorded histories, as the program's own versions left them, are read to the last event and say what they said."""

from pathlib import Path
from uuid import UUID

import pytest
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from audit.reconcile.execution import Outcome, Run
from audit.reconcile.history import read_run
from audit.reconcile.payloads import Command, PayloadUnreadable, read
from audit.reconcile.reader import directive_of, workflow_id
from tests.workflows.record_histories import BAD
from tests.workflows.shapes import histories, load

OTHERS = {
    "many",
    "many_again",
    "occurrence",
    "nothing_occurred",
    "reprojected",
    "reprojected_to_a_lost_one",
    "succeeded",
}
"""Histories of other workflows than those of directives."""
PATHS = [path for name, paths in histories().items() if name not in {BAD, *OTHERS} for path in paths]


def run_of(name: str) -> Run:
    return read_run("run", load(histories()[name][-1]).events)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_history_of_a_directive_is_read_whole(path: Path) -> None:
    history = load(path)
    run = read_run("run", history.events)
    kinds = [event.event_type for event in history.events]
    assert run.unreadable == []
    assert run.start is not None
    assert len(run.updates) == kinds.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
    answered = [update for update in run.updates if update.said is not None]
    assert len(answered) == kinds.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)
    assert len(run.notices) == kinds.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    assert len(run.firings) <= kinds.count(EventType.EVENT_TYPE_TIMER_FIRED)
    assert all(answer.said.standing is not None for answer in run.answers if answer.said.refusal is None)


def test_what_a_history_says_is_told_apart() -> None:
    straight = run_of("straight_on")
    assert [update.command.command.name for update in straight.updates][:2] == ["issue", "acknowledge"]
    assert [bool(update.said and update.said.refusal) for update in straight.updates][:2] == [False, True]
    assert (straight.closed_as, straight.open, straight.settled) == ("completed", False, True)
    assert [notice.outcome for notice in run_of("given_up").notices] == [Outcome.FAILED, Outcome.COMPLETED]
    assert run_of("continued").closed_as == "continued_as_new"
    going_on = run_of("continuing")
    assert going_on.continued_from is not None
    assert going_on.start is not None
    assert going_on.start.standing is not None
    assert [signal.command.command.name for signal in run_of("signalled").signals if signal.command] == [
        "acknowledge",
        "accept",
    ]
    assert len(run_of("handed_over").called_for) == 2
    assert run_of("handed_over").parent is not None


def test_a_timer_is_answered_by_what_follows_it_before_the_next_wait() -> None:
    left_alone = run_of("left_alone")
    assert len(left_alone.firings) > 5
    assert all(firing.answer is not None for firing in left_alone.firings)
    [failed_first] = run_of("defective").firings
    assert failed_first.answer is not None, "the tick that failed was made good after a minute"


def test_a_run_is_not_settled_while_a_task_is_out_or_the_record_is_tried_again() -> None:
    events = list(load(histories()["signalled"][-1]).events)
    tasks = [n for n, event in enumerate(events) if event.event_type is EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED]
    assert not read_run("run", events[: tasks[-1]]).settled
    assert read_run("run", events).settled
    with pytest.raises(ValueError, match="no history"):
        read_run("run", [])


def test_what_is_no_json_of_ours_is_noted_and_left_out() -> None:
    event = HistoryEvent(event_id=1, event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)
    secret = Payload(metadata={"encoding": b"binary/encrypted"}, data=b"\x00")
    event.workflow_execution_started_event_attributes.input.payloads.append(secret)
    run = read_run("run", [event])
    assert run.unreadable == [(1, "encoding binary/encrypted, not JSON")]
    for data in (b"{", b"[]", b'{"command_id": 1}'):
        with pytest.raises(PayloadUnreadable):
            read(Command, Payloads(payloads=[Payload(metadata={"encoding": b"json/plain"}, data=data)]))


def test_only_ids_of_directives_are_taken_for_such() -> None:
    directive_id = UUID("9f0d5a0e-0000-4000-8000-000000000001")
    assert directive_of(workflow_id(directive_id)) == directive_id
    for name in (
        "directive-",
        "copy-9f0d5a0e-0000-4000-8000-000000000001",
        f"directive-{str(directive_id).upper()}",
        "",
    ):
        assert directive_of(name) is None
