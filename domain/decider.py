"""decide(state, command, facts) -> events | refusal: every rule about directives is reached from here."""

from dataclasses import replace
from typing import assert_never

from domain import commands as c
from domain.allocating import assign_officer, claim, release
from domain.attaching import attach
from domain.decision import Decision
from domain.declining import decline, settle_decline
from domain.delegating import delegate
from domain.directory import Person, Role
from domain.event_values import Actor
from domain.extending import grant_extension, refuse_extension, request_extension
from domain.facts import Facts
from domain.gate import entry_refusal
from domain.issuing import issue
from domain.kinship import told_above
from domain.naming import unit_refusal
from domain.occurring import as_due, occurring
from domain.officer_commands import AssignOfficer, Claim, Release
from domain.permissions import Reach, actors
from domain.phases import POSSIBLE, is_possible
from domain.reassigning import reassign
from domain.refusals import Code, Refusal, refuse
from domain.reprojection import reproject
from domain.state import DirectiveState, Phase
from domain.steering import accept, change_deadline, reject, withdraw
from domain.stopping import resume, suspend
from domain.succeeding import follow_successors
from domain.system import record_delivery, record_signal_refusal, tick
from domain.working import (
    acknowledge,
    approve_completion,
    comment,
    report_completion,
    report_part,
    report_progress,
)


def decide(state: DirectiveState | None, envelope: c.CommandEnvelope, facts: Facts) -> Decision:
    """What `envelope.command` does to the directive, as events, or why not, as a refusal. Pure: same inputs, same answer.

    `state` is None before the directive is issued. The time is `envelope.at`. What the directive above has to hear of it is
    part of the decision.
    """
    decision = _decide(state, envelope, facts)
    if isinstance(decision, Refusal):
        return decision
    heard = told_above(envelope.directive_id, decision.events, envelope.command_id, facts)
    return replace(decision, elsewhere=(*decision.elsewhere, *heard)) if heard else decision


def _decide(state: DirectiveState | None, envelope: c.CommandEnvelope, facts: Facts) -> Decision:
    command = envelope.command
    if isinstance(command, c.IssueDirective):
        return _decide_issue(state, command, envelope, facts)
    if isinstance(command, c.IssueOccurrence):
        planned = envelope.model_copy(update={"at": command.issue_at})
        return occurring(_decide_issue(state, as_due(command, facts), planned, facts), command, envelope.at)
    if state is None:
        return refuse(Code.UNKNOWN_DIRECTIVE)
    if envelope.expected_version not in (None, state.version):
        return refuse(Code.STALE_VERSION, version=str(state.version), expected=str(envelope.expected_version))
    if isinstance(command, c.Tick | c.RecordDelivery | c.RecordSignalRefusal | c.Reproject | c.FollowSuccessors):
        return _decide_own(state, command, envelope, facts)
    candidates = _actors(state, envelope, facts)
    refusal = None if candidates else _not_permitted(envelope)
    refusal = refusal or _phase_refusal(state, command.name) or entry_refusal(command)
    if refusal:
        return refusal
    decisions = (_decide_rule(state, command, actor, envelope, facts) for actor in candidates)
    first = next(decisions)
    if not _wants_another_role(first):
        return first
    # Where the person's own role does not reach far enough, the role of the one they stand in for may.
    return next((decision for decision in decisions if not _wants_another_role(decision)), first)


def _wants_another_role(decision: Decision) -> bool:
    wanting = (Code.NOT_PERMITTED, Code.NOT_SUBORDINATE, Code.NOT_COORDINATING)
    return isinstance(decision, Refusal) and decision.code in wanting


