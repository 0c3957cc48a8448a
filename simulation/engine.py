"""Virtual time: a queue of planned acts, each carried out through the very rules that the recorder goes by."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from uuid import UUID, uuid5

from activities.ruling import rule
from domain.commands import SYSTEM_USER, CommandEnvelope
from domain.ids import directive_id_for, foreign, tick_id
from domain.instants import local, rfc3339
from domain.refusals import Refusal
from domain.state import DirectiveState
from simulation.acts import given
from simulation.case import Act, Case, Planned, World
from simulation.chances import Chances
from simulation.reactions import reactions
from storage.store import Commit

_NAMESPACE = UUID("5d1c2a0e-7b0f-5c7e-9a53-0d0ecd0c5101")

Ended = Callable[[DirectiveState], None]
Refused = Callable[[Refusal], None]


class Engine:
    """Simulates some directives. `numbers` are the last numbers already given in each year.

    `ended` gets each directive once, as it ended or as it stands when the time is over; `refused` each refusal.
    """

    def __init__(
        self, world: World, *, ended: Ended, refused: Refused, numbers: Mapping[int, int] | None = None
    ) -> None:
        self._world = world
        self._ended = ended
        self._refused = refused
        self.numbers = Counter(numbers or {})
        """The last number given in each year."""
        self._cases: dict[UUID, Case] = {}
        self._queue: list[tuple[datetime, int, Case, Planned]] = []
        self._order = count()

    def run(self, issued_at: Mapping[int, datetime], end: datetime) -> Iterator[tuple[Commit, ...]]:
        """The commits of one command after another, in order of time, until `end`. Directives go by their places in the plan."""
        for place, at in issued_at.items():
            chances = Chances(self._world.seed, str(place))
            case = Case(directive_id_for(self._command_id(chances.key, 0)), chances)
            self._put(case, Planned(at, Act.ISSUE))
        now = min(issued_at.values(), default=end)
        while self._queue and self._queue[0][0] < end:
            at, _, case, planned = heapq.heappop(self._queue)
            if planned.act is Act.TICK and case.tick_at == at:
                case.tick_at = None  # spent, also where a stop held it back: what is due after that wakes it again
            # What a suspension held back may have been due before it ended: time does not run backwards for it.
            now = max(now, at)
            commits = self._carry_out(case, planned, now)
            if commits:
                yield commits
        for case in self._cases.values():
            self._ended(_known(case))

    def _carry_out(self, case: Case, planned: Planned, now: datetime) -> tuple[Commit, ...]:
        command = given(case, planned, self._world)
        if command is None:
            return ()
        user, said = command
        envelope = CommandEnvelope(
            command_id=self._next_command_id(case, user),
            directive_id=case.directive_id,
            user=user,
            at=now,
            command=said,
        )
        above = self._cases.get(case.state.parent) if case.state is not None and case.state.parent else None
        facts = replace(self._world.facts, parent=above.state) if above else self._world.facts
        ruling = rule(envelope, case.state, facts, now)
        if isinstance(ruling, Refusal):
            self._refused(ruling)
            return ()
        year = local(now).year
        codes = {issued: self._number(year) for issued in ruling.issues}
        commits = (ruling.numbered(codes) if codes else ruling).commits()
        for commit in commits:
            self._keep(case, commit)
        for commit in commits:
            self._react(commit)
        return commits

    def _keep(self, actor: Case, commit: Commit) -> None:
        case = self._cases.get(commit.directive_id)
        if case is None and commit.directive_id == actor.directive_id:
            case = self._cases[commit.directive_id] = actor
        elif case is None:
            actor.children += 1
            chances = Chances(self._world.seed, f"{actor.chances.key}.{actor.children}")
            case = self._cases[commit.directive_id] = Case(commit.directive_id, chances)
        case.state = commit.state

    def _react(self, commit: Commit) -> None:
        case = self._cases[commit.directive_id]
        state = _known(case)
        for event in commit.events:
            for planned in reactions(case, state, event, self._world):
                self._put(case, planned)
        wakeup = state.next_wakeup_at
        if wakeup is not None and wakeup != case.tick_at:
            case.tick_at = wakeup
            self._put(case, Planned(wakeup, Act.TICK))
        if state.closed and not state.open_subdirectives:  # nothing looks at it any more
            self._ended(state)
            del self._cases[case.directive_id]

    def _put(self, case: Case, planned: Planned) -> None:
        heapq.heappush(self._queue, (planned.at, next(self._order), case, planned))

    def _next_command_id(self, case: Case, user: str) -> UUID:
        state = case.state
        if user == SYSTEM_USER and state is not None and state.next_wakeup_at is not None:
            return tick_id(case.directive_id, state.version, rfc3339(state.next_wakeup_at))
        case.commands += 1
        return self._command_id(case.chances.key, case.commands - 1)

    def _command_id(self, key: str, number: int) -> UUID:
        return foreign(uuid5(_NAMESPACE, f"{self._world.seed}/{key}/{number}"))

    def _number(self, year: int) -> str:
        self.numbers[year] += 1
        return f"{year}/{self.numbers[year]:04d}"


def _known(case: Case) -> DirectiveState:
    if case.state is None:
        raise ValueError("only what was issued is kept")
    return case.state
