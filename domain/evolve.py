"""evolve(state, event) -> state: what each event makes of a directive."""

from collections.abc import Iterable
from typing import assert_never

from domain import event_values as v
from domain import events as e
from domain.ledgers import Attachment
from domain.state import DirectiveState, Phase
from domain.turns import (
    Changes,
    child_added,
    child_changes,
    declined,
    ended,
    extension_changes,
    goes_on,
    part_changes,
    planned,
    reassigned,
    still_ahead,
    suspended,
    units_succeeded,
)


class HistoryBroken(ValueError):
    """The events do not make a directive: the first is not DirectiveIssued, or a version is missing or repeated."""


def evolve(state: DirectiveState | None, event: e.Event) -> DirectiveState:
    """The state after `event`. Total over every stored event; a history with a gap stops loudly (HistoryBroken)."""
    if state is None:
        return _begun(event)
    return state.model_copy(update=_changes(state, event))


def fold(events: Iterable[e.Event], state: DirectiveState | None = None) -> DirectiveState | None:
    """The state after all `events`, starting from `state`: what `evolve` makes of them one after another.

    Only the first event makes another state. Nobody has seen that one yet, so the rest may change it where it is,
    which spares a long history a copy of some sixty fields for each event.
    """
    own: DirectiveState | None = None
    for event in events:
        if own is None:
            own = evolve(state, event)
            continue
        changes = _changes(own, event)
        own.__dict__.update(changes)
        own.__pydantic_fields_set__.update(changes)
    return state if own is None else own


def _begun(event: e.Event) -> DirectiveState:
    if event.stream_version != 1:
        raise HistoryBroken(f"directive {event.directive_id}: version {event.stream_version} where 1 belongs")
    if not isinstance(event.data, e.DirectiveIssued):
        raise HistoryBroken(f"directive {event.directive_id} begins with {event.data.type}")
    return _issued(event, event.data)


def _changes(state: DirectiveState, event: e.Event) -> Changes:
    """Fields of the state to their new values."""
    if event.stream_version != state.version + 1:
        raise HistoryBroken(
            f"directive {event.directive_id}: version {event.stream_version} where {state.version + 1} belongs"
        )
    if event.directive_id != state.id:
        raise HistoryBroken(f"an event of directive {event.directive_id} in the history of {state.id}")
    changes = _told(state, event)
    changes["version"] = event.stream_version
    changes["last_occurred_at"] = event.occurred_at
    changes["last_recorded_at"] = event.recorded_at
    return changes


def _issued(event: e.Event, data: e.DirectiveIssued) -> DirectiveState:
    return DirectiveState(
        id=event.directive_id,
        version=event.stream_version,
        phase=Phase.ISSUED,
        issuer=event.actor,
        issued_at=event.occurred_at,
        original_due_at=data.plan.due_at,
        due_at=data.plan.due_at,
        due_soon_at=data.plan.due_soon_at,
        policy_version=data.plan.policy_version,
        calendar_version=data.plan.calendar_version,
        deadline_basis=data.plan.basis,
        pending_steps=data.plan.steps,
        last_occurred_at=event.occurred_at,
        last_recorded_at=event.recorded_at,
        code=data.code,
        title=data.title,
        content=data.content,
        source=data.source,
        lead_unit=data.lead_unit,
        coordinating_units=data.coordinating_units,
        informed_units=data.informed_units,
        officer=data.officer,
        officer_since=event.occurred_at if data.officer else None,
        expected_result=data.expected_result,
        urgency=data.urgency,
        parent=data.parent,
        above=data.above,
        waivers=data.waivers,
        no_deadline_because=data.no_deadline_because,
        acceptance_levels=data.acceptance_levels,
        recurrence=data.recurrence,
    )


