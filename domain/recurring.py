"""What people do to recurrences: set one up, pause it, resume it, end it, backfill periods; and which periods are owed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from domain.commands import CommandEnvelope
from domain.decider import decide
from domain.directory import Directory
from domain.event_values import Actor
from domain.facts import Facts
from domain.gate import refuse_classified
from domain.ids import directive_id_for, occurrence_command_id
from domain.model import Instant, Value
from domain.period import FORMS, Period, periods
from domain.permissions import Reach, acting_grant, as_actor
from domain.recurrence import Recurrence, SetUpRecurrence, Status, placeholders, unknown_placeholders
from domain.refusals import Code, Refusal, refuse
from domain.text import Reason

MOST_PERIODS = 60
"""Periods that one backfill may name: a year of weeks, five of months."""
CATCH_UP = timedelta(days=366)
"""How far back occurrences that were never issued, in a downtime above all, are still owed."""


PeriodText = Annotated[str, StringConstraints(max_length=10)]


class PauseRecurrence(Value):
    """Tạm dừng: nothing is issued until it is resumed; periods that begin meanwhile are left out."""

    name: Literal["pause"] = "pause"
    reason: Reason | None = None


class ResumeRecurrence(Value):
    """Tiếp tục."""

    name: Literal["resume"] = "resume"
    reason: Reason | None = None


class EndRecurrence(Value):
    """Kết thúc: for good; what was issued goes its way."""

    name: Literal["end"] = "end"
    reason: Reason | None = None


class BackfillRecurrence(Value):
    """Giao bù: issue periods that were left out, or were refused; those that were issued stay as they are."""

    name: Literal["backfill"] = "backfill"
    from_: PeriodText = Field(alias="from")
    to: PeriodText
    reason: Reason | None = None


ChangeCommand = PauseRecurrence | ResumeRecurrence | EndRecurrence | BackfillRecurrence


CHANGE_COMMANDS: dict[str, type[ChangeCommand]] = {
    "pause": PauseRecurrence,
    "resume": ResumeRecurrence,
    "end": EndRecurrence,
    "backfill": BackfillRecurrence,
}
"""Names, as they stand in addresses, to their classes."""


class ChangeKind(StrEnum):
    """What was done to a recurrence."""

    SET_UP = "set_up"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
    BACKFILLED = "backfilled"


class RecurrenceChange(Value):
    """One change of a recurrence, `number` counted from 1: who, when, what, why. Kept for ever."""

    number: int
    kind: ChangeKind
    at: Instant
    actor: Actor
    reason: str | None = None
    first_period: str | None = None
    last_period: str | None = None
    """Both set for a backfill only."""


POSSIBLE: dict[Status, tuple[str, ...]] = {
    Status.ACTIVE: ("pause", "end", "backfill"),
    Status.PAUSED: ("resume", "end"),
    Status.ENDED: (),
}
_LEADS_TO: dict[str, tuple[ChangeKind, Status]] = {
    "pause": (ChangeKind.PAUSED, Status.PAUSED),
    "resume": (ChangeKind.RESUMED, Status.ACTIVE),
    "end": (ChangeKind.ENDED, Status.ENDED),
    "backfill": (ChangeKind.BACKFILLED, Status.ACTIVE),
}


def set_up(
    recurrence_id: UUID, wanted: SetUpRecurrence, user: str, at: datetime, facts: Facts
) -> tuple[Recurrence, RecurrenceChange] | Refusal:
    """The recurrence and its first change, or why it cannot be: as issuing its next occurrence now would be refused.

    pydantic.ValidationError if a text of the template grows too long when it is filled.
    """
    unknown = unknown_placeholders(wanted)
    if unknown:
        return refuse(Code.UNKNOWN_PLACEHOLDER, placeholders=unknown, possible=placeholders(wanted.rule.every))
    person = facts.directory.people.get(user)
    lead = wanted.template.lead_unit or ""
    grant = acting_grant(person, "issue", Reach(lead=lead, issuing=lead), facts.directory) if person else None
    issuer = as_actor(person, grant) if person and grant else Actor(user=user, name=user)
    recurrence = Recurrence(
        **dict(wanted), id=recurrence_id, version=1, status=Status.ACTIVE, issuer=issuer, created_at=at
    )
    next_year = list(islice(recurrence.coming(at), 4))  # texts differ in length between the quarters of a year, no more
    if not next_year:
        return refuse(Code.NO_PERIOD_LEFT)
    for period in next_year:
        decision = decide(None, envelope_of(recurrence, period, at), facts)
        if isinstance(decision, Refusal):
            return decision
    return recurrence, RecurrenceChange(number=1, kind=ChangeKind.SET_UP, at=at, actor=issuer)


def envelope_of(recurrence: Recurrence, period: Period, at: datetime) -> CommandEnvelope:
    """The period's occurrence as a command of the recurrence's issuer, given at `at`; always under the same id."""
    command_id = occurrence_command_id(recurrence.id, str(period))
    return CommandEnvelope(
        command_id=command_id,
        directive_id=directive_id_for(command_id),
        user=recurrence.issuer.user,
        at=at,
        command=recurrence.occurrence(period),
    )


def change(
    recurrence: Recurrence, command: ChangeCommand, user: str, at: datetime, directory: Directory
) -> tuple[Status, RecurrenceChange] | Refusal:
    """The status and the change that `command` leads to, or why it cannot be.

    As with a directive, the side that set it up steers: leaders and office staff over the unit in whose name it issues.
    """
    person = directory.people.get(user)
    lead = recurrence.template.lead_unit or ""
    reach = Reach(lead=lead, issuing=recurrence.issuer.over or lead)
    grant = acting_grant(person, "withdraw", reach, directory) if person else None
    if person is None or grant is None:
        return refuse(Code.NOT_PERMITTED, user=user, command=command.name)
    refusal = refuse_classified(command)
    if refusal:
        return refusal
    if command.name not in POSSIBLE[recurrence.status]:
        possible = POSSIBLE[recurrence.status] or ("—",)
        return refuse(
            Code.RECURRENCE_NOT_IN_STATUS,
            command=command.name,
            recurrence_status=str(recurrence.status),
            possible=possible,
        )
    kind, status = _LEADS_TO[command.name]
    done = RecurrenceChange(
        number=recurrence.version + 1, kind=kind, at=at, actor=as_actor(person, grant), reason=command.reason
    )
    if isinstance(command, BackfillRecurrence):
        asked = _asked(recurrence, command, at)
        if isinstance(asked, Refusal):
            return asked
        done = done.model_copy(update={"first_period": str(asked[0]), "last_period": str(asked[-1])})
    return status, done


def _asked(recurrence: Recurrence, command: BackfillRecurrence, at: datetime) -> list[Period] | Refusal:
    every = recurrence.rule.every
    ends = []
    for text in (command.from_, command.to):
        try:
            ends.append(Period.parse(text, every))
        except ValueError:
            return refuse(Code.UNKNOWN_PERIOD, period=text, example=FORMS[every])
    asked = list(periods(*ends))
    if not 1 <= len(asked) <= MOST_PERIODS:
        return refuse(
            Code.TOO_MANY_PERIODS,
            first=command.from_,
            last=command.to,
            count=str(len(asked)),
            most=str(MOST_PERIODS),
        )
    for period in asked:
        if recurrence.issue_at(period) > at or not recurrence.reaches(period):
            return refuse(Code.PERIOD_OUT_OF_REACH, period=str(period))
    return asked


def backfilled(recurrence: Recurrence, done: RecurrenceChange) -> list[Period]:
    """The periods that a backfill asked for; none for any other change."""
    if done.first_period is None or done.last_period is None:
        return []
    every = recurrence.rule.every
    return list(periods(Period.parse(done.first_period, every), Period.parse(done.last_period, every)))


class Outcome(Value):
    """What became of a period: issued, or refused at an instant."""

    period: str
    refused_at: Instant | None = None


def owed(
    recurrence: Recurrence, changes: Sequence[RecurrenceChange], outcomes: Iterable[Outcome], by: datetime
) -> list[Period]:
    """The periods that should have been issued by an instant and of which the record knows nothing, earliest first.

    Those whose instant fell while the recurrence was active, and those that a backfill asked for after they were last
    refused. Nothing is owed while it is paused or has ended, nor from further back than CATCH_UP.
    """
    if recurrence.status is not Status.ACTIVE:
        return []
    issued: set[str] = set()
    refused: dict[str, datetime] = {}
    for outcome in outcomes:
        if outcome.refused_at is None:
            issued.add(outcome.period)
        else:
            refused[outcome.period] = max(outcome.refused_at, refused.get(outcome.period, outcome.refused_at))
    found = {p for p in _fallen_due(recurrence, changes, by) if str(p) not in refused}
    for done in changes:
        if by - CATCH_UP <= done.at <= by:
            asked = backfilled(recurrence, done)
            found |= {p for p in asked if str(p) not in refused or refused[str(p)] < done.at}
    return sorted(period for period in found if str(period) not in issued)


def _fallen_due(recurrence: Recurrence, changes: Sequence[RecurrenceChange], by: datetime) -> Iterable[Period]:
    """Periods whose instant lies between a change that let occurrences be issued and the next that stopped them."""
    switches = [done for done in changes if done.kind is not ChangeKind.BACKFILLED]
    for done, then in zip(switches, [*switches[1:], None], strict=True):
        if done.kind not in (ChangeKind.SET_UP, ChangeKind.RESUMED):
            continue
        until = min(then.at, by) if then else by
        for period in recurrence.coming(max(done.at, by - CATCH_UP)):
            if recurrence.issue_at(period) > until:
                break
            yield period
