"""What lies on somebody's desk (việc của tôi): why an open directive waits for this person, if it does."""

from datetime import datetime
from enum import StrEnum

from domain.directory import Directory, Person, Role
from domain.state import RUNNING_PHASES, DirectiveState, Phase, Timeliness


class Waits(StrEnum):
    """What a directive waits for; the most pressing of them first."""

    DECISION = "decision"
    """An extension, a returned directive or a result waits for the issuing side (chờ quyết định)."""
    APPROVAL = "approval"
    """A result waits for the head of the unit (chờ thủ trưởng xác nhận)."""
    WORK = "work"
    """The person carries it out (việc đang làm)."""
    OFFER = "offer"
    """Nobody of the unit carries it out yet: to be claimed, or given to an officer (chờ nhận, chờ phân công)."""


def waits_for(state: DirectiveState, person: Person, directory: Directory) -> Waits | None:
    """Why `state` waits for `person`; None if it does not."""
    if not person.active or state.closed:
        return None
    if _undecided(state) and decides(state, person, directory):
        return Waits.DECISION
    heads = directory.role_over(person, (Role.UNIT_HEAD,), state.lead_unit) is not None
    if state.phase is Phase.AWAITING_ACCEPTANCE and not state.approved and heads:
        return Waits.APPROVAL
    if state.phase not in RUNNING_PHASES:
        return None
    if state.officer == person.username:
        return Waits.WORK
    works = heads or directory.role_over(person, (Role.OFFICER,), state.lead_unit) is not None
    return Waits.OFFER if state.officer is None and works else None


def lies_on_desk(state: DirectiveState, person: Person, directory: Directory) -> tuple[Waits, Person] | None:
    """Why `state` waits for `person`, and in whose place: their own, or that of somebody for whom they act today."""
    for one in (person, *directory.absent_for(person.username)):
        why = waits_for(state, one, directory)
        if why is not None:
            return why, one
    return None


def answers_first(state: DirectiveState, why: Waits, person: Person, directory: Directory) -> bool:
    """Whether it is for `person` before others: what waits in a unit is for its own people, not for the heads far above them."""
    if why in (Waits.DECISION, Waits.WORK):
        return True
    heads = directory.holders(Role.UNIT_HEAD, state.lead_unit, nearest=True)
    return person.username in heads or directory.role_over(person, (Role.OFFICER,), state.lead_unit) is not None


def answers_for(person: Person, directory: Directory) -> frozenset[str]:
    """The units whose unassigned work and unapproved results are the person's: headed by them, or worked in as an officer."""
    officer = (directory.below(grant.unit) for grant in person.roles if grant.role is Role.OFFICER)
    return headed_by(person, directory).union(*officer)


def headed_by(person: Person, directory: Directory) -> frozenset[str]:
    """The units whose nearest head the person is: their own, and those below that have no head of their own."""
    return frozenset(
        unit for unit in directory.units if person.username in directory.holders(Role.UNIT_HEAD, unit, nearest=True)
    )


def by_urgency(state: DirectiveState, now: datetime) -> tuple[int, datetime, str]:
    """The order of a desk: overdue, due soon, in time, without a deadline; in each the earliest deadline first."""
    order = (Timeliness.OVERDUE, Timeliness.DUE_SOON, Timeliness.IN_TIME, Timeliness.NO_DEADLINE)
    return order.index(state.timeliness(now)), state.due_at or state.issued_at, state.code


def _undecided(state: DirectiveState) -> bool:
    waiting = state.phase is Phase.AWAITING_ACCEPTANCE and state.approved
    return waiting or state.phase is Phase.DECLINED or state.pending_extension is not None


def decides(state: DirectiveState, person: Person, directory: Directory) -> bool:
    """Whether the person rules for the side that issued: a leader there, or the head who delegated it."""
    roles = (Role.LEADER, Role.UNIT_HEAD) if state.issuer.role is Role.UNIT_HEAD else (Role.LEADER,)
    return directory.role_over(person, roles, state.issuer.over or state.lead_unit) is not None