def _told(state: DirectiveState, event: e.Event) -> Changes:
    data = event.data
    match data.type:
        case "DirectiveIssued":
            raise HistoryBroken(f"directive {event.directive_id} is issued twice")
        case "DirectiveAcknowledged" | "DirectiveBegun":
            return {"phase": Phase.IN_PROGRESS}
        case "OfficerAssigned":
            return {"officer": data.officer, "officer_since": event.occurred_at}
        case "OfficerReleased":
            return {"officer": None, "officer_since": None}
        case "ProgressReported":
            return {
                "phase": Phase.IN_PROGRESS,
                "progress_percent": data.percent,
                "progress_reports": state.progress_reports + 1,
                "last_progress_at": event.occurred_at,
            }
        case "ReminderDue":
            return {"reminders_sent": data.number, "pending_steps": _without(state, data.step)}
        case "DeadlineMissed":
            return {"missed_at": data.due_at, "pending_steps": _without(state, data.step)}
        case "Escalated":
            return {
                "escalation_level": max(state.escalation_level, data.level),
                "pending_steps": _without(state, data.step),
            }
        case "DeadlineChanged":
            return planned(state, data.plan) | {"no_deadline_because": data.no_deadline_because}
        case "CompletionReported":
            return {
                "phase": Phase.AWAITING_ACCEPTANCE,
                "result": data.result,
                "reported_at": event.occurred_at,
                "reported_by": event.actor.user,
                "reported_for": event.actor.on_behalf_of,
                "approved": state.acceptance_levels == 1,
                "late": data.late,
            }
        case "CompletionApproved":
            return {
                "approved": True,
                "approved_by": event.actor.user,
                "approved_for": event.actor.on_behalf_of,
            }
        case "CompletionAccepted":
            return {
                "phase": Phase.COMPLETED,
                "late": data.late,
                "progress_percent": 100,
                **ended(state, event),
            }
        case "CompletionRejected":
            return {
                "phase": Phase.IN_PROGRESS,
                "result": None,
                "reported_at": None,
                "reported_by": None,
                "reported_for": None,
                "approved_by": None,
                "approved_for": None,
                "approved": False,
                "late": False,
                "rework_count": state.rework_count + 1,
                "pending_steps": still_ahead(state, event.occurred_at),
            }
        case "DirectiveWithdrawn":
            return {"phase": Phase.WITHDRAWN, **ended(state, event)}
        case "PartResultReported":
            return part_changes(state, event, data)
        case "ExtensionRequested" | "ExtensionGranted" | "ExtensionRefused":
            return extension_changes(state, event, data)
        case "DirectiveDeclined":
            return declined(state, event, data)
        case "DeclineSettled":
            return goes_on(state, event.occurred_at, data.working_days) | {"declined_by": None, "declined_for": None}
        case "DirectiveReassigned":
            return reassigned(state, event, data)
        case "UnitsSucceeded":
            return units_succeeded(state, event, data)
        case "SubdirectiveIssued":
            return child_added(state, data)
        case "SubdirectiveDeadlineChanged":
            return child_changes(state, data.subdirective, due_at=data.due_at)
        case "SubdirectiveClosed":
            return child_changes(state, data.subdirective, closed=True, completed=data.completed, late=data.late)
        case "DirectiveSuspended":
            return suspended(state, event, data)
        case "DirectiveResumed":
            return goes_on(state, data.ended_at or event.occurred_at, data.working_days) | {"resumes_at": None}
        case "FileAttached":
            return {"attachments": (*state.attachments, _attachment(event, data))}
        case "Commented" | "SignalRefused" | "NotificationSent" | "NotificationFailed":
            return {}
        case _:
            assert_never(data)


def _attachment(event: e.Event, data: e.FileAttached) -> Attachment:
    return Attachment(
        sha256=data.sha256,
        name=data.name,
        size=data.size,
        media_type=data.media_type,
        attached_at=event.occurred_at,
        attached_by=event.actor.user,
    )


def _without(state: DirectiveState, key: str) -> tuple[v.PlannedStep, ...]:
    return tuple(step for step in state.pending_steps if step.key != key)
