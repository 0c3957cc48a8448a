"""What sets an occurrence of a recurrence apart from a directive that somebody issues: its deadline, its link, its steps."""

from dataclasses import replace
from datetime import date, datetime

from domain.calendar import WorkCalendar
from domain.commands import Deadline, IssueDirective, IssueOccurrence
from domain.decision import Decided, Decision
from domain.event_values import OccurrenceLink
from domain.events import DirectiveIssued
from domain.facts import Facts
from domain.instants import end_of_day
from domain.issuing import policy_of
from domain.refusals import Refusal
from domain.terms import DaysOff


def due_day(command: IssueOccurrence, calendar: WorkCalendar) -> date | None:
    """The day on which the occurrence will be due as the calendar is now; None where its deadline is no day."""
    day = command.directive.deadline.at if command.directive.deadline else None
    if isinstance(day, datetime) or not isinstance(day, date):
        return None
    return day if command.days_off is DaysOff.KEEP else calendar.shift(day, 0)


def as_due(command: IssueOccurrence, facts: Facts) -> IssueDirective:
    """The directive with its deadline as the rule means it.

    A deadline on a day off runs to the next working day like any other (Civil Code 2015, art. 148.5), unless the rule keeps
    it: then it is the very instant at which that day ends, which no calendar moves.
    """
    directive = command.directive
    day = directive.deadline.at if directive.deadline else None
    if isinstance(day, datetime) or not isinstance(day, date) or command.days_off is not DaysOff.KEEP:
        return directive
    policy = policy_of(directive, facts)
    if isinstance(policy, Refusal):
        return directive  # refused for that when it is issued
    return directive.model_copy(update={"deadline": Deadline(at=end_of_day(day, policy.closing_time))})


def occurring(decision: Decision, command: IssueOccurrence, at: datetime) -> Decision:
    """The issued directive, linked to its recurrence; what was decided for the planned instant happens at `at`.

    An occurrence issued late keeps the deadline of its period, missed or not, but nobody is reminded of it for instants
    that had passed before it was there.
    """
    if not isinstance(decision, Decided):
        return decision
    link = OccurrenceLink(id=command.recurrence, period=command.period)
    events = []
    for event in decision.events:
        if isinstance(event, DirectiveIssued):
            ahead = tuple(step for step in event.plan.steps if step.kind == "deadline" or step.due_at > at)
            plan = event.plan.model_copy(update={"steps": ahead})
            events.append(event.model_copy(update={"plan": plan, "recurrence": link}))
    return replace(decision, events=tuple(events))
