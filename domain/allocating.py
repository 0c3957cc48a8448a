"""Who of the lead unit carries a directive out: named by the head, chosen by a rule, taken by oneself, given back."""

from uuid import UUID

from domain.audience import informed_of, told
from domain.choosing import candidates, drawn, officers_of, ranked
from domain.decision import Decided, Decision
from domain.directory import Role
from domain.event_values import Actor
from domain.events import DirectiveAcknowledged
from domain.facts import Facts
from domain.issuing import officer_refusal
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.officer_events import OfficerAssigned, OfficerReleased
from domain.refusals import Code, Refusal, refuse
from domain.same_person import is_same_person
from domain.state import DirectiveState, Phase
from domain.terms import Choice


def assign_officer(
    state: DirectiveState, command: AssignOfficer, actor: Actor, command_id: UUID, facts: Facts
) -> Decision:
    """The head names the person who carries it out, or the rule that chooses one."""
    officer = command.officer or _chosen(state, command.choose, command_id, facts)
    if isinstance(officer, Refusal):
        return officer
    if officer == state.officer:
        return refuse(Code.OFFICER_UNCHANGED, officer=officer)
    refusal = officer_refusal(officer, state.lead_unit, facts)
    if refusal:
        return refusal
    event = OfficerAssigned(
        informs=told((officer, state.officer or ""), facts.directory, but=actor.user),
        officer=officer,
        previous_officer=state.officer,
        note=command.note,
        chosen_by=command.choose,
    )
    return Decided(actor, (event, *_taken_on(state, actor, facts, start=command.start)))


def claim(state: DirectiveState, command: Claim, actor: Actor, facts: Facts) -> Decision:
    """The sender carries it out. What somebody carries out already is given on by its head only."""
    if state.officer is not None:
        return refuse(Code.OFFICER_TAKEN, officer=state.officer)
    refusal = officer_refusal(actor.user, state.lead_unit, facts)
    if refusal:
        return refusal
    event = OfficerAssigned(
        informs=informed_of("OfficerReleased", state, actor.user, facts.directory), officer=actor.user
    )
    return Decided(actor, (event, *_taken_on(state, actor, facts, start=command.start)))


def release(state: DirectiveState, command: Release, actor: Actor, facts: Facts) -> Decision:
    """The officer, or the head, gives it back to the unit. The unit stays at work on it: its clock runs on."""
    if state.officer is None:
        return refuse(Code.NO_OFFICER)
    if actor.role is not Role.UNIT_HEAD and not is_same_person(actor, state.officer):
        return refuse(Code.NOT_PERMITTED, user=actor.user, command=command.name)
    informs = informed_of("OfficerReleased", state, actor.user, facts.directory)
    return Decided(actor, (OfficerReleased(informs=informs, previous_officer=state.officer, reason=command.reason),))


def _chosen(state: DirectiveState, by: Choice | None, command_id: UUID, facts: Facts) -> str | Refusal:
    others = (one for one in officers_of(state.lead_unit, facts.directory) if one != state.officer)
    found = candidates(others, state.title, facts.assignments)
    if by is None or not found:
        return refuse(Code.NOBODY_TO_CHOOSE, unit=state.lead_unit, by=by or "")
    one = drawn(found, command_id, state.id) if by is Choice.LOT else ranked(by, found)[0]
    return one.officer


def _taken_on(state: DirectiveState, actor: Actor, facts: Facts, *, start: bool) -> tuple[DirectiveAcknowledged, ...]:
    if not start or state.phase is not Phase.ISSUED:
        return ()
    return (DirectiveAcknowledged(informs=informed_of("DirectiveAcknowledged", state, actor.user, facts.directory)),)
