"""The shell around `decide`: read the basis, decide, append, all under the command's id so that a repeat changes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

import structlog

from activities.messages import (
    CommandAnswer,
    IssueMany,
    IssueManyAnswer,
    IssueRefusal,
    NotifyRequest,
    Recorded,
    Standing,
)
from domain.audience import OUTBOUND
from domain.calendar import WorkCalendar
from domain.commands import SYSTEM_USER, CommandEnvelope, IssueDirective, Tick
from domain.decider import decide
from domain.decision import Decided
from domain.events import DeadlineMissed, Escalated, Event, ReminderDue
from domain.evolve import fold
from domain.facts import Facts
from domain.ids import event_id_for, tick_id
from domain.instants import local, rfc3339
from domain.issuing import numbered
from domain.phases import SYSTEM_COMMANDS
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState
from storage.reference import Reference, ReferenceCache
from storage.store import Answer, Basis, CommandRepeated, Commit, EventStore, VersionConflict, fingerprint
from telemetry import CONFLICTS, EVENTS

log = structlog.get_logger()

CONFLICTS_TOLERATED = 5
"""Writers of one directive queue in its workflow, so a conflict means an overlap of old and new runs, which passes."""


MOST_DUE_AT_ONCE = 64
"""More steps than any policy plans around one deadline."""


@dataclass(frozen=True)
class _Ruling:
    """What was decided, on the state after the steps that had come due before."""

    due: tuple[Commit, ...]
    state: DirectiveState | None
    decided: Decided


class Recorder:
    """`clock` gives the instant of recording; `mail` says whether notices also leave the house by mail."""

    def __init__(
        self, store: EventStore, reference: ReferenceCache, clock: Callable[[], datetime], *, mail: bool = False
    ) -> None:
        self._store = store
        self._reference = reference
        self._clock = clock
        self._mail = mail
        self._calendar = WorkCalendar()

    async def record(self, envelope: CommandEnvelope) -> Recorded:
        """Decide the command on what the record holds and append what follows. Idempotent by the command id."""
        for _ in range(CONFLICTS_TOLERATED):
            basis = await self._store.basis(envelope.directive_id, envelope.command_id)
            if basis.answer is not None:
                return await self._first_answer(envelope, basis, basis.answer)
            ruling = await self._decide(envelope, basis)
            if isinstance(ruling, Refusal):
                return _refused(ruling, basis.state)
            commits = await self._commits(envelope, ruling)
            if not commits:
                return _nothing_to_do(basis.state)
            try:
                position = await self._store.append(commits)
            except (VersionConflict, CommandRepeated):
                CONFLICTS.inc()
                continue
            state = commits[-1].state
            _log_recorded(envelope, commits, position)
            events = [event for commit in commits for event in commit.events]
            return Recorded(
                version=state.version,
                position=position,
                standing=Standing.of(state),
                effects=await self._effects(events, basis.reference_version),
            )
        raise VersionConflict(f"directive {envelope.directive_id} changed under {CONFLICTS_TOLERATED} attempts")

    async def issue_all(self, request: IssueMany) -> IssueManyAnswer:
        """Issue all directives in one transaction, or none and say why of each that cannot be. Idempotent by their ids."""
        for _ in range(CONFLICTS_TOLERATED):
            bases = [await self._store.basis(e.directive_id, e.command_id) for e in request.envelopes]
            answered = [basis.answer for basis in bases if basis.answer is not None]
            if answered:
                return await self._issued_before(request, answered, bases[0].reference_version)
            rulings = [await self._decide(e, basis) for e, basis in zip(request.envelopes, bases, strict=True)]
            refusals = [IssueRefusal(index=n, refusal=r) for n, r in enumerate(rulings) if isinstance(r, Refusal)]
            if refusals:
                return IssueManyAnswer(refusals=tuple(refusals))
            accepted = [r for r in rulings if not isinstance(r, Refusal)]
            commits = [c for e, r in zip(request.envelopes, accepted, strict=True) for c in await self._commits(e, r)]
            try:
                last = await self._store.append(commits)
            except (VersionConflict, CommandRepeated):
                continue
            answers, effects = list[CommandAnswer](), list[NotifyRequest]()
            for n, (envelope, commit) in enumerate(zip(request.envelopes, commits, strict=True), 1):
                position = last - len(commits) + n
                _log_recorded(envelope, (commit,), position)
                answers.append(CommandAnswer(version=commit.state.version, position=position))
                effects += await self._effects(commit.events, bases[0].reference_version)
            return IssueManyAnswer(answers=tuple(answers), effects=tuple(effects))
        raise VersionConflict("the directives changed under every attempt")

    async def events(self, directive_id: UUID, first: int, last: int) -> list[Event]:
        """A directive's events between two versions, both included."""
        recorded = await self._store.events_of(directive_id, first - 1)
        return [item.event for item in recorded[: last - first + 1]]

    async def basis(self, directive_id: UUID, command_id: UUID) -> Basis:
        """What a decision on the command would start from."""
        return await self._store.basis(directive_id, command_id)

    async def reference(self, basis: Basis) -> Reference:
        """The directory and policies that go with a basis."""
        return await self._reference.at(basis.reference_version)

    def now(self) -> datetime:
        """The instant of recording."""
        return self._clock()

    async def _decide(self, envelope: CommandEnvelope, basis: Basis) -> _Ruling | Refusal:
        expected, current = envelope.expected_version, basis.state.version if basis.state else None
        if expected is not None and current is not None:
            # Against the record as the sender could read it, before the due steps are taken with the command.
            if expected != current:
                return refuse(Code.STALE_VERSION, version=str(current), expected=str(expected))
            envelope = envelope.model_copy(update={"expected_version": None})
        facts = self._facts(await self._reference.at(basis.reference_version))
        due = self._due_before(envelope, basis.state, facts)
        state = due[-1].state if due else basis.state
        decision = decide(state, envelope, facts)
        return decision if isinstance(decision, Refusal) else _Ruling(due, state, decision)

    async def _commits(self, envelope: CommandEnvelope, ruling: _Ruling) -> tuple[Commit, ...]:
        """What to append: first what came due before the command did, then what the command leads to."""
        decided = ruling.decided
        if isinstance(envelope.command, IssueDirective):
            # Only an accepted directive takes a number; one is skipped only when the append after it fails.
            decided = numbered(decided, await self._store.next_code(local(envelope.at).year))
        return (*ruling.due, self._commit(envelope, ruling.state, decided)) if decided.events else ruling.due

    def _due_before(self, envelope: CommandEnvelope, state: DirectiveState | None, facts: Facts) -> tuple[Commit, ...]:
        """The steps that came due before the command, if the tick that takes them has not come yet.

        A timer may be late, by a restart or by a race. Without this, a report after the deadline would end the wait for
        the missed deadline before it was recorded.
        """
        wakeup = state.next_wakeup_at if state else None
        if state is None or wakeup is None or wakeup > envelope.at or envelope.command.name in SYSTEM_COMMANDS:
            return ()
        tick = CommandEnvelope(
            command_id=tick_id(state.id, state.version, rfc3339(wakeup)),
            directive_id=state.id,
            user=SYSTEM_USER,
            at=envelope.at,
            command=Tick(),
        )
        decision = decide(state, tick, facts)
        return (self._commit(tick, state, decision),) if isinstance(decision, Decided) and decision.events else ()

    def _facts(self, reference: Reference) -> Facts:
        return Facts(reference.directory, reference.policies, self._calendar)

    def _commit(self, envelope: CommandEnvelope, state: DirectiveState | None, decided: Decided) -> Commit:
        version = state.version if state else 0
        # History reads forward: a clock that lags behind the directive's last event is brought up to it.
        occurred_at = max(envelope.at, state.last_occurred_at) if state else envelope.at
        recorded_at = max(self._clock(), state.last_recorded_at) if state else self._clock()
        events = tuple(
            Event(
                event_id=event_id_for(envelope.command_id, index),
                directive_id=envelope.directive_id,
                stream_version=version + index + 1,
                command_id=envelope.command_id,
                occurred_at=occurred_at,
                recorded_at=recorded_at,
                actor=decided.actor,
                data=data,
            )
            for index, data in enumerate(decided.events)
        )
        after = fold(events, state)
        if after is None:
            raise ValueError("a commit holds at least one event")
        return Commit(envelope.command_id, fingerprint(envelope), events, after)

    async def _first_answer(self, envelope: CommandEnvelope, basis: Basis, answer: Answer) -> Recorded:
        if answer.fingerprint != fingerprint(envelope):
            return _refused(refuse(Code.IDEMPOTENCY_KEY_REUSED), basis.state)
        # The first time may have been cut off before its notices were started, so they are asked for again; what has
        # gone out already is not sent twice.
        start = max(1, answer.first_version - MOST_DUE_AT_ONCE)
        events = _with_due(await self.events(answer.directive_id, start, answer.last_version), answer.first_version)
        return Recorded(
            version=answer.last_version,
            position=answer.last_position,
            standing=Standing.of(basis.state) if basis.state else None,
            effects=await self._effects(events, basis.reference_version),
        )

    async def _issued_before(
        self, request: IssueMany, answered: Sequence[Answer], reference_version: int
    ) -> IssueManyAnswer:
        """The first answers again, and as for every repeat the notices, in case the first time was cut off before them."""
        prints = {answer.command_id: answer.fingerprint for answer in answered}
        if [prints.get(e.command_id) for e in request.envelopes] != [fingerprint(e) for e in request.envelopes]:
            reused = refuse(Code.IDEMPOTENCY_KEY_REUSED)
            refusals = [IssueRefusal(index=n, refusal=reused) for n in range(len(request.envelopes))]
            return IssueManyAnswer(refusals=tuple(refusals))
        answers, effects = list[CommandAnswer](), list[NotifyRequest]()
        for answer in answered:
            answers.append(CommandAnswer(version=answer.last_version, position=answer.last_position))
            events = await self.events(answer.directive_id, answer.first_version, answer.last_version)
            effects += await self._effects(events, reference_version)
        return IssueManyAnswer(answers=tuple(answers), effects=tuple(effects))

    async def _effects(self, events: Sequence[Event], reference_version: int) -> tuple[NotifyRequest, ...]:
        """One request for each command among the events: the same whether asked the first time or again."""
        if not self._mail:
            return ()
        people = (await self._reference.at(reference_version)).directory.people
        requests = []
        for _, group in groupby(events, key=lambda event: event.command_id):
            own = list(group)
            told = {user for event in own if event.data.type in OUTBOUND for user in event.data.informs}
            if any(people[user].email for user in told if user in people):
                request = NotifyRequest(
                    directive_id=own[0].directive_id,
                    first_version=own[0].stream_version,
                    last_version=own[-1].stream_version,
                    channel="email",
                )
                requests.append(request)
        return tuple(requests)


def _with_due(events: list[Event], first_version: int) -> list[Event]:
    """The events from `first_version` on, and the due steps directly before, which may have been appended with them."""
    start = next(place for place, event in enumerate(events) if event.stream_version == first_version)
    while start > 0 and isinstance(events[start - 1].data, ReminderDue | DeadlineMissed | Escalated):
        start -= 1
    return events[start:]


def _refused(refusal: Refusal, state: DirectiveState | None) -> Recorded:
    return Recorded(refusal=refusal, standing=Standing.of(state) if state else None)


def _nothing_to_do(state: DirectiveState | None) -> Recorded:
    if state is None:
        raise ValueError("a directive that does not exist cannot have nothing to do")
    return Recorded(version=state.version, standing=Standing.of(state))


def _log_recorded(envelope: CommandEnvelope, commits: Sequence[Commit], position: int) -> None:
    for commit in commits:
        for event in commit.events:
            EVENTS.labels(event.data.type).inc()
    log.info(
        "recorded",
        directive_id=str(envelope.directive_id),
        command_id=str(envelope.command_id),
        position=position,
        command=envelope.command.name,
        version=commits[-1].state.version,
        events=[event.data.type for commit in commits for event in commit.events],
    )
