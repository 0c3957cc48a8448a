"""What the turns off the straight road make of a directive's state: changes by field, for `evolve`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import events as e
from domain.event_values import Plan, PlannedStep
from domain.ledgers import Extension, ExtensionStatus, PartResult, StoppedTime, Subdirective, Tenure
from domain.state import DirectiveState, Phase
from domain.terms import StopCause

Changes = dict[str, object]
"""Fields of the state to their new values."""


def still_ahead(state: DirectiveState, at: datetime) -> tuple[PlannedStep, ...]:
    """What came due while the unit was not at work presses nobody any more; a missed deadline stays missed."""
    return tuple(step for step in state.pending_steps if step.kind == "deadline" or step.due_at > at)


def planned(state: DirectiveState, plan: Plan) -> Changes:
    """Another plan. A result that waits for acceptance is late, or not, by the deadline that now stands."""
    reported = state.reported_at
    return {
        "due_at": plan.due_at,
        "due_soon_at": plan.due_soon_at,
        "policy_version": plan.policy_version,
        "calendar_version": plan.calendar_version,
        "deadline_basis": plan.basis,
        "pending_steps": plan.steps,
        "deadline_generation": state.deadline_generation + 1,
        "late": reported is not None and plan.due_at is not None and reported >= plan.due_at,
    }


def ended(state: DirectiveState, event: e.Event) -> Changes:
    """Nothing is planned any more, and whatever was waited for ends with the directive."""
    at = event.occurred_at
    return {
        "closed_at": at,
        "pending_steps": (),
        "resumes_at": None,
        "declined_by": None,
        "declined_for": None,
        "phase_before": None,
        "extensions": tuple(_lapsed(state)),
        "stopped_time": tuple(s if s.until else s.model_copy(update={"until": at}) for s in state.stopped_time),
    }


def part_changes(state: DirectiveState, event: e.Event, data: e.PartResultReported) -> Changes:
    """The last report of each unit stands."""
    part = PartResult(unit=data.unit, result=data.result, reported_at=event.occurred_at, late=data.late)
    return {"parts": (*(known for known in state.parts if known.unit != data.unit), part)}


def extension_changes(
    state: DirectiveState, event: e.Event, data: e.ExtensionRequested | e.ExtensionGranted | e.ExtensionRefused
) -> Changes:
    """The ledger of extensions, and that of the time in which nobody decided."""
    match data:
        case e.ExtensionRequested():
            asked = Extension(
                number=data.number,
                requested_by=event.actor.user,
                requested_for=event.actor.on_behalf_of,
                requested_at=event.occurred_at,
                reason=data.reason,
                old_due_at=data.due_at,
                asked_due_at=data.asked_due_at,
            )
            stop = StoppedTime(cause=StopCause.EXTENSION_UNDECIDED, reason=data.reason, since=event.occurred_at)
            return {"extensions": (*state.extensions, asked), "stopped_time": (*state.stopped_time, stop)}
        case e.ExtensionGranted():
            return planned(state, data.plan) | {
                "extensions": _decided(
                    state, event, data.number, ExtensionStatus.GRANTED, note=data.note, new_due_at=data.plan.due_at
                ),
                "stopped_time": tuple(_request_closed(state, event.occurred_at)),
            }
        case e.ExtensionRefused():
            return {
                "extensions": _decided(state, event, data.number, ExtensionStatus.REFUSED, note=data.reason),
                "stopped_time": tuple(_request_closed(state, event.occurred_at)),
            }


def declined(state: DirectiveState, event: e.Event, data: e.DirectiveDeclined) -> Changes:
    """The directive lies with the issuing side."""
    stop = StoppedTime(
        cause=StopCause.DECLINE_UNDECIDED,
        reason=data.reason,
        since=event.occurred_at,
        moves_deadline=data.moves_deadline,
    )
    return {
        "phase": Phase.DECLINED,
        "phase_before": state.phase,
        "declined_by": event.actor.user,
        "declined_for": event.actor.on_behalf_of,
        "stopped_time": (*state.stopped_time, stop),
    }


def suspended(state: DirectiveState, event: e.Event, data: e.DirectiveSuspended) -> Changes:
    """Nobody works on it, until the end that was set."""
    stop = StoppedTime(
        cause=data.cause,
        waits_on=data.waits_on,
        reason=data.reason,
        since=event.occurred_at,
        moves_deadline=data.moves_deadline,
    )
    return {
        "phase": Phase.SUSPENDED,
        "phase_before": state.phase,
        "resumes_at": data.until,
        "stopped_time": (*state.stopped_time, stop),
    }


def goes_on(state: DirectiveState, at: datetime, working_days: int) -> Changes:
    """The unit works on it again, from where a suspension or a decline took it."""
    stopped = state.open_stop
    return {
        "phase": state.phase_before or Phase.IN_PROGRESS,
        "phase_before": None,
        "pending_steps": still_ahead(state, at),
        "stopped_time": tuple(
            s.model_copy(update={"until": at, "working_days": working_days}) if s is stopped else s
            for s in state.stopped_time
        ),
    }


def reassigned(state: DirectiveState, event: e.Event, data: e.DirectiveReassigned) -> Changes:
    """The new unit begins; what the old one had asked for lapses."""
    at = event.occurred_at
    tenure = Tenure(
        unit=data.from_unit,
        officer=data.previous_officer,
        since=state.lead_since or state.issued_at,
        until=at,
        overdue_from=data.overdue_from,
    )
    return {
        "lead_unit": data.to_unit,
        "lead_since": at,
        "officer": None,
        "officer_since": None,
        "phase": Phase.ISSUED,
        "progress_percent": 0,
        "coordinating_units": tuple(unit for unit in state.coordinating_units if unit != data.to_unit),
        "informed_units": tuple(unit for unit in state.informed_units if unit != data.to_unit),
        "tenures": (*state.tenures, tenure),
        "extensions": tuple(_lapsed(state)),
        "stopped_time": tuple(_request_closed(state, at)),
    }


def units_succeeded(state: DirectiveState, event: e.Event, data: e.UnitsSucceeded) -> Changes:
    """Other units stand in the place of those that ended; nothing else changes."""
    changes: Changes = {
        "lead_unit": data.lead_unit,
        "coordinating_units": data.coordinating_units,
        "informed_units": data.informed_units,
        "officer": data.officer,
        "parts": _carried_parts(state.parts, data),
    }
    if data.lead_unit == state.lead_unit:
        return changes
    tenure = Tenure(
        unit=state.lead_unit,
        officer=data.previous_officer,
        since=state.lead_since or state.issued_at,
        until=event.occurred_at,
        overdue_from=data.overdue_from,
    )
    return changes | {"lead_since": event.occurred_at, "tenures": (*state.tenures, tenure)}


def child_added(state: DirectiveState, data: e.SubdirectiveIssued) -> Changes:
    """One more below this one."""
    child = Subdirective(id=data.subdirective, code=data.code, lead_unit=data.lead_unit, due_at=data.due_at)
    return {"subdirectives": (*state.subdirectives, child)}


def child_changes(state: DirectiveState, subdirective: UUID, **changes: Any) -> Changes:
    """What became of one below this one."""
    return {
        "subdirectives": tuple(
            child.model_copy(update=changes) if child.id == subdirective else child for child in state.subdirectives
        )
    }


def _carried_parts(parts: tuple[PartResult, ...], data: e.UnitsSucceeded) -> tuple[PartResult, ...]:
    """What was reported of a part stays reported under the successor; of two that became one, late if either was."""
    heirs = {one.from_unit: one.to_unit for one in data.succeeded if one.to_unit in data.coordinating_units}
    carried: dict[str, PartResult] = {}
    for part in parts:
        unit = heirs.get(part.unit, part.unit)
        before = carried.pop(unit, None)
        carried[unit] = part.model_copy(
            update={"unit": unit, "late": part.late or (before is not None and before.late)}
        )
    return tuple(carried.values())


def _decided(
    state: DirectiveState, event: e.Event, number: int, status: ExtensionStatus, **changes: Any
) -> tuple[Extension, ...]:
    decided = {"status": status, "decided_by": event.actor.user, "decided_at": event.occurred_at, **changes}
    return tuple(one.model_copy(update=decided) if one.number == number else one for one in state.extensions)


def _lapsed(state: DirectiveState) -> Iterator[Extension]:
    for extension in state.extensions:
        pending = extension.status is ExtensionStatus.PENDING
        yield extension.model_copy(update={"status": ExtensionStatus.LAPSED}) if pending else extension


def _request_closed(state: DirectiveState, at: datetime) -> Iterator[StoppedTime]:
    for stop in state.stopped_time:
        waits = stop.until is None and stop.cause is StopCause.EXTENSION_UNDECIDED
        yield stop.model_copy(update={"until": at}) if waits else stop
