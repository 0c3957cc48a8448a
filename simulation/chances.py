"""Draws that depend on the seed, the directive and the question alone.

Another policy asks the same question about the same directive and gets the same answer. So two policies meet the same year,
and what differs between their reports comes from the policies, not from luck.
"""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import TypeVar

from simulation.behaviour import Range, Share, Wait

T = TypeVar("T")


class Chances:
    """The draws of one directive. `key` names it among all of the simulation, like "17" or, for a sub-directive, "17.2"."""

    def __init__(self, seed: int, key: str) -> None:
        self._seed = seed
        self.key = key
        self._asked: Counter[str] = Counter()

    def of(self, question: str) -> Random:
        """The generator for asking the question once more."""
        self._asked[question] += 1
        return Random(f"{self._seed}/{self.key}/{question}/{self._asked[question]}")  # noqa: S311 - repeatable is the point

    def happens(self, question: str, share: Share) -> bool:
        """Whether something happens that happens in this share of all cases."""
        return share > 0 and self.of(question).random() < share

    def wait(self, question: str, wait: Wait) -> float:
        """A wait in working days."""
        return drawn_wait(self.of(question), wait)


def drawn_wait(random: Random, wait: Wait) -> float:
    """A wait in working days."""
    return wait.median * random.lognormvariate(0, wait.spread)


def drawn(random: Random, span: Range) -> float:
    """A number of the range."""
    return random.triangular(span.low, span.high, span.likely)


def chosen(random: Random, weights: Mapping[T, float]) -> T:
    """One of the choices, by weight."""
    return random.choices([*weights], [*weights.values()])[0]
