"""Random lives in a house: whatever anybody may do whenever, while policies, calendar and directory change around it."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Literal
from uuid import UUID

from domain.calendar import CalendarDecision, CalendarEntry, DayKind, WorkCalendar
from domain.commands import SYSTEM_USER, FollowSuccessors, IssueDirective, Reproject, Waiver
from domain.directory import Directory, EndedUnit
from domain.facts import Facts
from domain.instants import local
from domain.policy import ExtensionRules, Policy
from domain.substitution import Substitution
from domain.terms import ClearPoint
from tests.conformance.house import House
from tests.domain.district import PEOPLE, UNITS, district
from tests.domain.policies import default_policies
from tests.simulation.schedules import FILES, ISSUES, START, drawn

_BEGINS: tuple[Literal["acknowledged", "issued"], ...] = ("acknowledged", "issued")


def walk(seed: int, length: int = 25) -> House:
    """One house, with a few directives and what is delegated from them."""
    random = Random(f"walk {seed}")
    policies = {policy.code: _varied(policy, random) for policy in default_policies()}
    house = House(Facts(district(), policies, WorkCalendar(), uploads={file.sha256: file for file in FILES}))
    house.now = START + timedelta(seconds=random.randrange(20_000_000))
    around, pace = _Around(house, random), random.choice((10_000, 60_000, 400_000))
    roots = [house.issue_as(_order(random)) for _ in range(random.randrange(1, 4))]
    for _ in range(length):
        house.pass_time(house.now + timedelta(seconds=int(random.expovariate(1 / pace))))
        if random.random() < 0.1:
            around.change()
        state = house.states[random.choice((*house.states, *roots))]
        user, command = drawn(random, state, house.now)
        house.try_to(state.id, command, user)
    return house


def _order(random: Random) -> IssueDirective:
    """One of the usual, or one that leaves a point open on purpose."""
    command = random.choice(ISSUES)
    for name, point in (("deadline", ClearPoint.TIME), ("expected_result", ClearPoint.RESULT)):
        if random.random() < 0.2:
            waivers = (*command.waivers, Waiver(item=point, reason="Chờ luật"))
            command = command.model_copy(update={name: None, "waivers": waivers})
    return command


def _varied(policy: Policy, random: Random) -> Policy:
    return policy.model_copy(update={"acceptance_levels": random.choice((1, 2)), "begins": random.choice(_BEGINS)})


@dataclass
class _Around:
    """What decisions rest on besides the directives, as it changes."""

    house: House
    random: Random
    substitutions: list[Substitution] = field(default_factory=list)
    ended: bool = False

    def change(self) -> None:
        """One of the registries changes."""
        self.random.choice((self._policy, self._days, self._stand_in, self._end))()

    def _policy(self) -> None:
        held = self.random.choice([*self.house.facts.policies.values()])
        most = ExtensionRules(most_granted=self.random.randrange(4))
        self.house.adopt(held.model_copy(update={"version": held.version + 1, "extensions": most}))

    def _days(self) -> None:
        calendar = self.house.facts.calendar
        day = calendar.shift(local(self.house.now).date(), self.random.randrange(1, 40))
        entry = CalendarEntry(day=day, kind=DayKind.DAY_OFF, reason="nghỉ theo quyết định")
        decision = CalendarDecision(revision=calendar.revision + 1, number=f"{day}", reason="Lễ", entries=(entry,))
        self.house.decide_days(WorkCalendar((*calendar.decisions, decision)))
        self._bring(Reproject(after=calendar.revision, revision=decision.revision))

    def _stand_in(self) -> None:
        absent, substitute = self.random.choice((("chu-tich", "pct"), ("tp-nv", "cv-nv"), ("tp-tnmt", "tp-nv")))
        if all(one.absent != absent for one in self.substitutions):
            first = local(self.house.now).date()
            days = {"first_day": first, "last_day": first + timedelta(days=30)}
            one = Substitution(id=UUID(int=self.house.commands), absent=absent, substitute=substitute, **days)
            self.substitutions.append(one)
            self._reorganise()

    def _end(self) -> None:
        self.ended = True
        self._reorganise()
        self._bring(FollowSuccessors())

    def _reorganise(self) -> None:
        gone = {"P-B"} if self.ended else set()
        last = EndedUnit(
            code="P-B", name="Phường B", on=local(self.house.now).date(), parent="UBQ", successors=("P-A",)
        )
        self.house.reorganise(
            Directory(
                [unit for unit in UNITS if unit.code not in gone],
                [person for person in PEOPLE if person.unit not in gone],
                [last] if self.ended else [],
                self.substitutions,
            )
        )

    def _bring(self, command: Reproject | FollowSuccessors) -> None:
        for directive_id in [*self.house.states]:
            self.house.try_to(directive_id, command, SYSTEM_USER)
