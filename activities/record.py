"""The shell around `decide`: read the basis, decide, append, all under the command's id so that a repeat changes nothing."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.audience import OUTBOUND
from domain.calendar import WorkCalendar
from domain.commands import CommandEnvelope, IssueDirective
from domain.decider import decide
from domain.decision import Decided
from domain.events import Event
from domain.evolve import fold
from domain.facts import Facts
from domain.ids import event_id_for
from domain.instants import local
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState
from storage.pool import UNAVAILABLE
from storage.reference import Reference, ReferenceCache
from storage.store import Answer, Basis, Commit, CommandRepeated, EventStore, VersionConflict, fingerprint
from activities.messages import CommandAnswer, IssueMany, IssueManyAnswer, IssueRefusal, NotifyRequest, Recorded, Standing

log = structlog.get_logger()

CONFLICTS_TOLERATED = 5
"""Writers of one directive queue in its workflow, so a conflict means an overlap of old and new runs, which passes."""

_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S")


def _only_outages_retry(
    work: Callable[Concatenate[_S, _P], Awaitable[_R]],
) -> Callable[Concatenate[_S, _P], Awaitable[_R]]:
    """Temporal repeats what an outage stopped; a defect of ours must show at once and not be repeated for a day."""

    @wraps(work)
    async def guarded(self: _S, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return await work(self, *args, **kwargs)
        except UNAVAILABLE as outage:
            raise ApplicationError(f"the record is away: {outage!r}", type="RecordUnavailable") from outage
        except Exception as defect:
            log.exception("record.defect")
            raise ApplicationError(repr(defect), type="Defect", non_retryable=True) from defect

    return guarded


class RecordActivities:
    """`clock` gives the instant of recording; `mail` says whether notices also leave the house by mail."""

    def __init__(
        self, store: EventStore, reference: ReferenceCache, clock: Callable[[], datetime], *, mail: bool = False
    ) -> None:
        self._store = store
        self._reference = reference
        self._clock = clock
        self._mail = mail
        self._calendar = WorkCalendar()

    @activity.defn(name="record_decision")
    @_only_outages_retry
    async def record_decision(self, envelope: CommandEnvelope) -> Recorded:
        """Decide the command on what the record holds and append what follows. Idempotent by the command id."""
        for _ in range(CONFLICTS_TOLERATED):
            basis = await self._store.basis(envelope.directive_id, envelope.command_id)
            if basis.answer is not None:
                return await self._first_answer(envelope, basis, basis.answer)
            commit = await self._decide(envelope, basis)
            if isinstance(commit, Refusal):
                return _refused(commit, basis.state)
            if commit is None:
                return _nothing_to_do(basis.state)
            try:
                position = await self._store.append([commit])
            except (VersionConflict, CommandRepeated):
                continue
            _log_recorded(envelope, commit, position)
            return Recorded(
                version=commit.state.version,
                position=position,
                standing=Standing.of(commit.state),
                effects=await self._effects(commit.directive_id, commit.events, basis.reference_version),
            )
        raise VersionConflict(f"directive {envelope.directive_id} changed under {CONFLICTS_TOLERATED} attempts")

    @activity.defn(name="record_issues")
    @_only_outages_retry
    async def record_issues(self, request: IssueMany) -> IssueManyAnswer:
        """Issue all directives in one transaction, or none and say why of each that cannot be. Idempotent by their ids."""
        for _ in range(CONFLICTS_TOLERATED):
            bases = [await self._store.basis(e.directive_id, e.command_id) for e in request.envelopes]
            answered = [basis.answer for basis in bases if basis.answer is not None]
            if answered:
                return _repeated_issue(request, answered)
            outcomes = [await self._decide(e, basis) for e, basis in zip(request.envelopes, bases, strict=True)]
            refusals = [IssueRefusal(index=n, refusal=o) for n, o in enumerate(outcomes) if isinstance(o, Refusal)]
            if refusals:
                return IssueManyAnswer(refusals=tuple(refusals))
            commits = [outcome for outcome in outcomes if isinstance(outcome, Commit)]
            try:
                last = await self._store.append(commits)
            except (VersionConflict, CommandRepeated):
                continue
            answers = []
            for n, (envelope, commit) in enumerate(zip(request.envelopes, commits, strict=True), 1):
                position = last - len(commits) + n
                _log_recorded(envelope, commit, position)
                answers.append(CommandAnswer(version=commit.state.version, position=position))
            return IssueManyAnswer(answers=tuple(answers))
        raise VersionConflict("the directives changed under every attempt")

    async def _decide(self, envelope: CommandEnvelope, basis: Basis) -> Commit | Refusal | None:
        reference = await self._reference.at(basis.reference_version)
        decision = decide(basis.state, envelope, self._facts(reference))
        if isinstance(decision, Decided) and isinstance(envelope.command, IssueDirective):
            # Only an accepted directive takes a number, so that the year's numbers run without gaps.
            code = await self._store.next_code(local(envelope.at).year)
            decision = decide(basis.state, envelope, self._facts(reference, code))
        if isinstance(decision, Refusal):
            return decision
        return self._commit(envelope, basis.state, decision) if decision.events else None

    def _facts(self, reference: Reference, code: str = "") -> Facts:
        return Facts(reference.directory, reference.policies, self._calendar, code)

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
        recorded = await self._store.events_of(answer.directive_id, answer.first_version - 1)
        own = tuple(r.event for r in recorded[: answer.last_version - answer.first_version + 1])
        return Recorded(
            version=answer.last_version,
            position=answer.last_position,
            standing=Standing.of(basis.state) if basis.state else None,
            effects=await self._effects(answer.directive_id, own, basis.reference_version),
        )

    async def _effects(
        self, directive_id: UUID, events: tuple[Event, ...], reference_version: int
    ) -> tuple[NotifyRequest, ...]:
        if not self._mail:
            return ()
        people = (await self._reference.at(reference_version)).directory.people
        told = {user for event in events if event.data.type in OUTBOUND for user in event.data.informs}
        if not any(people[user].email for user in told if user in people):
            return ()
        first, last = events[0].stream_version, events[-1].stream_version
        return (NotifyRequest(directive_id=directive_id, first_version=first, last_version=last, channel="email"),)


def _refused(refusal: Refusal, state: DirectiveState | None) -> Recorded:
    return Recorded(refusal=refusal, standing=Standing.of(state) if state else None)


def _nothing_to_do(state: DirectiveState | None) -> Recorded:
    if state is None:
        raise ValueError("a directive that does not exist cannot have nothing to do")
    return Recorded(version=state.version, standing=Standing.of(state))


def _repeated_issue(request: IssueMany, answered: list[Answer]) -> IssueManyAnswer:
    prints = {answer.command_id: answer.fingerprint for answer in answered}
    if len(prints) < len(request.envelopes) or any(prints[e.command_id] != fingerprint(e) for e in request.envelopes):
        reused = refuse(Code.IDEMPOTENCY_KEY_REUSED)
        return IssueManyAnswer(refusals=tuple(IssueRefusal(index=n, refusal=reused) for n in range(len(answered))))
    return IssueManyAnswer(
        answers=tuple(CommandAnswer(version=answer.last_version, position=answer.last_position) for answer in answered)
    )


def _log_recorded(envelope: CommandEnvelope, commit: Commit, position: int) -> None:
    log.info(
        "recorded",
        directive_id=str(envelope.directive_id),
        command_id=str(envelope.command_id),
        position=position,
        command=envelope.command.name,
        version=commit.state.version,
        events=[event.data.type for event in commit.events],
    )
