"""What a rule says of a history, and the form of the rules themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.conformance.book import Rulebook
    from audit.conformance.course import Course, Entry


class Outcome(StrEnum):
    """How a rule comes out."""

    CONFORMS = "conforms"
    DEVIATES = "deviates"
    OPEN = "open"
    """It cannot be judged: what the rule rests on is not known here, or has not come about yet."""


OUTCOME_WORDS: dict[Outcome, tuple[str, str]] = {
    Outcome.CONFORMS: ("phù hợp", "conforms"),
    Outcome.DEVIATES: ("sai lệch", "deviates"),
    Outcome.OPEN: ("không kết luận được", "cannot be judged"),
}


@dataclass(frozen=True)
class Told:
    """What was found, in both languages."""

    vietnamese: str
    english: str


@dataclass(frozen=True)
class Finding:
    """One application of a rule: to which events, under which version of the policy. `told` is empty where all is well."""

    outcome: Outcome
    events: tuple["Entry", ...]
    policy: str | None = None
    told: Told | None = None


Check = Callable[["Course", "Rulebook"], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A written rule: its code for ever, its words, what it rests on, and the check of a history by it."""

    code: str
    vietnamese: str
    english: str
    basis: str
    check: Check


def conforms(*events: "Entry", policy: str | None = None) -> Finding:
    """The rule applies to these events and is kept."""
    return Finding(Outcome.CONFORMS, events, policy)


def deviates(vietnamese: str, english: str, *events: "Entry", policy: str | None = None) -> Finding:
    """These events break the rule."""
    return Finding(Outcome.DEVIATES, events, policy, Told(vietnamese, english))


def cannot_say(vietnamese: str, english: str, *events: "Entry", policy: str | None = None) -> Finding:
    """The rule applies to these events, and whether they keep it is not known."""
    return Finding(Outcome.OPEN, events, policy, Told(vietnamese, english))


def judged(holds: bool, vietnamese: str, english: str, *events: "Entry", policy: str | None = None) -> Finding:
    """Kept if it holds; the words say what is wrong if it does not."""
    return conforms(*events, policy=policy) if holds else deviates(vietnamese, english, *events, policy=policy)
