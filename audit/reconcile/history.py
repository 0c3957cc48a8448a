"""Reading a history: each event of a run, in order, into the facts of `execution`. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from audit.reconcile.execution import Answer, CalledFor, Firing, Notice, Outcome, Run, Signal, Update
from audit.reconcile.payloads import (
    Answered,
    Command,
    LocalActivity,
    NoticeRequest,
    PayloadUnreadable,
    Start,
    read,
    read_notices,
)

LOCAL_ACTIVITY = "core_local_activity"
"""The marker in which the SDK keeps the result of a local activity."""
RECORDS = "record_decision"
COMMAND_SIGNAL = "signal_command"
NOTICE_SIGNALS = ("start_effects", "look_again")
NOTICE_ACTIVITIES = ("notify", "give_up_notices")

_CLOSINGS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: "completed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: "failed",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: "timed_out",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: "canceled",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: "terminated",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: "continued_as_new",
}


def read_run(run_id: str, events: Iterable[HistoryEvent]) -> Run:
    """The run whose history these events are, from its first one on. ValueError without any."""
    reading: RunReading | None = None
    for event in events:
        reading = reading or RunReading(run_id, event)
        reading.take(event)
    if reading is None:
        raise ValueError(f"run {run_id} has no history")
    return reading.end()


class RunReading:
    """A run that is being read: give it each event in order, then `end` it."""

    def __init__(self, run_id: str, first: HistoryEvent) -> None:
        self._run = Run(run_id, _time(first))
        self._task_pending = self._trying_again = False
        self._updates: dict[str, Update] = {}
        self._notices: dict[int, Notice] = {}
        self._fired: tuple[int, datetime] | None = None
        self._since_fired: Answer | None = None

    def take(self, event: HistoryEvent) -> None:
        """The next event. What cannot be read is noted and left out."""
        try:
            self._take(event)
        except PayloadUnreadable as error:
            self._run.unreadable.append((event.event_id, str(error)))

    def end(self) -> Run:
        """The run as far as it was read."""
        self._wait()
        if self._fired is not None:
            self._run.firings.append(Firing(*self._fired, None))
        self._run.settled = not (self._task_pending or self._trying_again)
        return self._run

    def _take(self, event: HistoryEvent) -> None:
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
                self._started(event)
            case EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
                self._task_pending = True
            case EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                self._task_pending = False
                self._run.handled_up_to = event.workflow_task_completed_event_attributes.started_event_id
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                accepted = event.workflow_execution_update_accepted_event_attributes
                command = read(Command, accepted.accepted_request.input.args)
                update = self._updates[accepted.protocol_instance_id] = Update(event.event_id, command)
                self._run.updates.append(update)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
                self._update_completed(event)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                self._signalled(event)
            case EventType.EVENT_TYPE_MARKER_RECORDED:
                self._marked(event)
            case EventType.EVENT_TYPE_TIMER_STARTED:
                self._wait()
            case EventType.EVENT_TYPE_TIMER_FIRED:
                self._wait()
                self._fired, self._since_fired = (event.event_id, _time(event)), None
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                scheduled = event.activity_task_scheduled_event_attributes
                if scheduled.activity_type.name in NOTICE_ACTIVITIES:
                    notice = Notice(event.event_id, read(NoticeRequest, scheduled.input))
                    self._notices[event.event_id] = notice
                    self._run.notices.append(notice)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                done = event.activity_task_completed_event_attributes.scheduled_event_id
                self._activity_closed(done, event, Outcome.COMPLETED)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
                failed = event.activity_task_failed_event_attributes.scheduled_event_id
                self._activity_closed(failed, event, Outcome.FAILED)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
                late = event.activity_task_timed_out_event_attributes.scheduled_event_id
                self._activity_closed(late, event, Outcome.FAILED)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED:
                stopped = event.activity_task_canceled_event_attributes.scheduled_event_id
                self._activity_closed(stopped, event, Outcome.FAILED)
            case kind if kind in _CLOSINGS:
                self._run.closed_as, self._run.closed_at = _CLOSINGS[kind], _time(event)

    def _started(self, event: HistoryEvent) -> None:
        started = event.workflow_execution_started_event_attributes
        self._run.parent = started.parent_workflow_execution.workflow_id or None
        self._run.continued_from = started.continued_execution_run_id or None
        self._run.start = read(Start, started.input)
        self._called(event, self._run.start.effects)

    def _update_completed(self, event: HistoryEvent) -> None:
        completed = event.workflow_execution_update_completed_event_attributes
        update = self._updates.get(completed.meta.update_id)
        if update is not None and completed.outcome.HasField("success"):
            update.said, update.answered_in = read(Answered, completed.outcome.success), event.event_id

    def _signalled(self, event: HistoryEvent) -> None:
        signalled = event.workflow_execution_signaled_event_attributes
        if signalled.signal_name == COMMAND_SIGNAL:
            try:
                command = read(Command, signalled.input)
            except PayloadUnreadable:
                command = None
            self._run.signals.append(Signal(event.event_id, command))
        elif signalled.signal_name in NOTICE_SIGNALS:
            self._called(event, read_notices(signalled.input))

    def _marked(self, event: HistoryEvent) -> None:
        marker = event.marker_recorded_event_attributes
        if marker.marker_name != LOCAL_ACTIVITY:
            return
        activity = read(LocalActivity, marker.details["data"])
        if activity.activity_type != RECORDS:
            return
        failed = marker.HasField("failure")
        self._trying_again = failed and activity.backoff is not None
        if failed:
            self._since_fired = None
            return
        answer = Answer(event.event_id, read(Answered, marker.details["result"]))
        self._run.answers.append(answer)
        self._since_fired = answer
        self._called(event, answer.said.effects)

    def _called(self, event: HistoryEvent, requests: Iterable[NoticeRequest]) -> None:
        self._run.called_for += [CalledFor(event.event_id, request) for request in requests]

    def _activity_closed(self, scheduled: int, event: HistoryEvent, outcome: Outcome) -> None:
        notice = self._notices.get(scheduled)
        if notice is not None:
            notice.outcome, notice.closed_in = outcome, event.event_id

    def _wait(self) -> None:
        """The run waits again, or has come to its end: what it did since a timer fired is complete, if it was answered."""
        if self._fired is not None and self._since_fired is not None:
            self._run.firings.append(Firing(*self._fired, self._since_fired))
            self._fired = self._since_fired = None


def _time(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(tzinfo=UTC)
