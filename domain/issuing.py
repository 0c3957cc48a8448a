"""Issuing a directive (giao nhiệm vụ), after the four-clear gate."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.audience import INFORMS, Parties, people
from domain.commands import IssueDirective
from domain.deadlines import basis_of, due_instant, plan_for
from domain.decision import Decided, Decision
from domain.directory import Role
from domain.event_values import Actor, CitedSource, WaivedPoint
from domain.events import DirectiveBegun, DirectiveIssued, EventData, SubdirectiveIssued
from domain.facts import Facts
from domain.kinship import past_parent
from domain.naming import unit_refusal
from domain.policy import Policy, applicable
from domain.refusals import Code, Refusal, refuse
from domain.state import RUNNING_PHASES


def issue(command: IssueDirective, actor: Actor, at: datetime, facts: Facts) -> Decision:
    """The directive with its plan, or why its units, officer, policy or deadline cannot be."""
    if command.lead_unit is None or command.title is None or command.content is None:
        raise ValueError("the four-clear gate comes first")
    refusal = _unit_refusal(command, facts) or officer_refusal(command.officer, command.lead_unit, facts)
    if refusal:
        return refusal
    policy = policy_of(command, facts)
    if isinstance(policy, Refusal):
        return policy
    due_at = due_instant(command.deadline, at, policy, facts.calendar) if command.deadline else None
    if isinstance(due_at, Refusal):
        return due_at
    refusal = _parent_refusal(command, due_at, facts)
    if refusal:
        return refusal
    parties = Parties(
        lead_unit=command.lead_unit,
        coordinating_units=command.coordinating_units,
        informed_units=command.informed_units,
        officer=command.officer,
        issuer=actor.in_name_of,
    )
    event = DirectiveIssued(
        informs=people(INFORMS["DirectiveIssued"], parties, facts.directory, but=actor.user),
        code=facts.code,
        title=command.title,
        content=command.content,
        source=CitedSource(**dict(command.source)) if command.source else None,
        lead_unit=command.lead_unit,
        coordinating_units=command.coordinating_units,
        informed_units=command.informed_units,
        officer=command.officer,
        expected_result=command.expected_result,
        urgency=command.urgency,
        parent=command.parent,
        above=(facts.parent.lead_unit, *facts.parent.above) if facts.parent else (),
        waivers=tuple(WaivedPoint(**dict(waiver)) for waiver in command.waivers),
        no_deadline_because=command.deadline.none_because if command.deadline else None,
        acceptance_levels=policy.acceptance_levels,
        plan=plan_for(due_at, at, policy, facts.calendar, basis=basis_of(command.deadline, at)),
    )
    return Decided(actor, (event, *begun(policy)))


def begun(policy: Policy) -> tuple[DirectiveBegun, ...]:
    """What follows on an issue where the policy has the unit begin at once."""
    return (DirectiveBegun(policy_version=policy.label),) if policy.begins == "issued" else ()


def unnumbered(directive_id: UUID, decided: Decided) -> list[UUID]:
    """The directives that the decision issues, in order: each needs a number."""
    parts = ((directive_id, decided.events), *((part.directive_id, part.events) for part in decided.elsewhere))
    return [issued for issued, events in parts if any(isinstance(event, DirectiveIssued) for event in events)]


def numbered(directive_id: UUID, decided: Decided, codes: Mapping[UUID, str]) -> Decided:
    """The decision with the numbers of what it issues, like "2026/0123"; no rule looks at them, so they come after it."""
    elsewhere = (replace(part, events=_filled(part.directive_id, part.events, codes)) for part in decided.elsewhere)
    return replace(decided, events=_filled(directive_id, decided.events, codes), elsewhere=tuple(elsewhere))


def _filled(directive_id: UUID, events: tuple[EventData, ...], codes: Mapping[UUID, str]) -> tuple[EventData, ...]:
    filled: list[EventData] = []
    for event in events:
        if isinstance(event, DirectiveIssued):
            filled.append(event.model_copy(update={"code": codes[directive_id]}))
        elif isinstance(event, SubdirectiveIssued):
            filled.append(event.model_copy(update={"code": codes[event.subdirective]}))
        else:
            filled.append(event)
    return tuple(filled)


def _parent_refusal(command: IssueDirective, due_at: datetime | None, facts: Facts) -> Refusal | None:
    if command.parent is None:
        return None
    if facts.parent is None:
        return refuse(Code.UNKNOWN_PARENT, parent=str(command.parent))
    if facts.parent.closed:
        return refuse(Code.PARENT_CLOSED, parent=facts.parent.code)
    if facts.parent.phase not in RUNNING_PHASES:
        return refuse(Code.PARENT_NOT_AT_WORK, parent=facts.parent.code, phase=str(facts.parent.phase))
    lead = command.lead_unit or ""
    if lead in map(facts.directory.present, facts.parent.above):
        return refuse(Code.DELEGATION_CYCLE, unit=lead)
    return past_parent(due_at, facts.parent)


def officer_refusal(officer: str | None, lead_unit: str, facts: Facts) -> Refusal | None:
    """An officer works in the lead unit or below it, and is an officer or head there: able to see and to carry out."""
    if officer is None:
        return None
    person = facts.directory.people.get(officer)
    able = person is not None and facts.directory.role_over(person, (Role.OFFICER, Role.UNIT_HEAD), lead_unit)
    if person is None or not person.active or not able or not facts.directory.covers(lead_unit, person.unit):
        return refuse(Code.UNKNOWN_OFFICER, officer=officer, unit=lead_unit)
    return None


def policy_of(command: IssueDirective, facts: Facts) -> Policy | Refusal:
    """The policy under which the directive would be issued: the one named, else the closest fit."""
    kind = command.source.kind if command.source else None
    return policy_named(command.policy or applicable(facts.policies.values(), command.urgency, kind), facts)


def policy_named(code: str, facts: Facts) -> Policy | Refusal:
    """The policy in force under `code`."""
    policy = facts.policies.get(code)
    return policy or refuse(Code.UNKNOWN_POLICY, policy=code)


def _unit_refusal(command: IssueDirective, facts: Facts) -> Refusal | None:
    named = (*command.coordinating_units, *command.informed_units)
    for unit in named:
        refusal = unit_refusal(unit, facts.directory)
        if refusal:
            return refusal
        if unit == command.lead_unit and unit in command.coordinating_units:
            return refuse(Code.COORDINATING_IS_LEAD, unit=unit)
        if unit == command.lead_unit or named.count(unit) > 1:
            return refuse(Code.UNIT_NAMED_TWICE, unit=unit)
    return None
