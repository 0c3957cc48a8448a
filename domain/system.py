"""What the workflow asks of itself: ticks when an instant has come, and the outcome of notices and signals."""

from datetime import datetime
from typing import assert_never

from domain.audience import informed_of, parties_of, people
from domain.commands import RecordDelivery, RecordSignalRefusal
from domain.decision import Decided, Decision
from domain.event_values import SYSTEM, PlannedStep
from domain.events import (
    DeadlineMissed,
    Escalated,
    EventData,
    NotificationFailed,
    NotificationSent,
    ReminderDue,
    SignalRefused,
)
from domain.facts import Facts
from domain.state import RUNNING_PHASES, DirectiveState, Phase
from domain.stopping import resume_by_itself


def tick(state: DirectiveState, at: datetime, facts: Facts) -> Decision:
    """One event for each planned step that has come due by `at` and was not taken yet, in order of their instants.

    Late, twice or after a restart: each step is in the state until its event is, so each is taken exactly once, with the
    instant it was planned for.
    """
    if state.phase is Phase.SUSPENDED and state.resumes_at is not None and state.resumes_at <= at:
        return resume_by_itself(state, state.resumes_at, facts)
    if state.phase not in RUNNING_PHASES or state.due_at is None:
        return Decided(SYSTEM, ())
    events: list[EventData] = []
    reminders = state.reminders_sent
    for step in state.pending_steps:
        if step.due_at > at:
            break
        reminders += step.kind == "reminder"
        events.append(_taken(step, reminders, state, state.due_at, facts))
    return Decided(SYSTEM, tuple(events))


def _taken(step: PlannedStep, number: int, state: DirectiveState, deadline: datetime, facts: Facts) -> EventData:
    told = people(step.to, parties_of(state), facts.directory)
    match step.kind:
        case "reminder":
            return ReminderDue(informs=told, step=step.key, number=number, due_at=step.due_at, deadline=deadline)
        case "deadline":
            informs = informed_of("DeadlineMissed", state, SYSTEM.user, facts.directory)
            return DeadlineMissed(informs=informs, step=step.key, due_at=step.due_at)
        case "escalation":
            return Escalated(informs=told, step=step.key, level=step.level, due_at=step.due_at, deadline=deadline)
        case _:
            assert_never(step.kind)


def record_delivery(command: RecordDelivery) -> Decision:
    """What an outside channel took, and what it gave up on."""
    events: list[EventData] = []
    if command.delivered:
        events.append(NotificationSent(channel=command.channel, delivered=command.delivered))
    if command.undelivered:
        events.append(NotificationFailed(channel=command.channel, undelivered=command.undelivered))
    return Decided(SYSTEM, tuple(events))


def record_signal_refusal(command: RecordSignalRefusal) -> Decision:
    """A refusal that would otherwise be heard by nobody."""
    event = SignalRefused(
        refused_command=command.refused_command,
        refused_command_id=command.refused_command_id,
        refused_user=command.refused_user,
        code=command.code,
    )
    return Decided(SYSTEM, (event,))
