"""The verdict on one directive: every rule applied to its course."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.conformance.book import Rulebook
from audit.conformance.course import Course, History
from audit.conformance.finding import Finding, Outcome, Rule, deviates
from audit.conformance.table import RULES


@dataclass(frozen=True)
class Ruled:
    """One rule with all that it found; a rule that nothing in the history falls under found nothing."""

    rule: Rule
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome | None:
        """The worst that was found; None where the rule does not apply."""
        found = {finding.outcome for finding in self.findings}
        return next((one for one in (Outcome.DEVIATES, Outcome.OPEN, Outcome.CONFORMS) if one in found), None)


@dataclass(frozen=True)
class Verdict:
    """All rules on one directive. `code` and `lead_unit` are empty where the history does not tell them."""

    directive_id: UUID
    code: str
    lead_unit: str
    version: int
    ruled: tuple[Ruled, ...]

    @property
    def outcome(self) -> Outcome:
        """A single deviation makes the directive deviate; what cannot be judged is told but condemns nobody."""
        outcomes = {one.outcome for one in self.ruled}
        return Outcome.DEVIATES if Outcome.DEVIATES in outcomes else Outcome.CONFORMS

    def found(self, outcome: Outcome) -> Iterator[tuple[Rule, Finding]]:
        """The findings of this outcome, rule by rule."""
        for one in self.ruled:
            yield from ((one.rule, finding) for finding in one.findings if finding.outcome is outcome)


def judge(history: History, book: Rulebook, rules: Sequence[Rule] = RULES) -> Verdict:
    """The verdict on a history; one that cannot be followed from its issue on deviates by that alone."""
    issued = history.issued
    if issued is None or history.unreadable is not None:
        return _unfollowed(history, rules)
    policy = book.policy(issued.plan.policy_version)
    course = Course(history, policy.acceptance_levels if policy else issued.acceptance_levels)
    ruled = tuple(Ruled(rule, tuple(rule.check(course, book))) for rule in rules)
    return Verdict(history.id, issued.code, course.end.lead_unit, len(history.entries), ruled)


def _unfollowed(history: History, rules: Sequence[Rule]) -> Verdict:
    if history.unreadable is not None:
        at, last = history.unreadable, history.entries[-1:]
        words = f"không đọc được sự kiện tại vị trí {at}", f"the event at position {at} cannot be read"
    else:
        last = history.entries[:1]
        begins = last[0].event.data.type if last else "–"
        words = (
            f"lịch sử bắt đầu bằng {begins}, không phải việc giao nhiệm vụ",
            f"the history begins with {begins} instead of the issue of a directive",
        )
    whole = [rule for rule in rules if rule.code == "versions_without_gap"]
    ruled = tuple(Ruled(rule, (deviates(*words, *last),)) for rule in whole)
    issued = history.issued
    code, unit = (issued.code, issued.lead_unit) if issued else ("", "")
    return Verdict(history.id, code, unit, len(history.entries), ruled)
