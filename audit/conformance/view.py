"""Verdicts as JSON values: the same over HTTP and on the command line."""

from collections.abc import Iterator
from typing import Any

from audit.conformance.course import Entry
from audit.conformance.finding import OUTCOME_WORDS, Finding, Outcome
from audit.conformance.verdict import Ruled, Verdict


def verdict_view(verdict: Verdict, *, only: Outcome | None = None) -> dict[str, Any]:
    """A verdict with its rules; `only`: nothing but the findings of this outcome."""
    vietnamese, english = OUTCOME_WORDS[verdict.outcome]
    return {
        "directive_id": str(verdict.directive_id),
        "code": verdict.code,
        "lead_unit": verdict.lead_unit,
        "version": verdict.version,
        "verdict": verdict.outcome,
        "words": {"vi": vietnamese, "en": english},
        "rules": [view for ruled in verdict.ruled for view in _rule_view(ruled, only)],
    }


def _rule_view(ruled: Ruled, only: Outcome | None) -> Iterator[dict[str, Any]]:
    found = [finding for finding in ruled.findings if only in (None, finding.outcome)]
    if only is not None and not found:
        return
    rule = ruled.rule
    yield {
        "rule": rule.code,
        "words": {"vi": rule.vietnamese, "en": rule.english},
        "outcome": ruled.outcome or "not_applicable",
        "findings": [finding_view(finding) for finding in found],
    }


def finding_view(finding: Finding) -> dict[str, Any]:
    """One application of a rule: the events it cites, the policy version it rests on, and what is wrong."""
    told = {"vi": finding.told.vietnamese, "en": finding.told.english} if finding.told else None
    return {
        "outcome": finding.outcome,
        "policy": finding.policy,
        "told": told,
        "events": [_cited(entry) for entry in finding.events],
    }


def _cited(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return {
        "directive_id": str(event.directive_id),
        "global_position": entry.position,
        "stream_version": event.stream_version,
        "type": event.data.type,
    }
