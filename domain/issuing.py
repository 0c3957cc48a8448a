"""Issuing a directive (giao nhiệm vụ), after the four-clear gate."""

from dataclasses import replace
from datetime import datetime

from domain.audience import INFORMS, Parties, people
from domain.commands import IssueDirective
from domain.deadlines import basis_of, due_instant, plan_for
from domain.decision import Decided, Decision
from domain.directory import Role
from domain.events import Actor, CitedSource, DirectiveIssued, WaivedPoint
from domain.facts import Facts
from domain.policy import Policy
from domain.refusals import Code, Refusal, refuse


def issue(command: IssueDirective, actor: Actor, at: datetime, facts: Facts) -> Decision:
    """The directive with its plan, or why its units, officer, policy or deadline cannot be."""
    if command.lead_unit is None or command.title is None or command.content is None:
        raise ValueError("the four-clear gate comes first")
    refusal = _unit_refusal(command, facts) or officer_refusal(command.officer, command.lead_unit, facts)
    if refusal:
        return refusal
    policy = policy_named(command.policy or command.urgency, facts)
    if isinstance(policy, Refusal):
        return policy
    due_at = due_instant(command.deadline, at, policy, facts.calendar) if command.deadline else None
    if isinstance(due_at, Refusal):
        return due_at
    parties = Parties(
        lead_unit=command.lead_unit,
        coordinating_units=command.coordinating_units,
        informed_units=command.informed_units,
        officer=command.officer,
        issuer=actor.user,
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
        waivers=tuple(WaivedPoint(**dict(waiver)) for waiver in command.waivers),
        no_deadline_because=command.deadline.none_because if command.deadline else None,
        acceptance_levels=policy.acceptance_levels,
        plan=plan_for(due_at, at, policy, facts.calendar, basis=basis_of(command.deadline, at)),
    )
    return Decided(actor, (event,))


def numbered(decided: Decided, code: str) -> Decided:
    """The accepted issue with its number, like "2026/0123"; no rule looks at it, so it is given after the decision."""
    events = tuple(e.model_copy(update={"code": code}) if isinstance(e, DirectiveIssued) else e for e in decided.events)
    return replace(decided, events=events)


def officer_refusal(officer: str | None, lead_unit: str, facts: Facts) -> Refusal | None:
    """An officer works in the lead unit or below it, and is an officer or head there: able to see and to carry out."""
    if officer is None:
        return None
    person = facts.directory.people.get(officer)
    able = person is not None and facts.directory.role_over(person, (Role.OFFICER, Role.UNIT_HEAD), lead_unit)
    if person is None or not person.active or not able or not facts.directory.covers(lead_unit, person.unit):
        return refuse(Code.UNKNOWN_OFFICER, officer=officer, unit=lead_unit)
    return None


def policy_named(code: str, facts: Facts) -> Policy | Refusal:
    """The policy in force under `code`."""
    policy = facts.policies.get(code)
    return policy or refuse(Code.UNKNOWN_POLICY, policy=code)


def _unit_refusal(command: IssueDirective, facts: Facts) -> Refusal | None:
    named = (*command.coordinating_units, *command.informed_units)
    for unit in named:
        if unit not in facts.directory.units:
            return refuse(Code.UNKNOWN_UNIT, unit=unit)
        if unit == command.lead_unit and unit in command.coordinating_units:
            return refuse(Code.COORDINATING_IS_LEAD, unit=unit)
        if unit == command.lead_unit or named.count(unit) > 1:
            return refuse(Code.UNIT_NAMED_TWICE, unit=unit)
    return None
