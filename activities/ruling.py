"""What is decided on a command: the steps that had come due before it, and what it leads to. Pure; the recorder appends it."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.commands import SYSTEM_USER, CommandEnvelope, Tick
from domain.decider import decide
from domain.decision import Decided
from domain.events import Event
from domain.evolve import fold
from domain.facts import Facts
from domain.ids import event_id_for, tick_id
from domain.instants import rfc3339
from domain.issuing import numbered
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

    def numbered(self, code: str) -> "Ruling":
        """The same for a directive that has got its number."""
        return replace(self, decided=numbered(self.decided, code))

    def commits(self) -> tuple[Commit, ...]:
        """What to append: first what came due before the command did, then what the command leads to."""
        if not self.decided.events:
            return self.due
        return (*self.due, _commit(self.envelope, self.state, self.decided, self.now))


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
    decision = decide(after, envelope, facts)
    return decision if isinstance(decision, Refusal) else Ruling(envelope, now, due, after, decision)


def _due_before(
    envelope: CommandEnvelope, state: DirectiveState | None, facts: Facts, now: datetime
) -> tuple[Commit, ...]:
    """The steps that came due before the command, if the tick that takes them has not come yet.

    A timer may be late, by a restart or by a race. Without this, a report after the deadline would end the wait for
    the missed deadline before it was recorded.
    """
    wakeup = state.next_wakeup_at if state else None
    if state is None or wakeup is None or wakeup > envelope.at or envelope.command.name in _TAKES_NONE:
        return ()
    tick = CommandEnvelope(
        command_id=tick_id(state.id, state.version, rfc3339(wakeup)),
        directive_id=state.id,
        user=SYSTEM_USER,
        at=envelope.at,
        command=Tick(),
    )
    decision = decide(state, tick, facts)
    return (_commit(tick, state, decision, now),) if isinstance(decision, Decided) and decision.events else ()


def _commit(envelope: CommandEnvelope, state: DirectiveState | None, decided: Decided, now: datetime) -> Commit:
    version = state.version if state else 0
    # History reads forward: a clock that lags behind the directive's last event is brought up to it.
    occurred_at = max(envelope.at, state.last_occurred_at) if state else envelope.at
    recorded_at = max(now, state.last_recorded_at) if state else now
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
