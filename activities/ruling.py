"""What is decided on a command: the steps that had come due before it, and what it leads to. Pure; the recorder appends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.commands import SYSTEM_USER, Command, CommandEnvelope, IssueDirective, IssueOccurrence, Tick
from domain.decider import decide
from domain.decision import Decided, Elsewhere
from domain.event_values import Actor
from domain.events import Event
from domain.evolve import fold
from domain.facts import Facts
from domain.ids import event_id_for, tick_id
from domain.instants import rfc3339
from domain.issuing import numbered, unnumbered
from domain.phases import SYSTEM_COMMANDS
from domain.refusals import Code, Refusal, refuse
from domain.state import DirectiveState
from storage.store import Commit, fingerprint

_TAKES_NONE = SYSTEM_COMMANDS - {"reproject"}
"""Commands before which no due step is taken: they take them themselves, or change nothing that a step rests on."""


@dataclass(frozen=True)
class Ruling:
    """What was decided at `now`, on the state after the steps that had come due before."""

    envelope: CommandEnvelope
    now: datetime
    due: tuple[Commit, ...]
    state: DirectiveState | None
    decided: Decided

    @property
    def empty(self) -> bool:
        """Whether there is nothing to append."""
        return not self.due and not self.decided.events

    @property
    def issues(self) -> list[UUID]:
        """The directives that it issues; each needs a number."""
        return unnumbered(self.envelope.directive_id, self.decided)

    def numbered(self, codes: Mapping[UUID, str]) -> "Ruling":
        """The same with the numbers of the directives that it issues."""
        return replace(self, decided=numbered(self.envelope.directive_id, self.decided, codes))

    def commits(self) -> tuple[Commit, ...]:
        """What to append: what came due before the command did, then what it leads to elsewhere, last on its own directive."""
        return (*self.due, *_commits(self.envelope, self.state, self.decided, self.now))


def rule(envelope: CommandEnvelope, state: DirectiveState | None, facts: Facts, now: datetime) -> Ruling | Refusal:
    """Decide the command on a state that was read or remembered; `now` is the instant of recording."""
    expected, current = envelope.expected_version, state.version if state else None
    if expected is not None and current is not None:
        # Against the record as the sender could read it, before the due steps are taken with the command.
        if expected != current:
            return refuse(Code.STALE_VERSION, version=str(current), expected=str(expected))
        envelope = envelope.model_copy(update={"expected_version": None})
    due = _due_before(envelope, state, facts, now)
    after = due[-1].state if due else state
    decision = decide(after, envelope, _after(due, facts))
    return decision if isinstance(decision, Refusal) else Ruling(envelope, now, due, after, decision)


def parent_of(command: Command, state: DirectiveState | None) -> UUID | None:
    """The directive above, whose state a decision on the command has to know."""
    if state is not None:
        return state.parent
    issued = command.directive if isinstance(command, IssueOccurrence) else command
    return issued.parent if isinstance(issued, IssueDirective) else None


def _after(due: tuple[Commit, ...], facts: Facts) -> Facts:
    """The facts once these commits stand: the directive above may have heard of them."""
    heard = [c.state for c in due if facts.parent is not None and c.directive_id == facts.parent.id]
    return replace(facts, parent=heard[-1]) if heard else facts


def _due_before(
    envelope: CommandEnvelope, state: DirectiveState | None, facts: Facts, now: datetime
) -> tuple[Commit, ...]:
    """The steps that came due before the command, if the tick that takes them has not come yet.

    A timer may be late, by a restart or by a race. Without this, a report after the deadline would end the wait for
    the missed deadline before it was recorded.
    """
    due: list[Commit] = []
    # One tick after another: what a suspension had held back comes due once it has ended by itself.
    while state is not None and (ticked := _ticked(envelope, state, facts, now)):
        due += ticked
        state, facts = ticked[-1].state, _after(ticked, facts)
    return tuple(due)


def _ticked(envelope: CommandEnvelope, state: DirectiveState, facts: Facts, now: datetime) -> tuple[Commit, ...]:
    """What the tick that is owed by the instant of the command leads to; nothing when none is owed."""
    wakeup = state.next_wakeup_at
    if wakeup is None or wakeup > envelope.at or envelope.command.name in _TAKES_NONE:
        return ()
    tick = CommandEnvelope(
        command_id=tick_id(state.id, state.version, rfc3339(wakeup)),
        directive_id=state.id,
        user=SYSTEM_USER,
        at=envelope.at,
        command=Tick(),
    )
    decision = decide(state, tick, facts)
    return _commits(tick, state, decision, now) if isinstance(decision, Decided) else ()


def _commits(
    envelope: CommandEnvelope, state: DirectiveState | None, decided: Decided, now: datetime
) -> tuple[Commit, ...]:
    if not decided.events:
        return ()
    own = Elsewhere(envelope.directive_id, envelope.command_id, state, decided.events)
    return tuple(_commit(envelope, part, decided.actor, now) for part in (*decided.elsewhere, own))


def _commit(envelope: CommandEnvelope, part: Elsewhere, actor: Actor, now: datetime) -> Commit:
    state = part.state
    version = state.version if state else 0
    # History reads forward: a clock that lags behind the directive's last event is brought up to it.
    occurred_at = max(envelope.at, state.last_occurred_at) if state else envelope.at
    recorded_at = max(now, state.last_recorded_at) if state else now
    events = tuple(
        Event(
            event_id=event_id_for(part.command_id, index),
            directive_id=part.directive_id,
            stream_version=version + index + 1,
            command_id=part.command_id,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            actor=actor,
            data=data,
        )
        for index, data in enumerate(part.events)
    )
    after = fold(events, state)
    if after is None:
        raise ValueError("a commit holds at least one event")
    return Commit(part.command_id, fingerprint(envelope), events, after)
