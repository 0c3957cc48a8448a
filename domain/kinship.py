"""Directives above and below each other: what one may not do to the other, and what the one above hears of the one below."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.audience import informed_of
from domain.decision import Elsewhere
from domain.events import (
    CompletionAccepted,
    DeadlineChanged,
    DirectiveIssued,
    DirectiveWithdrawn,
    EventData,
    ExtensionGranted,
    SubdirectiveClosed,
    SubdirectiveDeadlineChanged,
    SubdirectiveIssued,
)
from domain.facts import Facts
from domain.ids import echo_command_id
from domain.instants import local
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState


def past_parent(due_at: datetime | None, parent: DirectiveState | None) -> Refusal | None:
    """A refusal if a deadline lies past that of the directive above; none at all lies past any. One that ended binds no more."""
    if parent is None or parent.closed or parent.due_at is None or (due_at is not None and due_at <= parent.due_at):
        return None
    asked = local(due_at).isoformat() if due_at else "–"
    return refuse(
        Code.DEADLINE_PAST_PARENT, due_at=asked, parent=parent.code, parent_due_at=local(parent.due_at).isoformat()
    )


def outside_family(due_at: datetime | None, state: DirectiveState, facts: Facts) -> Refusal | None:
    """A refusal if a new deadline lies past the parent's, or before that of an open sub-directive."""
    refusal = past_parent(due_at, facts.parent)
    if refusal is not None or due_at is None:
        return refusal
    later = tuple(child.code for child in state.open_subdirectives if child.due_at is None or child.due_at > due_at)
    if later:
        return refuse(Code.DEADLINE_BEFORE_SUBDIRECTIVES, due_at=local(due_at).isoformat(), subdirectives=later)
    return None


def units_above(state: DirectiveState, facts: Facts) -> tuple[str, ...]:
    """The units that lead the directives above now, the nearest first; as far as they are known, in the place of ended ones."""
    above = (facts.parent.lead_unit, *facts.parent.above) if facts.parent else state.above
    return tuple(map(facts.directory.present, above))


def open_below(state: DirectiveState, waiver: str | None) -> Refusal | None:
    """A refusal if sub-directives are open and nobody says why that does not matter."""
    children = state.open_subdirectives
    if not children or waiver is not None:
        return None
    return refuse(Code.OPEN_SUBDIRECTIVES, subdirectives=tuple(child.code for child in children))


def waived(state: DirectiveState, waiver: str | None) -> str | None:
    """What the event keeps of a waiver: nothing when there was nothing to waive."""
    return waiver if state.open_subdirectives else None


def told_above(
    directive_id: UUID, events: Iterable[EventData], command_id: UUID, facts: Facts
) -> tuple[Elsewhere, ...]:
    """What the directive above records of these events of the one below. Nothing reaches one that has ended."""
    parent = facts.parent
    if parent is None or parent.closed:
        return ()
    heard = tuple(event for data in events for event in _heard(directive_id, data, parent, facts))
    if not heard:
        return ()
    return (Elsewhere(parent.id, echo_command_id(command_id, parent.id), parent, heard),)


def _heard(directive_id: UUID, data: EventData, parent: DirectiveState, facts: Facts) -> tuple[EventData, ...]:
    match data:
        case DirectiveIssued(code=code, lead_unit=lead_unit, plan=plan):
            return (SubdirectiveIssued(subdirective=directive_id, code=code, lead_unit=lead_unit, due_at=plan.due_at),)
        case DeadlineChanged(old_due_at=old, plan=plan) | ExtensionGranted(old_due_at=old, plan=plan):
            if plan.due_at == old:
                return ()  # only the steps around it have moved
            return (SubdirectiveDeadlineChanged(subdirective=directive_id, due_at=plan.due_at),)
        case CompletionAccepted(late=late):
            return (_closed(directive_id, parent, facts, completed=True, late=late),)
        case DirectiveWithdrawn():
            return (_closed(directive_id, parent, facts, completed=False, late=False),)
        case _:
            return ()


def _closed(
    directive_id: UUID, parent: DirectiveState, facts: Facts, *, completed: bool, late: bool
) -> SubdirectiveClosed:
    informs = informed_of("SubdirectiveClosed", parent, "", facts.directory)
    return SubdirectiveClosed(informs=informs, subdirective=directive_id, completed=completed, late=late)