def _decide_rule(
    state: DirectiveState, command: c.UserCommand, actor: Actor, envelope: c.CommandEnvelope, facts: Facts
) -> Decision:
    at = envelope.at
    match command:
        case c.IssueDirective():
            return refuse(Code.ALREADY_ISSUED)
        case c.Acknowledge():
            return acknowledge(state, command, actor, facts)
        case AssignOfficer():
            return assign_officer(state, command, actor, envelope.command_id, facts)
        case Claim():
            return claim(state, command, actor, facts)
        case Release():
            return release(state, command, actor, facts)
        case c.ReportProgress():
            return report_progress(state, command, actor, facts)
        case c.ReportCompletion():
            return report_completion(state, command, actor, at, facts)
        case c.ApproveCompletion():
            return approve_completion(state, command, actor, facts)
        case c.Accept():
            return accept(state, command, actor, facts)
        case c.Reject():
            return reject(state, command, actor, facts)
        case c.Withdraw():
            return withdraw(state, command, actor, facts)
        case c.ChangeDeadline():
            return change_deadline(state, command, actor, at, facts)
        case c.Comment():
            return comment(state, command, actor, facts)
        case c.ReportPart():
            return report_part(state, command, actor, at, facts)
        case c.RequestExtension():
            return request_extension(state, command, actor, at, facts)
        case c.GrantExtension():
            return grant_extension(state, command, actor, at, facts)
        case c.RefuseExtension():
            return refuse_extension(state, command, actor, facts)
        case c.Decline():
            return decline(state, command, actor, facts)
        case c.SettleDecline():
            return settle_decline(state, command, actor, at, facts)
        case c.Reassign():
            return reassign(state, command, actor, at, facts)
        case c.Delegate():
            return delegate(state, command, actor, envelope.command_id, at, facts)
        case c.Suspend():
            return suspend(state, command, actor, at, facts)
        case c.Resume():
            return resume(state, command, actor, at, facts)
        case c.Attach():
            return attach(state, command, actor, facts)
        case _:
            assert_never(command)


def _decide_issue(
    state: DirectiveState | None, command: c.IssueDirective, envelope: c.CommandEnvelope, facts: Facts
) -> Decision:
    if state is not None:
        return refuse(Code.ALREADY_ISSUED)
    refusal = entry_refusal(command)
    if refusal:
        return refusal
    person = facts.directory.people.get(envelope.user)
    lead = command.lead_unit or ""
    refusal = unit_refusal(lead, facts.directory)
    if refusal:
        return refusal
    reach = Reach(lead=lead, issuing=lead)
    actor = next(actors(person, command.name, reach, facts.directory), None) if person else None
    return issue(command, actor, envelope.at, facts) if actor else _not_permitted(envelope)


def _decide_own(
    state: DirectiveState,
    command: c.Tick | c.RecordDelivery | c.RecordSignalRefusal | c.Reproject | c.FollowSuccessors,
    envelope: c.CommandEnvelope,
    facts: Facts,
) -> Decision:
    if envelope.user != c.SYSTEM_USER:
        return _not_permitted(envelope)
    match command:
        case c.Tick():
            return tick(state, envelope.at, facts)
        case c.RecordDelivery():
            return record_delivery(command)
        case c.RecordSignalRefusal():
            return record_signal_refusal(command)
        case c.Reproject():
            return reproject(state, command, envelope.at, facts)
        case c.FollowSuccessors():
            return follow_successors(state, envelope.at, facts)
        case _:
            assert_never(command)


def _actors(state: DirectiveState, envelope: c.CommandEnvelope, facts: Facts) -> tuple[Actor, ...]:
    person: Person | None = facts.directory.people.get(envelope.user)
    if person is None:
        return ()
    reach = Reach(
        lead=state.lead_unit,
        issuing=state.issuer.over or state.lead_unit,
        delegated=state.issuer.role is Role.UNIT_HEAD,
        coordinating=_coordinating(state, envelope.command),
        others=(*state.informed_units, *(tenure.unit for tenure in state.tenures)),
    )
    return tuple(actors(person, envelope.command.name, reach, facts.directory))


def _coordinating(state: DirectiveState, command: c.Command) -> tuple[str, ...]:
    """The coordinating units; where the command names one of them, that one counts."""
    named = command.unit if isinstance(command, c.ReportPart) else None
    return tuple(unit for unit in state.coordinating_units if named in (None, unit))


def _not_permitted(envelope: c.CommandEnvelope) -> Refusal:
    return refuse(Code.NOT_PERMITTED, user=envelope.user, command=envelope.command.name)


def _phase_refusal(state: DirectiveState, command: str) -> Refusal | None:
    return None if is_possible(command, state.phase) else not_possible_now(command, state.phase)


def not_possible_now(command: str, phase: Phase) -> Refusal:
    """The refusal of a command that does not fit the phase; names the phase and what is possible."""
    return refuse(Code.NOT_POSSIBLE_NOW, command=command, phase=str(phase), possible=POSSIBLE[phase])
