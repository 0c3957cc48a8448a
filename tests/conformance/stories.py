"""What really happens to directives, each made by the program's own rules: the ground on which deviations are planted."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from uuid import UUID

from audit.conformance.book import Rulebook
from audit.conformance.course import History
from audit.conformance.rules.notices import spans_in
from domain.commands import (
    Accept,
    Acknowledge,
    ApproveCompletion,
    ChangeDeadline,
    Deadline,
    Decline,
    Delegate,
    GrantExtension,
    ReportCompletion,
    ReportPart,
    ReportProgress,
    RequestExtension,
    SettleDecline,
    Suspend,
)
from domain.directory import Directory
from domain.substitution import Substitution
from domain.terms import Settlement, StopCause
from tests.conformance.house import House
from tests.domain.clock import instant
from tests.domain.district import PEOPLE, UNITS
from tests.domain.policies import SECONDS
from tests.domain.spec import FACTS


@dataclass(frozen=True)
class Told:
    """A history, and the rulebook that it was made under."""

    history: History
    book: Rulebook


def told(house: House, directive_id: UUID) -> Told:
    """A directive of the house as it stands; mail is judged by its own history."""
    history = house.history(directive_id)
    return Told(history, house.book(mail=spans_in(history)))


@cache
def late() -> Told:
    """Nobody reports until the whole ladder of the deadline has come due; then two levels accept."""
    house = House()
    one = house.issue()
    house.give(one, Acknowledge(), at=1)
    house.give(one, ReportProgress(percent=40), at=2)
    house.give(one, ReportCompletion(result="Đã rà soát"), at=15)
    house.give(one, ApproveCompletion(), at=16)
    house.give(one, Accept(), at=17)
    return told(house, one)


@cache
def extended() -> Told:
    """More time, twice, and a result in time."""
    house = House()
    one = house.issue()
    house.give(one, Acknowledge(), at=1)
    for at, due in ((2, 30), (4, 60)):
        house.give(one, RequestExtension(deadline=Deadline(at=instant(due)), reason="Chờ số liệu"), at=at)
        house.give(one, GrantExtension(), at=at + 1)
    house.give(one, ReportCompletion(result="Xong"), at=6)
    house.give(one, ApproveCompletion(), at=7)
    house.give(one, Accept(), at=8)
    return told(house, one)


@cache
def asked() -> Told:
    """More time is asked for, and nobody has decided."""
    house = House()
    one = house.issue()
    house.give(one, RequestExtension(deadline=Deadline(at=instant(30)), reason="Chờ số liệu"), at=2)
    return told(house, one)


@cache
def granted_thrice() -> Told:
    """Three extensions, by a program whose policy had been changed to allow three; the record has the one that allows two."""
    three = SECONDS.extensions.model_copy(update={"most_granted": 3})
    changed = SECONDS.model_copy(update={"extensions": three})
    house = House(replace(FACTS, policies={**FACTS.policies, changed.code: changed}))
    one = house.issue()
    for at, due in ((2, 30), (4, 60), (6, 90)):
        house.give(one, RequestExtension(deadline=Deadline(at=instant(due)), reason="Chờ"), at=at)
        house.give(one, GrantExtension(), at=at + 1)
    return Told(house.history(one), House().book(as_of=house.now))


@cache
def stopped() -> Told:
    """Suspended until an end that came, and then late: the clock had stood."""
    house = House()
    one = house.issue()
    house.give(one, Suspend(cause=StopCause.OTHER_BODY, reason="Chờ hướng dẫn", until=instant(5)), at=3)
    house.pass_time(7)
    return told(house, one)


@cache
def declined() -> Told:
    """Given back, and sent back."""
    house = House()
    one = house.issue()
    house.give(one, Decline(reason="Không thuộc thẩm quyền"), at=2)
    house.give(one, SettleDecline(settlement=Settlement.SENT_BACK, reason="Đúng thẩm quyền"), at=3)
    return told(house, one)


@cache
def in_parts() -> Told:
    """The coordinating unit reports its part, in time."""
    house = House()
    one = house.issue()
    house.give(one, ReportPart(result="Xong phần việc"), at=4)
    return told(house, one)


@cache
def mailed() -> Told:
    """The head of the unit has mail of the issue, of the reminders, and again."""
    house = House()
    one = house.issue()
    house.mail(one, house.entries[one][0], "tp-nv")
    for at in (7, 9, 10, 11):
        house.pass_time(at)
        house.mail(one, house.entries[one][-1], "tp-nv")
    return told(house, one)


@cache
def newer_policy() -> Told:
    """A second version of the policy came into force, then the directive was issued."""
    house = House()
    house.adopt(SECONDS.model_copy(update={"version": 2}))
    return told(house, house.issue())


@cache
def _family() -> tuple[House, UUID, UUID]:
    """One to P-A below one to NV; reported over it with a waiver, then both end."""
    house = House()
    above = house.issue()
    house.give(above, Acknowledge(), at=1)
    house.give(above, Delegate(units=("P-A",), deadline=Deadline(at=instant(8))), at=2)
    below = next(one for one in house.states if one != above)
    house.give(above, ChangeDeadline(deadline=Deadline(at=instant(9)), reason="Gấp"), at=3)
    house.give(above, ReportCompletion(result="Xong", waive_open="Việc của phường không cản trở"), at=4)
    house.give(below, Acknowledge(), by="ct-a", at=4)
    house.give(below, ReportCompletion(result="Xong"), by="ct-a", at=5)
    house.give(below, Accept(), at=6)
    house.give(above, ApproveCompletion(), at=6)
    house.give(above, Accept(), at=7)
    return house, above, below


def above() -> Told:
    """The directive above."""
    house, one, _ = _family()
    return told(house, one)


def below() -> Told:
    """The one below, with the history above it."""
    house, _, one = _family()
    return told(house, one)


@cache
def stood_in_for() -> Told:
    """The head is away; the substitute approves what the officer reported."""
    house = House()
    away = Substitution(id=UUID(int=1), absent="tp-nv", substitute="tp-tnmt", first_day=date.min, last_day=date.max)
    house.reorganise(Directory(UNITS, PEOPLE, substitutions=[away]))
    one = house.issue()
    house.give(one, Acknowledge(), by="cv-nv", at=1)
    house.give(one, ReportCompletion(result="Xong"), at=2)
    house.give(one, ApproveCompletion(), by="tp-tnmt", at=3)
    return told(house, one)


STORIES = (late, extended, asked, stopped, declined, in_parts, mailed, newer_policy, above, below, stood_in_for)
"""All that keep the rules."""
