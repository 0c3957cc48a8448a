"""The normative process as a place/transition net: its places, and beside them what a policy counts.

Beside the phase, tokens say how many extensions have been granted and whether a request waits, and for each deadline so far
how many of its reminders and escalations have been told. A count is a row of places along which one token goes, not a heap of
tokens in one place: so every arc carries one token, which every tool understands. What is left when a history ends is taken
away by silent transitions, so that every history that can really happen ends with one token in `end` and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from audit.conformance.process import START, Passage, normative
from domain.policy import Policy

END, OVER = "end", "over"
DEADLINE, MISSED = "deadline_ahead", "deadline_missed"

Tokens = Mapping[str, int]
"""Places to numbers of tokens."""


@dataclass(frozen=True)
class Transition:
    """Takes a token from each place of `takes` and gives one to each of `gives`.

    `event` is the event type that it stands for; None: silent, nothing is recorded of it.
    """

    id: str
    event: str | None
    takes: tuple[str, ...]
    gives: tuple[str, ...]


@dataclass(frozen=True)
class Net:
    """A place/transition net (ISO/IEC 15909-1) with its initial and its final marking."""

    policy: str
    places: tuple[str, ...]
    transitions: tuple[Transition, ...]
    initial: Tokens = field(default_factory=lambda: {START: 1})
    final: Tokens = field(default_factory=lambda: {END: 1})


def net_of(policy: Policy) -> Net:
    """The net of the normative process under `policy`."""
    process, counts = normative(policy), _Counts(policy)
    transitions = (
        *(one for passage in process.passages for one in _transitions(passage, counts)),
        *_ends(process.places, counts.places),
    )
    return Net(policy.label, (*process.places, *counts.places, OVER, END), transitions)


class _Counts:
    """The places beside the phase, and how each event moves the tokens in them."""

    def __init__(self, policy: Policy) -> None:
        most = policy.extensions.most_granted
        self._idle = tuple(f"extensions.{granted}" for granted in range(most + 1))
        self._asked = tuple(f"extensions.{granted}.asked" for granted in range(most))
        self._reminders = tuple(f"reminders_ahead.{left}" for left in range(len(policy.reminders), 0, -1))
        self._escalations = tuple(f"escalations_ahead.{left}" for left in range(len(policy.escalations), 0, -1))
        self._planned = (*self._reminders[:1], DEADLINE, *self._escalations[:1])
        """Where a new deadline puts its tokens."""

    @property
    def places(self) -> tuple[str, ...]:
        """All of them."""
        return (*self._idle, *self._asked, *self._reminders, DEADLINE, MISSED, *self._escalations)

    def moved_by(self, event: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """The ways in which an event takes and gives tokens; most events do not."""
        match event:
            case "DirectiveIssued":
                yield (), (*self._planned, self._idle[0])
            case "DeadlineChanged":
                yield (), self._planned
            case "ReminderDue":
                yield from _along(self._reminders)
            case "DeadlineMissed":
                yield (DEADLINE,), (MISSED,)
            case "Escalated":
                for takes, gives in _along(self._escalations):
                    yield (*takes, MISSED), (*gives, MISSED)
            case "ExtensionRequested":
                for idle, asked in zip(self._idle, self._asked, strict=False):  # once all are granted, nobody asks
                    yield (idle,), (asked,)
            case "ExtensionGranted":
                for asked, further in zip(self._asked, self._idle[1:], strict=True):
                    yield (asked,), (further, *self._planned)
            case "ExtensionRefused":
                for asked, idle in zip(self._asked, self._idle, strict=False):
                    yield (asked,), (idle,)
            case "DirectiveReassigned":
                for idle in self._idle:
                    yield (idle,), (idle,)
                for asked, idle in zip(self._asked, self._idle, strict=False):
                    yield (asked,), (idle,)  # what the old unit had asked for lapses
            case _:
                yield (), ()


def _along(row: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """One step along a row of places, from each of them; from the last the token is gone."""
    for place, place_after in zip(row, (*row[1:], None), strict=True):
        yield (place,), (place_after,) if place_after else ()


def _transitions(passage: Passage, counts: _Counts) -> Iterator[Transition]:
    for way, (takes, gives) in enumerate(counts.moved_by(passage.event)):
        yield Transition(
            id=f"{passage.source}-{passage.event}" + (f"-{way}" if way else ""),
            event=passage.event,
            takes=(passage.source, *takes),
            gives=(passage.target, *gives),
        )


def _ends(phases: tuple[str, ...], beside: tuple[str, ...]) -> Iterator[Transition]:
    """A history may be read at any point: an open directive is no deviation. What is left over is then cleared away."""
    for place in phases:
        if place != START:
            yield Transition(f"read-{place}", None, (place,), (OVER,))
    for place in beside:
        yield Transition(f"clear-{place}", None, (OVER, place), (OVER,))
    yield Transition("close", None, (OVER,), (END,))
