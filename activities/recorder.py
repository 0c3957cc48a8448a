"""The shell around `decide`: decide, append, all under the command's id so that a repeat changes nothing."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog

from activities.effects import effects_of, with_due_before
from activities.messages import (
    CommandAnswer,
    IssueMany,
    IssueManyAnswer,
    IssueRefusal,
    NotifyRequest,
    Recorded,
    Standing,
    StartBelow,
)
from activities.remembered import Remembered
from activities.ruling import Ruling, parent_of, rule
from activities.stream_locks import StreamLocks
from domain.choosing import chooses, officers_of
from domain.commands import Attach, CommandEnvelope, IssueDirective
from domain.events import Event, SubdirectiveIssued
from domain.facts import NO_UPLOADS, Facts, Uploads
from domain.instants import local
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState
from storage.reference import Reference, ReferenceCache
from storage.store import (
    Answer,
    Basis,
    CommandRepeated,
    Commit,
    EventStore,
    ReferenceChanged,
    VersionConflict,
    fingerprint,
)
from telemetry import CONFLICTS, EVENTS

log = structlog.get_logger()

READS = 5
"""Decisions on what is read before giving up. Writers of one directive queue in its workflow, and those below one parent in
`StreamLocks`, so what was read is overtaken only by another worker or where an old and a new run overlap, which passes."""

MOST_DUE_AT_ONCE = 64
"""More steps than any policy plans around one deadline."""

_OVERTAKEN = (VersionConflict, CommandRepeated, ReferenceChanged)


class Recorder:
    """`clock` gives the instant of recording; `mail` says whether notices also leave the house by mail."""

    def __init__(
        self, store: EventStore, reference: ReferenceCache, clock: Callable[[], datetime], *, mail: bool = False
    ) -> None:
        self._store = store
        self._reference = reference
        self._clock = clock
        self._mail = mail
        self._remembered = Remembered()
        self._locks = StreamLocks()

    async def record(self, envelope: CommandEnvelope) -> Recorded:
        """Decide the command and append what follows. Idempotent by the command id."""
        uploads = await self._uploads(envelope)
        # Its own turn, then that of the directive above: always upwards, so no two wait for each other.
        async with self._locks.of(envelope.directive_id):
            recorded = await self._on_what_is_remembered(envelope, uploads)
            for _ in range(READS):
                if recorded is None:
                    recorded = await self._on_what_is_read(envelope, uploads)
        if recorded is None:
            raise VersionConflict(f"directive {envelope.directive_id} changed under {READS} decisions on what was read")
        return recorded

    async def _uploads(self, envelope: CommandEnvelope) -> Uploads:
        """The file that the command names, if the sender has uploaded it. An upload never goes away again."""
        if not isinstance(envelope.command, Attach):
            return NO_UPLOADS
        file = await self._store.uploaded(envelope.command.sha256, envelope.user)
        return {file.sha256: file} if file else NO_UPLOADS

    async def _on_what_is_remembered(self, envelope: CommandEnvelope, uploads: Uploads) -> Recorded | None:
        """Without a read, on what this process last wrote; None unless the record lets it through.

        Only an append can show that nothing was overtaken, so what would append nothing, a refusal above all, is left to
        a decision on what is read.
        """
        reference, state = self._reference.held, self._remembered.get(envelope.directive_id)
        if (
            chooses(envelope.command)
            or reference is None
            or (state is None and not isinstance(envelope.command, IssueDirective))
        ):
            return None
        above = parent_of(envelope.command, state)
        async with self._locks.of(above):
            parent = self._remembered.get(above) if above else None
            if above is not None and parent is None:
                return None
            ruling = rule(envelope, state, reference.facts(envelope.at, parent, uploads), self._clock())
            return None if isinstance(ruling, Refusal) or ruling.empty else await self._append(ruling, reference)

    async def _on_what_is_read(self, envelope: CommandEnvelope, uploads: Uploads) -> Recorded | None:
        """On what the record holds now; None when another writer came in between."""
        basis = await self._store.basis(envelope.directive_id, envelope.command_id)
        if basis.answer is not None:
            return await self._first_answer(envelope, basis, basis.answer)
        reference = await self._reference.at(basis.reference_version)
        above = parent_of(envelope.command, basis.state)
        async with self._locks.of(above):
            parent = await self._state_of(above, envelope.command_id)
            facts = await self._knowing_officers(envelope, basis.state, reference.facts(envelope.at, parent, uploads))
            ruling = rule(envelope, basis.state, facts, self._clock())
            if isinstance(ruling, Refusal):
                return Recorded(refusal=ruling, standing=_standing(basis.state))
            if ruling.empty:
                return _nothing_to_do(basis.state)
            return await self._append(ruling, reference)

    async def _knowing_officers(self, envelope: CommandEnvelope, state: DirectiveState | None, facts: Facts) -> Facts:
        """The facts with what the officers of the unit carry out, if one of them is to be chosen."""
        if state is None or not chooses(envelope.command):
            return facts
        officers = officers_of(state.lead_unit, facts.directory)
        return replace(facts, assignments=await self._store.assignments(officers))

    async def _append(self, ruling: Ruling, reference: Reference) -> Recorded | None:
        """Append what was decided under `reference`; None when it was overtaken."""
        codes = await self._codes(ruling, reference)
        if codes is None:
            self._overtaken(ruling.envelope.directive_id, reference_too=True)
            return None
        commits = ruling.numbered(codes).commits()
        try:
            position = await self._store.append(commits, decided_under=reference.version)
        except _OVERTAKEN as overtaken:
            directives = (commit.directive_id for commit in commits)
            self._overtaken(*directives, reference_too=isinstance(overtaken, ReferenceChanged))
            return None
        for commit in commits:
            self._remembered.keep(commit.state)
        _log_recorded(ruling.envelope, commits, position)
        return self._recorded(commits, position, {*ruling.issues} - {ruling.envelope.directive_id}, reference)

    def _recorded(self, commits: Sequence[Commit], position: int, below: Set[UUID], reference: Reference) -> Recorded:
        """The answer; directives issued `below` this one get executions of their own, which send their own notices."""
        state = commits[-1].state
        own = [event for commit in commits if commit.directive_id not in below for event in commit.events]
        starts = (
            StartBelow(directive_id=commit.directive_id, effects=self._effects(commit.events, reference))
            for commit in commits
            if commit.directive_id in below
        )
        return Recorded(
            version=state.version,
            position=position,
            standing=Standing.of(state),
            effects=self._effects(own, reference),
            starts=tuple(starts),
        )

    def _overtaken(self, *directives: UUID, reference_too: bool) -> None:
        """Forget what a decision was made on in vain: others may have written, or the record may have been set back."""
        CONFLICTS.inc()
        for directive_id in directives:
            self._remembered.drop(directive_id)
        if reference_too:
            self._reference.forget()

    async def _codes(self, ruling: Ruling, reference: Reference) -> dict[UUID, str] | None:
        """Only an accepted directive takes a number; one is skipped only when the append after it fails.

        None if the command turns out to have been answered already, or the reference to have changed.
        """
        year, command_id = local(ruling.envelope.at).year, ruling.envelope.command_id
        codes: dict[UUID, str] = {}
        for directive_id in ruling.issues:
            code = await self._store.next_code(year, command_id, decided_under=reference.version)
            if code is None:
                return None
            codes[directive_id] = code
        return codes

    async def issue_all(self, request: IssueMany) -> IssueManyAnswer:
        """Issue all directives in one transaction, or none and say why of each that cannot be. Idempotent by their ids."""
        if not request.envelopes:
            return IssueManyAnswer()
        for _ in range(READS):
            bases = [await self._store.basis(e.directive_id, e.command_id) for e in request.envelopes]
            reference = await self._reference.at(bases[0].reference_version)
            answered = [basis.answer for basis in bases if basis.answer is not None]
            if answered:
                return await self._issued_before(request, answered, reference)
            parents = await self._parents(request)
            rulings = self._ruled(request, bases, reference, parents, {})
            refusals = [IssueRefusal(index=n, refusal=r) for n, r in enumerate(rulings) if isinstance(r, Refusal)]
            if refusals:
                return IssueManyAnswer(refusals=tuple(refusals))
            codes: dict[UUID, str] = {}
            for ruling in rulings:
                more = await self._codes(ruling, reference) if isinstance(ruling, Ruling) else None
                codes |= more or {}
            if len(codes) < len(rulings):
                self._overtaken(reference_too=True)
                continue
            # Once more with the numbers: of several under one parent, each finds there what those before it left.
            rulings = self._ruled(request, bases, reference, parents, codes)
            commits = [commit for r in rulings if isinstance(r, Ruling) for commit in r.numbered(codes).commits()]
            try:
                last = await self._store.append(commits, decided_under=reference.version)
            except _OVERTAKEN:
                self._overtaken(*parents, reference_too=True)
                continue
            return self._issued(request, commits, last, reference)
        raise VersionConflict("the directives changed under every attempt")

    def _ruled(
        self,
        request: IssueMany,
        bases: Sequence[Basis],
        reference: Reference,
        parents: Mapping[UUID, DirectiveState],
        codes: Mapping[UUID, str],
    ) -> list[Ruling | Refusal]:
        """A ruling for each, in order; the directive above hears of each before the next is ruled."""
        states, now = dict(parents), self._clock()
        rulings: list[Ruling | Refusal] = []
        for envelope, basis in zip(request.envelopes, bases, strict=True):
            above = parent_of(envelope.command, basis.state)
            parent = states.get(above) if above else None
            ruling = rule(envelope, basis.state, reference.facts(envelope.at, parent), now)
            rulings.append(ruling)
            if isinstance(ruling, Ruling):
                numbered = ruling.numbered({envelope.directive_id: "", **codes})
                states |= {commit.directive_id: commit.state for commit in numbered.commits()}
        return rulings

    def _issued(
        self, request: IssueMany, commits: Sequence[Commit], last: int, reference: Reference
    ) -> IssueManyAnswer:
        own = {envelope.directive_id: envelope for envelope in request.envelopes}
        position = last - sum(len(commit.events) for commit in commits)
        answers, effects = list[CommandAnswer](), list[NotifyRequest]()
        for commit in commits:
            position += len(commit.events)
            self._remembered.drop(commit.directive_id)
            if commit.directive_id in own:
                _log_recorded(own[commit.directive_id], (commit,), position)
                answers.append(CommandAnswer(version=commit.state.version, position=position))
                effects += self._effects(commit.events, reference)
        return IssueManyAnswer(answers=tuple(answers), effects=tuple(effects))

    async def _parents(self, request: IssueMany) -> dict[UUID, DirectiveState]:
        found = {}
        for envelope in request.envelopes:
            above = parent_of(envelope.command, None)
            if above is not None and above not in found:
                state = await self._state_of(above, envelope.command_id)
                if state is not None:
                    found[above] = state
        return found

    async def _state_of(self, directive_id: UUID | None, command_id: UUID) -> DirectiveState | None:
        if directive_id is None:
            return None
        return (await self._store.basis(directive_id, command_id)).state

    async def _events(self, directive_id: UUID, first: int, last: int) -> list[Event]:
        """A directive's events between two versions, both included."""
        recorded = await self._store.events_of(directive_id, first - 1)
        return [item.event for item in recorded[: last - first + 1]]

    async def reference_at(self, version: int) -> Reference:
        """The directory and policies at this version or later."""
        return await self._reference.at(version)

    def remembered(self, directive_id: UUID) -> DirectiveState | None:
        """Where a directive stood when this process last wrote to it, if that is kept; it may have moved on."""
        return self._remembered.get(directive_id)

    def now(self) -> datetime:
        """The instant of recording."""
        return self._clock()

    async def _first_answer(self, envelope: CommandEnvelope, basis: Basis, answer: Answer) -> Recorded:
        if answer.fingerprint != fingerprint(envelope):
            return Recorded(refusal=refuse(Code.IDEMPOTENCY_KEY_REUSED), standing=_standing(basis.state))
        # The first time may have been cut off before its notices were started, so they are asked for again; what has
        # gone out already is not sent twice.
        start = max(1, answer.first_version - MOST_DUE_AT_ONCE)
        events = await self._events(answer.directive_id, start, answer.last_version)
        reference = await self._reference.at(basis.reference_version)
        said = with_due_before(events, answer.first_version)
        return Recorded(
            version=answer.last_version,
            position=answer.last_position,
            standing=_standing(basis.state),
            effects=self._effects(said, reference),
            starts=await self._starts_again(said, reference),
        )

    async def _starts_again(self, events: Sequence[Event], reference: Reference) -> tuple[StartBelow, ...]:
        """The executions of what was delegated, asked for again like the notices."""
        starts = []
        for event in events:
            if isinstance(event.data, SubdirectiveIssued):
                first = await self._events(event.data.subdirective, 1, 1)
                own = self._effects(first, reference)
                starts.append(StartBelow(directive_id=event.data.subdirective, effects=own))
        return tuple(starts)

    async def _issued_before(
        self, request: IssueMany, answered: Sequence[Answer], reference: Reference
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
            events = await self._events(answer.directive_id, answer.first_version, answer.last_version)
            effects += self._effects(events, reference)
        return IssueManyAnswer(answers=tuple(answers), effects=tuple(effects))

    def _effects(self, events: Sequence[Event], reference: Reference) -> tuple[NotifyRequest, ...]:
        return effects_of(events, reference.directory.people) if self._mail else ()


def _standing(state: DirectiveState | None) -> Standing | None:
    return Standing.of(state) if state else None


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
