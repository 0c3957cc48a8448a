"""What the lead unit does: take on, report; and comments by anyone."""

from datetime import datetime

from domain.audience import informed_of
from domain.commands import (
    Acknowledge,
    ApproveCompletion,
    Comment,
    ReportCompletion,
    ReportPart,
    ReportProgress,
)
from domain.decision import Decided, Decision
from domain.directory import Role
from domain.event_values import Actor
from domain.events import (
    Commented,
    CompletionApproved,
    CompletionReported,
    DirectiveAcknowledged,
    EventData,
    PartResultReported,
    ProgressReported,
)
from domain.facts import Facts
from domain.kinship import open_below, waived
from domain.phases import POSSIBLE
from domain.refusals import Code, refuse
from domain.same_person import is_same_person
from domain.state import DirectiveState, Phase


def acknowledge(state: DirectiveState, command: Acknowledge, actor: Actor, facts: Facts) -> Decision:
    """The unit takes the directive on."""
    informs = informed_of("DirectiveAcknowledged", state, actor.user, facts.directory)
    return Decided(actor, (DirectiveAcknowledged(informs=informs, note=command.note),))


def report_progress(state: DirectiveState, command: ReportProgress, actor: Actor, facts: Facts) -> Decision:
    """How far the unit is. A lower figure than before is taken too: an honest correction must not be refused."""
    event = ProgressReported(
        informs=informed_of("ProgressReported", state, actor.user, facts.directory),
        percent=command.percent,
        note=command.note,
        difficulties=command.difficulties,
        proposals=command.proposals,
    )
    return Decided(actor, (event,))


def report_completion(
    state: DirectiveState, command: ReportCompletion, actor: Actor, at: datetime, facts: Facts
) -> Decision:
    """The result goes to the head of the unit, or, when the head reports it, straight on to the issuer."""
    refusal = open_below(state, command.waive_open)
    if refusal:
        return refusal
    informs = informed_of("CompletionReported", state, actor.user, facts.directory)
    late = state.due_at is not None and at >= state.due_at
    waives = waived(state, command.waive_open)
    report = CompletionReported(informs=informs, result=command.result, late=late, waives_open=waives)
    events: tuple[EventData, ...] = (report,)
    if state.acceptance_levels == 2 and actor.role is Role.UNIT_HEAD:
        # The issuer is told once: the report above already says so.
        events = (*events, CompletionApproved())
    return Decided(actor, events)


def approve_completion(state: DirectiveState, command: ApproveCompletion, actor: Actor, facts: Facts) -> Decision:
    """The head stands behind the result; only once. Whoever reported it does not do so in the absent head's place."""
    if state.approved:
        possible = tuple(c for c in POSSIBLE[Phase.AWAITING_ACCEPTANCE] if c != command.name)
        phase = str(Phase.AWAITING_ACCEPTANCE)
        return refuse(Code.NOT_POSSIBLE_NOW, command=command.name, phase=phase, possible=possible)
    if actor.on_behalf_of is not None and is_same_person(actor, state.reported_by, state.reported_for):
        return refuse(Code.SAME_PERSON, user=actor.user)
    informs = informed_of("CompletionApproved", state, actor.user, facts.directory)
    return Decided(actor, (CompletionApproved(informs=informs, note=command.note),))


def report_part(state: DirectiveState, command: ReportPart, actor: Actor, at: datetime, facts: Facts) -> Decision:
    """A coordinating unit reports its own part. The first report counts for its timeliness, later ones correct it."""
    covered = tuple(
        unit
        for unit in state.coordinating_units
        if actor.over is not None and facts.directory.covers(actor.over, unit) and command.unit in (None, unit)
    )
    if not covered:
        return refuse(Code.NOT_COORDINATING, unit=command.unit or "")
    if len(covered) > 1:
        return refuse(Code.UNIT_AMBIGUOUS, units=covered)
    unit = covered[0]
    before = next((part for part in state.parts if part.unit == unit), None)
    late = before.late if before else _part_late(state, at)
    informs = informed_of("PartResultReported", state, actor.user, facts.directory)
    return Decided(actor, (PartResultReported(informs=informs, unit=unit, result=command.result, late=late),))


def _part_late(state: DirectiveState, at: datetime) -> bool:
    """By the deadline, which does not pass while the clock stands; the lead unit's own report stops nothing for others."""
    stands = state.clock_stands_since
    return state.due_at is not None and at >= state.due_at and (stands is None or stands >= state.due_at)


def comment(state: DirectiveState, command: Comment, actor: Actor, facts: Facts) -> Decision:
    """A remark; never changes where the directive stands."""
    informs = informed_of("Commented", state, actor.user, facts.directory)
    return Decided(actor, (Commented(informs=informs, text=command.text),))
